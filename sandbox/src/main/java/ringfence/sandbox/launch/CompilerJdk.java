package ringfence.sandbox.launch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ringfence.sandbox.os.Architecture;

/// Images of workers that compile: the jars of an image, those of the Graal compiler in the folder `jit` beside them,
/// and a JDK that is linked without the empty `jdk.graal.compiler` which stands for it in every JDK.
///
/// ```
///   worker/*.jar                the runtime, which interprets on any JDK
///   worker/jit/*.jar            the compiler; a library's user has it on the module path or class path of the host
///   worker/jdk-KEY/             jlink of the modules that both need, and libtruffleattach.so, which Truffle would
///                               unpack to a file of its own
/// ```
/// Replacing the module by `--upgrade-module-path` would do as well, but switches the AOT cache off.
final class CompilerJdk {
  /// Within the JDK.
  static final Path ATTACH_LIBRARY = Path.of("lib", "libtruffleattach.so");

  private static final String MODULES =
      "java.base,java.compiler,java.logging,java.management,java.sql,java.transaction.xa,java.xml,"
          + "jdk.charsets,jdk.internal.vm.ci,jdk.jfr,jdk.management,jdk.unsupported";

  private static final MoreJars COMPILER =
      new MoreJars("jit", List.of("compiler-", "jniutils-", "truffle-compiler-", "truffle-runtime-"));

  private static final int DIGITS = 12;
  private static final long PATIENCE_MINUTES = 5;

  private CompilerJdk() {}

  /// The image that compiles, if it has been made for this one.
  static Optional<WorkerImage> find(WorkerImage image) {
    try {
      List<Path> jars = COMPILER.of(image);
      if (jars.isEmpty()) {
        return Optional.empty();
      }
      String key = key(image);
      return folders(image).flatMap(folder -> folder.find(CacheFolder.Kind.JDK, key).stream()).findFirst().map(jdk -> with(image, jdk, jars));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// Whether the compiler's jars are there, so that [#make] can do it.
  static boolean canBeMade(WorkerImage image) {
    try {
      return !COMPILER.of(image).isEmpty() && Files.isExecutable(jlink(image));
    } catch (IOException _) {
      return false;
    }
  }

  /// Makes the JDK, beside the image's jars, or in the user's folder where that can't be. Blocks for some seconds.
  ///
  /// @return the image that compiles; an older one if it fits
  /// @throws IOException if it can't be made
  static WorkerImage make(WorkerImage image) throws IOException {
    List<Path> jars = COMPILER.of(image);
    if (jars.isEmpty()) {
      throw new IOException(COMPILER.lack("the compiler's jars"));
    }
    CacheFolder beside = folders(image).findFirst().orElseThrow();
    CacheFolder folder = beside.usable() ? beside : CacheFolder.ofUser();
    Path jdk = folder.make(CacheFolder.Kind.JDK, key(image), target -> link(image, target));
    return with(image, jdk, jars);
  }

  private static WorkerImage with(WorkerImage image, Path jdk, List<Path> compiler) {
    return new WorkerImage(jdk, image.jars(), image.mainModule(), image.buildId()).with(compiler);
  }

  private static Stream<CacheFolder> folders(WorkerImage image) {
    return Stream.concat(image.folder().map(CacheFolder::new).stream(), Stream.of(CacheFolder.ofUser()));
  }

  private static Path jlink(WorkerImage image) {
    return image.javaHome().resolve("bin").resolve("jlink");
  }

  private static String key(WorkerImage image) throws IOException {
    MessageDigest digest = WorkerImage.sha256();
    Path home = image.javaHome().toRealPath();
    WorkerImage.digest(home.resolve("release"), digest);
    digest.update(CacheKey.stamp(home.resolve("lib").resolve("modules")).getBytes(StandardCharsets.UTF_8));
    digest.update(MODULES.getBytes(StandardCharsets.UTF_8));
    digest.update(CacheKey.stamp(MoreJars.truffle(image)).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest(), 0, DIGITS);
  }

  private static void link(WorkerImage image, Path target) throws IOException {
    Path folder =
        Files.createTempDirectory(
            target.resolveSibling("").toAbsolutePath(),
            CacheFolder.TEMPORARY,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      Path jdk = folder.resolve("jdk");
      run(
          List.of(
              jlink(image).toString(), "--add-modules", MODULES, "--strip-java-debug-attributes", "--no-header-files",
              "--no-man-pages", "--output", jdk.toString()));
      copyAttachLibrary(MoreJars.truffle(image), jdk.resolve(ATTACH_LIBRARY));
      Files.move(jdk, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      ReadableImages.deleteTree(folder);
    }
  }

  private static void copyAttachLibrary(Path truffle, Path target) throws IOException {
    String machine = Architecture.current() == Architecture.X86_64 ? "amd64" : "aarch64";
    try (FileSystem jar = FileSystems.newFileSystem(truffle)) {
      Path library =
          jar.getPath("META-INF/resources/engine/libtruffleattach/linux", machine, "bin/libtruffleattach.so");
      try (InputStream in = Files.newInputStream(library)) {
        Files.copy(in, target);
      }
    }
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void run(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    try {
      String said = new String(process.getInputStream().readNBytes(10_000), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IOException(command.getFirst() + " failed: " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
