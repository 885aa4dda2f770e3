package ringfence.sandbox.launch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a worker process is made of: a JDK and the jars of the runtime.
///
/// @param javaHome a JDK or a jlink image with `bin/java`
/// @param jars the worker's module path: the runtime, the sandbox, Graal
/// @param mainModule `module/class` that the worker starts; without a slash a class, and `jars` is its
///     class path
/// @param buildId of the worker's own code, which it repeats in `RemoteReady`
public record WorkerImage(Path javaHome, List<Path> jars, String mainModule, String buildId) {
  /// Names the folder that holds the worker's jars.
  public static final String PATH_PROPERTY = "ringfence.worker.path";

  private static final String MAIN = "ringfence.jsruntime/ringfence.jsruntime.WorkerMain";
  private static final String RUNTIME_JAR = "ringfence-js-runtime";

  /// The beginning of the name of the jar with the debugger's protocol.
  static final String INSPECTOR_JAR = "chromeinspector-tool-";

  /// What the runtime needs beside itself, by the beginning of the jars' names.
  private static final List<String> NEEDED =
      List.of(
          RUNTIME_JAR,
          "ringfence-sandbox",
          "polyglot-",
          "js-language-",
          "truffle-api-",
          "regex-",
          "icu4j-",
          "xz-",
          "collections-",
          "nativeimage-",
          "word-",
          "jspecify-");

  public WorkerImage {
    jars = List.copyOf(jars);
  }

  /// Finds the worker that belongs to this host, on the JDK that this host runs on: in the folder that
  /// the property [#PATH_PROPERTY] names, else among the jars that this JVM was started with: on its module path, also in
  /// folders of it, on its class path, or named by the manifest of a jar there.
  ///
  /// @throws IOException if there is none; the message says where it was sought
  public static WorkerImage locate() throws IOException {
    String folder = System.getProperty(PATH_PROPERTY);
    List<Path> jars = folder == null ? jarsOfThisJvm() : jarsIn(Path.of(folder));
    if (jars.stream().noneMatch(WorkerImage::isRuntime)) {
      throw new IOException(
          "no " + RUNTIME_JAR + "-*.jar "
              + (folder == null
                  ? "on this JVM's module path or class path (jars within jars are not looked into); set -D"
                      + PATH_PROPERTY + " to the folder of the worker's jars"
                  : "in " + folder + ", which -D" + PATH_PROPERTY + " names"));
    }
    return onThisJvm(jars, buildIdOf(jars));
  }

  /// A worker of these jars on the JDK that this host runs on.
  static WorkerImage onThisJvm(List<Path> jars, String buildId) {
    return new WorkerImage(Path.of(System.getProperty("java.home")), jars, MAIN, buildId);
  }

  /// The jars that [#locate] would find, without looking into them; empty where there are none.
  static List<Path> jarsAtHand() {
    String folder = System.getProperty(PATH_PROPERTY);
    try {
      return folder == null ? jarsOfThisJvm() : jarsIn(Path.of(folder));
    } catch (IOException _) {
      return List.of();
    }
  }

  /// A short name for the code in those of the jars that are ours, so that the host and a worker can
  /// tell whether they come from one build: both call this on the jars that they really run from.
  ///
  /// @return 16 hexadecimal digits of a SHA-256 over the names and contents of `ringfence-*.jar`
  /// @throws IOException if a jar can't be read
  public static String buildIdOf(List<Path> jars) throws IOException {
    MessageDigest digest = sha256();
    List<Path> ours =
        jars.stream()
            .filter(jar -> name(jar).startsWith("ringfence-") && name(jar).endsWith(".jar"))
            .sorted(Comparator.comparing(WorkerImage::name))
            .toList();
    for (Path jar : ours) {
      digest.update(name(jar).getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest(jar, digest);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  /// The build id of this very process, from the module path that it was started with. For workers.
  ///
  /// @throws IOException if a jar of the module path can't be read
  public static String ownBuildId() throws IOException {
    return buildIdOf(JvmJars.entries("jdk.module.path"));
  }

  /// Whether a jar is the one with the worker's main.
  static boolean isRuntime(Path jar) {
    return name(jar).startsWith(RUNTIME_JAR);
  }

  /// Whether workers made of it compile hot code of their service to machine code.
  public boolean compiles() {
    return jars.stream().anyMatch(jar -> name(jar).startsWith("truffle-runtime-"));
  }

  /// Whether a debugger can look into workers made of it.
  boolean debugs() {
    return jars.stream().anyMatch(jar -> name(jar).startsWith(INSPECTOR_JAR));
  }

  /// This image with more jars.
  WorkerImage with(List<Path> more) {
    List<Path> all = new ArrayList<>(jars);
    all.addAll(more);
    return new WorkerImage(javaHome, all, mainModule, buildId);
  }

  /// The folder of the jar with the worker's main; empty where there is none.
  Optional<Path> folder() {
    return jars.stream()
        .filter(WorkerImage::isRuntime)
        .map(jar -> jar.toAbsolutePath().resolveSibling("").normalize())
        .findFirst();
  }

  boolean isModular() {
    return mainModule.contains("/");
  }

  Path java() {
    return javaHome.resolve("bin").resolve("java");
  }

  static String name(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }

  static void digest(Path file, MessageDigest digest) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long total = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
        total += read;
      }
    }
    digest.update(Long.toString(total).getBytes(StandardCharsets.UTF_8));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static List<Path> jarsIn(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + ", which -D" + PATH_PROPERTY + " names, is not a folder");
    }
    return jarsOf(folder);
  }

  /// The jars of a folder, sorted.
  static List<Path> jarsOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.toAbsolutePath())) {
      return files.filter(file -> name(file).endsWith(".jar")).sorted().toList();
    }
  }

  private static List<Path> jarsOfThisJvm() {
    return JvmJars.all().stream()
        .filter(jar -> NEEDED.stream().anyMatch(name(jar)::startsWith))
        .toList();
  }
}
