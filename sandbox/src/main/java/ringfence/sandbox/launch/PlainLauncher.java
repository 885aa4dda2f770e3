package ringfence.sandbox.launch;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import ringfence.sandbox.policy.Cgroups;
import ringfence.sandbox.policy.ProcessPolicy;

/// Starts workers as plain processes of the host's own user: no namespaces, no root of their own, no
/// filter from birth. What is left of the wall is the filter that [WorkerSeal] puts on.
///
/// For the policies that allow it, and for showing that an attack which the wall refuses is a real one.
public final class PlainLauncher implements WorkerLauncher {
  private final Spawner spawner = new Spawner();
  private final WorkerGroups groups;
  private final PolicyImages policyImages = new PolicyImages();

  /// A launcher that bounds its workers' memory nowhere, so that somebody else must watch it.
  public PlainLauncher() {
    this(Cgroups.UNKNOWN);
  }

  /// A launcher that bounds its workers' memory and threads where the machine lets it. Starts nothing yet.
  public PlainLauncher(Cgroups places) {
    groups = new WorkerGroups(places);
  }

  @Override
  public WorkerProcess launch(WorkerImage given, ProcessPolicy policy) throws LaunchException {
    if (policy.walled()) {
      throw new LaunchException("the policy demands walls, and this launcher builds none");
    }
    requireJava(given);
    WorkerImage image = policyImages.of(given, policy);
    List<String> command = new ArrayList<>();
    // So that a worker that is still booting dies with the host at once. Where there is no setpriv,
    // the command socket's end does it as soon as the worker's main runs.
    Programs.find("setpriv")
        .ifPresent(
            setpriv -> {
              command.addAll(List.of(setpriv.toString(), "--pdeathsig", "KILL"));
              Programs.find("sh").map(HostCheck::command).ifPresent(command::addAll);
            });
    command.addAll(JvmOptions.command(image.java().toString(), image.jars(), image, policy));
    // Nothing of ours, but the JVM must know that its jars' paths are UTF-8.
    WorkerGroup group = groups.create(policy);
    boolean started = false;
    try {
      SpawnedWorker worker =
          spawner.spawn(
              command,
              Map.of("LC_ALL", "C.UTF-8"),
              null,
              group,
              () -> groups.remove(group),
              groups::awaitGone);
      started = true;
      return worker;
    } finally {
      if (!started) {
        groups.remove(group);
      }
    }
  }

  @Override
  public void close() {
    spawner.close();
    groups.close();
  }

  /// Refuses early and by name: a wrapper that can't find java would only say so on its way out.
  static void requireJava(WorkerImage image) throws LaunchException {
    if (!Files.isExecutable(image.java())) {
      throw new LaunchException(
          "worker's Java is missing: " + image.java() + " can't be executed; set JAVA_HOME to a JDK 25");
    }
  }
}
