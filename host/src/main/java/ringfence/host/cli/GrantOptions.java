package ringfence.host.cli;

import java.time.Duration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.sandbox.permission.FileAccess;
import ringfence.sandbox.permission.HostGrant;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.permission.NetworkAccess;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.policy.Jit;
import ringfence.sandbox.policy.SandboxLevel;

/// What a service is granted on the command line; everything else is denied.
final class GrantOptions {
  @Option(
      names = "--allow-read",
      split = ",",
      paramLabel = "PATH",
      description = "files and folders that node:fs/promises may read, comma-separated")
  private List<Path> read = new ArrayList<>();

  @Option(
      names = "--allow-write",
      split = ",",
      paramLabel = "PATH",
      description = "files and folders that it may make, change and remove, comma-separated")
  private List<Path> write = new ArrayList<>();

  @Option(
      names = "--allow-net",
      split = ",",
      paramLabel = "HOST[:PORT]",
      converter = Converters.Host.class,
      description = "hosts that fetch may connect to, such as api.example.com:443, comma-separated")
  private List<HostGrant> hosts = new ArrayList<>();

  @Option(
      names = "--allow-listen",
      split = ",",
      paramLabel = "PORT",
      converter = Converters.Port.class,
      description = "ports to serve HTTP on, or ADDRESS:PORT; 0 for a free one, comma-separated")
  private List<ListenGrant> ports = new ArrayList<>();

  @Option(
      names = "--allow-env",
      split = ",",
      paramLabel = "NAME",
      description = "variables of yours that service.env shows, comma-separated")
  private List<String> environment = new ArrayList<>();

  @Option(names = "--allow-eval", description = "eval, Function and their kin may compile text")
  private boolean eval;

  @Option(names = "--allow-hrtime", description = "clocks finer than a millisecond")
  private boolean preciseClock;

  @Option(
      names = "--allow-create",
      paramLabel = "N",
      defaultValue = "0",
      description = "how many child services service.create may have at once (default: ${DEFAULT-VALUE})")
  private int children;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "how many Workers it may have at once (default: ${DEFAULT-VALUE})")
  private int threads;

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      converter = Converters.Level.class,
      completionCandidates = Choices.Policies.class,
      defaultValue = "untrusted",
      description = "untrusted, isolated, constrained or trusted (default: ${DEFAULT-VALUE})")
  private SandboxLevel level = SandboxLevel.UNTRUSTED;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      converter = Converters.Size.class,
      defaultValue = "128MiB",
      description = "bound of the service's heap (default: ${DEFAULT-VALUE})")
  private long heapBytes;

  @Option(
      names = "--jit",
      paramLabel = "WHEN",
      converter = Converters.Compiler.class,
      completionCandidates = Choices.Compilers.class,
      defaultValue = "auto",
      description = "compile its hot code: auto, on or off (default: ${DEFAULT-VALUE})")
  private Jit jit = Jit.AUTO;

  @Option(
      names = "--call-timeout",
      paramLabel = "TIME",
      converter = Converters.Time.class,
      defaultValue = "60s",
      description = "how long a call waits for its result (default: ${DEFAULT-VALUE})")
  private Duration call = Limits.DEFAULT.call();

  @Option(
      names = "--restart",
      paramLabel = "WHEN",
      converter = Converters.Restart.class,
      completionCandidates = Choices.Restarts.class,
      defaultValue = "never",
      description = {
        "never, on-failure or always: after 100 ms doubling to 30 s, 5 times",
        "within 60 s of running (default: ${DEFAULT-VALUE})"
      })
  private RestartPolicy.Mode restart = RestartPolicy.Mode.NEVER;

  RestartPolicy.Mode restart() {
    return restart;
  }

  Permissions permissions() {
    return Permissions.NONE
        .withFiles(FileAccess.relativeTo(Path.of("").toAbsolutePath()).withRead(read).withWrite(write))
        .withNetwork(new NetworkAccess(hosts, ports))
        .withEnvironment(Set.copyOf(environment))
        .withChildren(children)
        .withThreads(threads)
        .withEval(eval)
        .withPreciseClock(preciseClock);
  }

  Jit jit() {
    return jit;
  }

  SandboxLevel level() {
    return level;
  }

  Limits limits() {
    return Limits.DEFAULT.withHeapBytes(heapBytes).withCall(call);
  }
}
