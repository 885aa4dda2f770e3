package ringfence.benchmarks.torture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ringfence.host.HostOptions;
import ringfence.host.HostService;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceException;
import ringfence.host.ServicesManager;
import ringfence.host.state.KeptServices;
import ringfence.host.state.StateFolder;
import ringfence.sandbox.permission.FileAccess;
import ringfence.sandbox.permission.Permissions;

/// A host that does as it is told, a line each, and says for each line `ok WORDS` or `refused WORDS`.
///
/// | line | does |
/// |---|---|
/// | `create NAME BYTES [IMPORT]` | a service, with so much beside its code |
/// | `crowd NAME` | services of Java code NAME0, NAME1 and so on, each started and called, until one is refused; says how many |
/// | `start NAME`, `close NAME`, `destroy NAME` | as the commands |
/// | `echo NAME` | calls it |
/// | `read NAME PATH` | has it read a file |
///
/// Its end is that of its standard input.
public final class ServantHost {
  private final KeptServices kept;
  private final Path readable;

  /// Made when a service is started: one that runs is to answer although nothing new can be had.
  private final Map<String, ServiceClient> clients = new HashMap<>();

  private ServantHost(KeptServices kept, Path readable) {
    this.kept = kept;
    this.readable = readable;
  }

  /// Runs until it is ended.
  ///
  /// @param arguments a folder that services may read, and then, if they are wanted, the state folder and the audit file
  public static void main(String[] arguments) throws IOException {
    HostOptions options = HostOptions.defaults();
    if (arguments.length > 2) {
      options = options.withAuditFile(Path.of(arguments[2]));
    }
    try (StateFolder folder = arguments.length > 1 ? StateFolder.open(Path.of(arguments[1])) : null;
        ServicesManager services = ServicesManager.open(options);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      ServantHost host = new ServantHost(new KeptServices(services, Optional.ofNullable(folder)), Path.of(arguments[0]));
      System.out.println("ok up");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        System.out.println(host.obeyed(line.split(" ")).replace('\n', ' '));
      }
    }
    System.exit(0);
  }

  private String obeyed(String[] words) {
    try {
      return "ok " + obey(words);
    } catch (RuntimeException e) {
      return "refused " + e.getMessage();
    } catch (OutOfMemoryError e) {
      // What the JVM throws where Java code asks for a thread itself, as one that connects to a service does.
      return "refused " + e.getMessage();
    } catch (Error e) {
      return "failed " + e;
    }
  }

  private String obey(String[] words) {
    String name = words[1];
    switch (words[0]) {
      case "create" -> kept.create(definition(name, Integer.parseInt(words[2]), List.of(words).subList(3, words.length)));
      case "crowd" -> {
        return crowd(name);
      }
      case "start" -> {
        kept.start(name);
        clients.computeIfAbsent(name, kept.manager()::connect);
      }
      case "close" -> {
        var _ = kept.close(name);
      }
      case "destroy" -> {
        ServiceClient client = clients.remove(name);
        if (client != null) {
          client.close();
        }
        kept.destroy(name, false);
      }
      case "echo" -> {
        return client(name).call(name, "echo", 7).toString();
      }
      case "read" -> {
        return client(name).call(name, "read", words[2]).asString();
      }
      default -> throw new IllegalArgumentException("no such command: " + words[0]);
    }
    return name;
  }

  private ServiceDefinition definition(String name, int bytes, List<String> imports) {
    return ServiceDefinition.named(name)
        .code(Scripts.read("servant.js") + "// " + "x".repeat(bytes))
        .imports(imports.toArray(String[]::new))
        .limits(Stage.LIMITS)
        .permissions(Permissions.NONE.withFiles(FileAccess.NONE.withRead(List.of(readable))))
        .build();
  }

  private String crowd(String name) {
    for (int i = 0; ; i++) {
      String each = name + i;
      try {
        kept.manager().create(HostService.named(each).exports("echo", call -> call.argument(0)).build());
      } catch (ServiceException e) {
        return i + " services, and then: " + e.getMessage();
      }
      kept.start(each);
      try (ServiceClient caller = kept.manager().connect(each)) {
        int answer = caller.call(each, "echo", i).asInt();
        if (answer != i) {
          throw new IllegalStateException("service " + each + " answered " + answer + " to " + i);
        }
      }
    }
  }

  private ServiceClient client(String name) {
    ServiceClient client = clients.get(name);
    if (client == null) {
      throw new IllegalStateException("service \"" + name + "\" has not been started here");
    }
    // A later run is linked a moment after it has come up.
    long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
    while (!client.isConnected(name) && System.nanoTime() < deadline) {
      Stage.breathe();
    }
    return client.within(Stage.PATIENCE);
  }
}
