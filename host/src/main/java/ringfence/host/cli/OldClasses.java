package ringfence.host.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Makes classes of Java 5 younger, so that an AOT cache takes them: the JVM leaves out all that it has to verify in
/// the old way. picocli is made of them, and loading it was two thirds of the time that `ringfence --help` took.
///
/// What the code does stays as it is: frames for the new verifier are added, and the version is another. For builds.
final class OldClasses {
  private OldClasses() {}

  /// Rewrites jars in their places, each wholly or not at all; one that holds no old class is left alone.
  ///
  /// @param arguments the jars
  /// @throws IOException if one can't be read or written
  public static void main(String[] arguments) throws IOException {
    for (String argument : arguments) {
      Path jar = Path.of(argument);
      System.out.println(jar.getFileName() + ": made " + renew(jar) + " classes younger");
    }
  }

  /// Rewrites one jar, if it holds old classes.
  ///
  /// @return how many there were
  static int renew(Path jar) throws IOException {
    Path made = Files.createTempFile(jar.toAbsolutePath().getParent(), jar.getFileName().toString(), ".new");
    try {
      int old;
      try (ZipFile from = new ZipFile(jar.toFile());
          OutputStream file = Files.newOutputStream(made);
          ZipOutputStream to = new ZipOutputStream(file);
          // Frames name the class that two paths have in common, so the jar's own must be found.
          URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()})) {
        old = copy(from, to, classes);
      }
      if (old > 0) {
        // A temporary file is for one's own eyes only.
        Files.setPosixFilePermissions(made, Files.getPosixFilePermissions(jar));
        Files.move(made, jar, StandardCopyOption.ATOMIC_MOVE);
      }
      return old;
    } finally {
      Files.deleteIfExists(made);
    }
  }

  private static int copy(ZipFile from, ZipOutputStream to, ClassLoader classes) throws IOException {
    ClassFile format =
        ClassFile.of(
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
            ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(classes)));
    int old = 0;
    for (ZipEntry entry : Collections.list(from.entries())) {
      byte[] content;
      try (InputStream in = from.getInputStream(entry)) {
        content = in.readAllBytes();
      }
      if (entry.getName().endsWith(".class")) {
        ClassModel read = format.parse(content);
        if (read.majorVersion() < ClassFile.JAVA_6_VERSION) {
          content = format.transformClass(read, younger());
          old++;
        }
      }
      ZipEntry copy = new ZipEntry(entry.getName());
      copy.setTime(entry.getTime());
      to.putNextEntry(copy);
      to.write(content);
      to.closeEntry();
    }
    return old;
  }

  private static ClassTransform younger() {
    ClassTransform version =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
          } else {
            builder.with(element);
          }
        };
    // Code that is only copied keeps its lack of frames; building it anew adds them.
    return version.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL));
  }
}
