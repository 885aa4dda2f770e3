package ringfence.host.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// A block of Java, which is a source file without a class, compiled and run.
final class JavaSnippet {
  private JavaSnippet() {}

  /// Runs it in this JVM.
  ///
  /// @return the lines that it printed
  static List<String> run(Snippet snippet, Path folder) throws Exception {
    Path source = Files.writeString(folder.resolve("Snippet.java"), snippet.text());
    compile(snippet, source, folder);
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      Class<?> type = loader.loadClass("Snippet");
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      Method main = type.getDeclaredMethod("main");
      main.setAccessible(true);
      main.invoke(constructor.newInstance());
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static void compile(Snippet snippet, Path source, Path folder) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      List<String> options = List.of("-d", folder.toString(), "-Xlint:all,-path", "-Werror");
      assertThat(compiler.getTask(said, files, null, options, null, files.getJavaFileObjects(source)).call())
          .as("%s%n%s", snippet, said)
          .isTrue();
    }
  }
}
