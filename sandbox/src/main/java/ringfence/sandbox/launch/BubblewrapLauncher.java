package ringfence.sandbox.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ringfence.sandbox.os.Architecture;
import ringfence.sandbox.os.Processes;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.policy.ProcessPolicy;

/// Starts workers behind the outer wall: namespaces of their own, an empty read-only root, no
/// capabilities, no environment, a filter from birth, and under a root host a user of their own.
///
/// ```
///   host thread "ringfence-spawner"
///     posix_spawn sh -> setpriv -> prlimit -> unshare     the outer process: one process, four execs
///                                         fork -> bwrap    pid 1 of a namespace around the worker's
///                                                   clone -> java    pid 1 of its own
/// ```
/// The shell is there where the machine has control groups: it enters the worker's, before anything forks.
/// The outer process is the one whose pid, end and death the host sees. It dies with the host, the next
/// dies with it and takes all the rest along. The other way round each passes the status of the next on; only
/// where somebody kills bubblewrap alone does unshare end with status 1, and says so on the output.
public final class BubblewrapLauncher implements WorkerLauncher {
  private final MachineCapabilities machine;
  private final Spawner spawner = new Spawner();
  private final ReadableImages images;
  private final WorkerUsers users = WorkerUsers.ofThisHost();
  private final WorkerGroups groups;
  private final WorkerCaches caches;
  private final PolicyImages policyImages = new PolicyImages();

  /// A launcher for a machine as [MachineProbe] found it. Starts nothing yet.
  public BubblewrapLauncher(MachineCapabilities machine) {
    this(machine, new ReadableImages());
  }

  BubblewrapLauncher(MachineCapabilities machine, ReadableImages images) {
    this(machine, images, new WorkerCaches(machine));
  }

  /// @param caches closed with this launcher
  BubblewrapLauncher(MachineCapabilities machine, ReadableImages images, WorkerCaches caches) {
    this.machine = machine;
    this.images = images;
    this.caches = caches;
    this.groups = new WorkerGroups(machine.cgroups());
  }

  @Override
  public WorkerProcess launch(WorkerImage image, ProcessPolicy policy) throws LaunchException {
    if (!policy.walled()) {
      throw new LaunchException("the policy has no walls, and this launcher builds nothing else");
    }
    if (!machine.walls()) {
      throw new LaunchException(machine.missing());
    }
    Path bubblewrap = machine.bubblewrap();
    if (bubblewrap == null || !Files.isExecutable(bubblewrap)) {
      throw new LaunchException(
          "bubblewrap is missing: " + (bubblewrap == null ? "bwrap" : bubblewrap)
              + " can't be executed; install it with: apt-get install bubblewrap");
    }
    PlainLauncher.requireJava(image);
    WorkerImage readable = readable(policyImages.of(image, policy), images);
    Optional<Path> cache = caches.find(readable);
    BubblewrapCommand command =
        wall(bubblewrap, readable, policy, cache.map(_ -> JvmOptions.aotCache()).stream().toList(), List.of());
    cache.ifPresent(file -> command.bindIfStillThere(file, WorkerCaches.PLACE));
    SpawnedWorker worker = start(spawner, command, policy, users, groups);
    cache.ifPresent(file -> worker.onOutput(text -> caches.heard(readable, file, text)));
    return worker;
  }

  /// The image as the workers' users can read it.
  static WorkerImage readable(WorkerImage image, ReadableImages images) throws LaunchException {
    return Processes.effectiveUserId() == 0 ? images.readableByAll(image) : image;
  }

  /// The wall around a worker's JVM.
  ///
  /// @param image of files that the worker's user can read
  /// @param options for the JVM, beside every worker's
  /// @param arguments of the worker
  static BubblewrapCommand wall(
      Path bubblewrap, WorkerImage image, ProcessPolicy policy, List<String> options, List<String> arguments)
      throws LaunchException {
    List<Path> inside = new ArrayList<>();
    BubblewrapCommand command = new BubblewrapCommand(bubblewrap).bindJdk(image.javaHome());
    for (Path jar : image.jars()) {
      Path place = BubblewrapCommand.LIBRARIES.resolve(WorkerImage.name(jar));
      if (inside.contains(place)) {
        throw new LaunchException("two jars of the worker have the name " + WorkerImage.name(jar));
      }
      inside.add(place);
      command.bind(jar, place);
    }
    List<String> program =
        new ArrayList<>(JvmOptions.command(BubblewrapCommand.JAVA, inside, image, policy, options));
    program.addAll(arguments);
    return command.program(program);
  }

  /// Starts a command behind the wall, as the next user where the host is root.
  static SpawnedWorker start(
      Spawner spawner,
      BubblewrapCommand command,
      ProcessPolicy policy,
      WorkerUsers users,
      WorkerGroups groups)
      throws LaunchException {
    byte[] filter = SeccompProgram.denyListFromBirth(Architecture.current()).bytes();
    int user = users.take();
    WorkerGroup group = WorkerGroup.NONE;
    boolean started = false;
    try {
      WorkerGroup made = groups.create(policy);
      group = made;
      SpawnedWorker worker =
          spawner.spawn(
              command.build(policy.openFiles(), user),
              Map.of(),
              filter,
              made,
              () -> {
                users.giveBack(user);
                groups.remove(made);
              },
              groups::awaitGone);
      started = true;
      return worker;
    } finally {
      if (!started) {
        users.giveBack(user);
        groups.remove(group);
      }
    }
  }

  @Override
  public void close() {
    caches.close();
    spawner.close();
    groups.close();
  }
}
