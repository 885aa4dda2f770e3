package ringfence.benchmarks.calls;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.constant.ClassDesc;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import ringfence.benchmarks.report.Folders;

/// The build at hand without what watches calls: copies of its classes in which whatever counts, measures times of calls, looks
/// for traces or tells the host of that does nothing. There is no switch for it: nobody but a benchmark wants it.
///
/// ```
///   js-runtime/target/worker/   -- copied, its jars changed -->   workers()        workers that count nothing
///   this JVM's class path       -- the same classes ---------->   classes()        to stand before it in another JVM
/// ```
final class Unwatched implements AutoCloseable {
  /// What is silenced: class -> methods. One that returns something gives null, 0 or true.
  private static final Map<String, Set<String>> SILENCED =
      Map.of(
          "ringfence/sandbox/link/LinkTally.class", Set.of("add", "sent", "received", "answered"),
          "ringfence/sandbox/link/LinkEndpoint.class", Set.of("nowNanos"),
          "ringfence/sandbox/link/Spans.class", Set.of("current", "enter", "begin", "end"),
          "ringfence/jsruntime/LinkMeter.class", Set.of("report"));

  private final Path folder;

  private Unwatched(Path folder) {
    this.folder = folder;
  }

  /// Makes both in a folder of their own, which takes some 200 MB until [#close()].
  ///
  /// @param workers the usual `js-runtime/target/worker`
  /// @throws IOException also if one of the classes or methods is not there any more
  static Unwatched of(Path workers) throws IOException {
    Unwatched made = new Unwatched(Files.createTempDirectory("ringfence-unwatched"));
    // Workers are users of their own.
    Path _ = Files.setPosixFilePermissions(made.folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    try {
      made.copyWorkers(workers);
      made.copyClasses();
      return made;
    } catch (IOException | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /// As `js-runtime/target/worker`, without caches.
  Path workers() {
    return folder.resolve("worker");
  }

  /// Those of the classes that ends of links in Java need.
  Path classes() {
    return folder.resolve("classes");
  }

  private void copyWorkers(Path from) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(file -> !file.toString().endsWith(".aot")).toList()) {
        Path _ = Files.copy(file, workers().resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    Set<String> found = new HashSet<>();
    try (Stream<Path> files = Files.list(workers())) {
      for (Path jar : files.filter(file -> file.getFileName().toString().matches("ringfence-.*\\.jar")).toList()) {
        silence(jar, found);
      }
    }
    if (!found.equals(SILENCED.keySet())) {
      throw new FileNotFoundException("the workers in " + from + " have " + found + " of " + SILENCED.keySet());
    }
  }

  private static void silence(Path jar, Set<String> found) throws IOException {
    try (FileSystem inside = FileSystems.newFileSystem(jar)) {
      for (String name : SILENCED.keySet()) {
        Path file = inside.getPath("/" + name);
        if (Files.exists(file)) {
          Path _ = Files.write(file, silenced(name, Files.readAllBytes(file)));
          boolean _ = found.add(name);
        }
      }
    }
  }

  private void copyClasses() throws IOException {
    for (String name : SILENCED.keySet()) {
      try (InputStream in = Unwatched.class.getResourceAsStream("/" + name)) {
        // The runtime of workers is not on this class path.
        if (in != null) {
          Path file = classes().resolve(name);
          Path _ = Files.createDirectories(file.getParent());
          Path _ = Files.write(file, silenced(name, in.readAllBytes()));
        }
      }
    }
  }

  private static byte[] silenced(String name, byte[] code) {
    Set<String> methods = SILENCED.getOrDefault(name, Set.of());
    Set<String> left = new HashSet<>(methods);
    byte[] silenced =
        ClassFile.of()
            .transformClass(
                ClassFile.of().parse(code),
                ClassTransform.transformingMethods(
                    method -> methods.contains(method.methodName().stringValue()),
                    (method, element) -> {
                      if (element instanceof CodeModel whole) {
                        var header = whole.parent().orElseThrow();
                        left.remove(header.methodName().stringValue());
                        var _ = method.withCode(body -> nothing(body, header.methodTypeSymbol().returnType()));
                      } else {
                        var _ = method.with(element);
                      }
                    }));
    if (!left.isEmpty()) {
      throw new IllegalStateException(name + " has no " + left + " any more; say what counts now");
    }
    return silenced;
  }

  private static void nothing(CodeBuilder body, ClassDesc type) {
    switch (type.descriptorString()) {
      case "V" -> body.return_();
      case "J" -> body.lconst_0().lreturn();
      case "Z" -> body.iconst_1().ireturn();
      default -> {
        if (type.isPrimitive()) {
          throw new IllegalStateException("a method that is silenced returns " + type.displayName());
        }
        var _ = body.aconst_null().areturn();
      }
    }
  }

  @Override
  public void close() throws IOException {
    Folders.delete(folder);
  }
}
