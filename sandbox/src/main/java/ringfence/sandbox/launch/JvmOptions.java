package ringfence.sandbox.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import ringfence.sandbox.policy.ProcessPolicy;

/// The command line of a worker's JVM. Pure.
final class JvmOptions {
  /// Tells [WorkerSeal] how many threads the process may have; set behind walls only.
  static final String THREADS_PROPERTY = "ringfence.threads";

  /// Every bound that the JVM knows, and nothing that writes, listens or lets anybody attach.
  private static final List<String> FIXED =
      List.of(
          "-XX:MaxDirectMemorySize=16m",
          "-Xss1m",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:-CreateCoredumpOnCrash",
          "-XX:ErrorFile=/dev/null",
          "-XX:-UsePerfData",
          "-XX:+DisableAttachMechanism",
          "-XX:+UseSerialGC",
          // The JVM would begin with a 64th of the machine's memory, and give little of it back.
          "-Xms8m",
          "-XX:MinHeapFreeRatio=10",
          "-XX:MaxHeapFreeRatio=30",
          "-XX:TrimNativeHeapInterval=5000",
          // Class metadata of the archive at the address that it was made for, so that all workers share its pages:
          // moved, they are each worker's own, some 25 MiB. It would be moved to one of about 250 places; all else
          // stays at random ones.
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:ArchiveRelocationMode=0",
          "-XX:TieredStopAtLevel=1",
          // Exists, or the JVM would warn, and takes no file from anybody.
          "-Djava.io.tmpdir=/proc",
          "-Dpolyglot.engine.WarnInterpreterOnly=false");

  private static final List<String> INTERPRETED =
      List.of(
          "-XX:MaxMetaspaceSize=128m",
          "-XX:ReservedCodeCacheSize=48m",
          // The interpreter needs no library of Truffle's, which would have to be unpacked to a file.
          "-Dtruffle.UseFallbackRuntime=true",
          "-Dpolyglotimpl.AttachLibraryFailureAction=ignore");

  /// Of a JDK whose `jdk.graal.compiler` is that of the jars: see [CompilerJdk].
  private static final List<String> COMPILED =
      List.of(
          "-XX:MaxMetaspaceSize=192m",
          "-XX:ReservedCodeCacheSize=96m",
          "-XX:+UnlockExperimentalVMOptions",
          "-XX:+EnableJVMCI");

  private static final String COMPILER = "jdk.graal.compiler,org.graalvm.truffle.compiler,org.graalvm.truffle.runtime";

  /// Without it the JVM offers none of its diagnostic commands, one of which counts a heap by class. With it Truffle tells JFR of
  /// all that it compiles, and a start with a warm worker takes 12 to 13 ms instead of 9 to 10; so only where somebody looks.
  private static final String FLIGHT_RECORDER = ",jdk.jfr";

  private JvmOptions() {}

  /// The whole command, `java` first.
  ///
  /// @param java path of the program as the new process sees it
  /// @param path the image's jars as the new process sees them
  static List<String> command(
      String java, List<Path> path, WorkerImage image, ProcessPolicy policy) {
    return command(java, path, image, policy, List.of());
  }

  /// The same with options for the JVM that are not every worker's.
  static List<String> command(
      String java, List<Path> path, WorkerImage image, ProcessPolicy policy, List<String> more) {
    List<String> command = new ArrayList<>();
    command.add(java);
    command.add("-Xmx" + policy.jvmHeapBytes());
    command.addAll(FIXED);
    if (image.compiles()) {
      command.addAll(COMPILED);
      command.add("--add-modules=" + COMPILER + (policy.debugged() ? FLIGHT_RECORDER : ""));
      Path home = Path.of(java).resolve("../..").normalize();
      command.add("-Dtruffle.attach.library=" + home.resolve(CompilerJdk.ATTACH_LIBRARY));
    } else {
      command.addAll(INTERPRETED);
    }
    command.addAll(more);
    if (policy.compiled()) {
      command.add(WorkerHeap.option(policy.jvmHeapBytes() - ProcessPolicy.COMPILER_HEAP_BYTES));
    }
    if (policy.walled()) {
      command.add("-D" + THREADS_PROPERTY + "=" + policy.threads());
    }
    String joined = String.join(":", path.stream().map(Path::toString).toList());
    if (image.isModular()) {
      command.add("--enable-native-access=" + nativeModules(path));
      if (contains(path, "truffle-api")) {
        // Truffle reads fields through Unsafe; the JVM would warn about it on standard error.
        command.add("--sun-misc-unsafe-memory-access=allow");
      }
      command.addAll(List.of("-p", joined, "-m", image.mainModule()));
    } else {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.addAll(List.of("-cp", joined, image.mainModule()));
    }
    return List.copyOf(command);
  }

  /// Has the JVM use the worker's cache where it fits.
  static String aotCache() {
    return "-XX:AOTCache=" + WorkerCaches.PLACE;
  }

  /// Naming a module that is not there makes the JVM warn, so only those whose jars are.
  private static String nativeModules(List<Path> path) {
    return "ringfence.sandbox"
        + (contains(path, "truffle-api") ? ",org.graalvm.truffle" : "")
        + (contains(path, "truffle-runtime") ? ",org.graalvm.truffle.runtime" : "");
  }

  private static boolean contains(List<Path> path, String jarPrefix) {
    return path.stream().anyMatch(jar -> fileName(jar).startsWith(jarPrefix));
  }

  private static String fileName(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }
}
