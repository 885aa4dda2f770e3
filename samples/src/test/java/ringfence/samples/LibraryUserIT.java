package ringfence.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Maven project of somebody else's, whose only dependency is the host: it is compiled and run on the class path and on
/// the module path, with README's Java example in it and nothing set that says where the workers' jars are.
class LibraryUserIT {
  private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
  private static final String POM = read("pom.xml");
  private static final List<String> MODULES = List.of("sandbox", "js-runtime", "host");

  private static final String BRIEF =
      """
      package user;

      import ringfence.host.*;

      public class Brief {
        public static void main(String[] arguments) {
          try (var services = ServicesManager.open(HostOptions.defaults())) {
            services.create(ServiceDefinition.named("adder").code("export const add = (a, b) => a + b;").build());
            services.start("adder");
            try (var client = services.connect("adder")) {
              System.out.println(client.call("adder", "add", 40, 2).asLong() + " in " + Brief.class.getModule());
            }
          }
        }
      }
      """;

  @TempDir static Path folder;

  // Once for all tests: Maven takes its seconds.
  @BeforeAll
  static void compilesTheProject() throws IOException {
    Path repository = folder.resolve("repository");
    layOut(repository);
    Files.writeString(folder.resolve("pom.xml"), project("<modules><module>plain</module><module>modular</module></modules>"));
    for (String name : List.of("plain", "modular")) {
      Path sources = folder.resolve(name).resolve("src/main/java/user");
      Files.createDirectories(sources);
      Files.writeString(sources.resolveSibling("../../../pom.xml").normalize(), module(name));
      Files.writeString(sources.resolve("Main.java"), main());
      Files.writeString(sources.resolve("Brief.java"), BRIEF);
    }
    Files.writeString(
        folder.resolve("modular/src/main/java/module-info.java"), "module user {\n  requires ringfence.host;\n}\n");
    List<String> log =
        run(
            List.of(
                Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
                "-o", "-B", "-ntp", "-Dmaven.repo.local=" + repository,
                // What is there will do, whatever mirror it once came from.
                "-Daether.enhancedLocalRepository.trackingFilename=none",
                "compile", plugin("dependency") + ":copy-dependencies"));
    assertThat(log).anyMatch(line -> line.contains("release 25 module-path"));
  }

  // Here, so that nobody who clears the folder has to know that these are links.
  @AfterAll
  static void removesTheLinks() throws IOException {
    try (Stream<Path> entries = Files.list(folder.resolve("repository"))) {
      for (Path link : entries.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  @Test
  void theExampleRunsOnTheClassPath() {
    Path target = folder.resolve("plain/target");
    List<String> out =
        java(
            "--enable-native-access=ALL-UNNAMED",
            "-cp", target.resolve("classes") + File.pathSeparator + target.resolve("dependency") + "/*",
            "user.Main");
    assertThat(out).containsExactly("2", "it was asked to close");
  }

  @Test
  void aServiceRunsOnTheModulePath() {
    Path target = folder.resolve("modular/target");
    List<String> out =
        java(
            "--enable-native-access=ringfence.sandbox",
            "-p", target.resolve("classes") + File.pathSeparator + target.resolve("dependency"),
            "-m", "user/user.Brief");
    assertThat(out).containsExactly("42 in module user");
  }

  private static List<String> java(String... arguments) {
    List<String> command = new ArrayList<>(List.of(JAVA_HOME.resolve("bin/java").toString(), "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(arguments));
    return run(command);
  }

  /// A local repository: all that the machine's own holds, by links, and beside it what this build has made, which is
  /// installed nowhere.
  private static void layOut(Path repository) throws IOException {
    Files.createDirectories(repository);
    try (Stream<Path> entries = Files.list(Path.of(System.getProperty("ringfence.repository")))) {
      for (Path entry : entries.filter(each -> !each.endsWith("ringfence")).toList()) {
        Files.createSymbolicLink(repository.resolve(entry.getFileName()), entry);
      }
    }
    put(repository, "ringfence", CommandRun.HOME.resolve("pom.xml"), "pom");
    for (String module : MODULES) {
      Path home = CommandRun.HOME.resolve(module);
      put(repository, "ringfence-" + module, home.resolve("pom.xml"), "pom");
      put(repository, "ringfence-" + module, home.resolve("target/ringfence-" + module + "-" + version() + ".jar"), "jar");
    }
  }

  private static void put(Path repository, String artifact, Path file, String ending) throws IOException {
    Path place = repository.resolve(Path.of("ringfence", artifact, version()));
    Files.createDirectories(place);
    Files.copy(file, place.resolve(artifact + "-" + version() + "." + ending), StandardCopyOption.REPLACE_EXISTING);
  }

  private static String project(String more) {
    return "<project><modelVersion>4.0.0</modelVersion><groupId>user</groupId><artifactId>user</artifactId>"
        + "<version>1</version><packaging>pom</packaging>" + more + "</project>";
  }

  /// The versions of plug-ins are those of this build, because no others need be on this machine.
  private static String module(String name) {
    return """
        <project><modelVersion>4.0.0</modelVersion>
          <parent><groupId>user</groupId><artifactId>user</artifactId><version>1</version></parent>
          <artifactId>%s</artifactId>
          <properties>
            <maven.compiler.release>25</maven.compiler.release>
            <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
          </properties>
          <dependencies>
            <dependency><groupId>ringfence</groupId><artifactId>ringfence-host</artifactId><version>%s</version></dependency>
          </dependencies>
          <build><plugins>
            <plugin><artifactId>maven-resources-plugin</artifactId><version>%s</version></plugin>
            <plugin><artifactId>maven-compiler-plugin</artifactId><version>%s</version></plugin>
          </plugins></build>
        </project>
        """
        .formatted(name, version(), pluginVersion("resources"), pluginVersion("compiler"));
  }

  /// README's example as a program.
  private static String main() {
    Matcher example = Pattern.compile("## From Java\n\n```java\n(.*?)```", Pattern.DOTALL).matcher(read("README.md"));
    assertThat(example.find()).as("README has a section From Java with an example").isTrue();
    // A file without a class has no place in a named module.
    String[] parts = example.group(1).split("void main\\(\\) \\{\n", 2);
    assertThat(parts).as("imports, and a main without a class around it").hasSize(2);
    return "package user;\n\n" + parts[0] + "public class Main {\n  public static void main(String[] arguments) {\n" + parts[1] + "}\n";
  }

  private static String version() {
    return first(POM, "<artifactId>ringfence</artifactId>\\s*<version>(.*?)</version>");
  }

  private static String plugin(String name) {
    return "org.apache.maven.plugins:maven-" + name + "-plugin:" + pluginVersion(name);
  }

  private static String pluginVersion(String name) {
    return first(POM, "<artifactId>maven-" + name + "-plugin</artifactId>\\s*<version>(.*?)</version>");
  }

  private static String first(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }

  private static String read(String file) {
    try {
      return Files.readString(CommandRun.HOME.resolve(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> run(List<String> command) {
    try {
      Path log = Files.createTempFile(folder, "run", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().putAll(Map.of("JAVA_HOME", JAVA_HOME.toString()));
      Process process = builder.start();
      try {
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("%s ended", command).isTrue();
        assertThat(process.exitValue()).as("%s: %s", command, Files.readString(log)).isZero();
        return Files.readAllLines(log);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
