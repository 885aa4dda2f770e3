package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.policy.ProcessPolicy;

class JvmOptionsTest {
  private static final ProcessPolicy WALLED = new ProcessPolicy(true, 64L << 20, 40, 64, 100);
  private static final ProcessPolicy PLAIN = new ProcessPolicy(false, 64L << 20, 40, 64, 100);

  @Test
  void boundsEverythingThatTheJvmCanBound() {
    List<String> command = command("m/m.Main", WALLED, "/w/lib/ringfence-sandbox-1.jar");
    assertThat(command.getFirst()).isEqualTo("/jdk/bin/java");
    assertThat(command)
        .contains("-Xmx67108864", "-Xss1m", "-XX:+ExitOnOutOfMemoryError", "-XX:ErrorFile=/dev/null")
        .contains("-XX:-UsePerfData", "-XX:+DisableAttachMechanism", "-XX:-CreateCoredumpOnCrash")
        .anyMatch(option -> option.startsWith("-XX:MaxMetaspaceSize="))
        .anyMatch(option -> option.startsWith("-XX:MaxDirectMemorySize="))
        .anyMatch(option -> option.startsWith("-XX:ReservedCodeCacheSize="));
  }

  @Test
  void startsAModuleFromAModulePathAndAClassFromAClassPath() {
    assertThat(command("m/m.Main", WALLED, "/w/lib/a.jar", "/w/lib/b.jar"))
        .endsWith("-p", "/w/lib/a.jar:/w/lib/b.jar", "-m", "m/m.Main")
        .contains("--enable-native-access=ringfence.sandbox");
    assertThat(command("m.Main", WALLED, "/w/lib/a.jar"))
        .endsWith("-cp", "/w/lib/a.jar", "m.Main")
        .contains("--enable-native-access=ALL-UNNAMED");
  }

  @Test
  void namesTruffleOnlyWhereItIsSinceTheJvmWarnsOfUnknownModules() {
    assertThat(command("m/m.Main", WALLED, "/w/lib/truffle-api-25.0.3.jar"))
        .contains("--enable-native-access=ringfence.sandbox,org.graalvm.truffle");
  }

  @Test
  void threadBoundIsOnlyGivenBehindTheWallWhereOnlyTheWorkersOwnCount() {
    assertThat(command("m.Main", WALLED, "/a.jar")).contains("-Dringfence.threads=40");
    assertThat(command("m.Main", PLAIN, "/a.jar")).noneMatch(o -> o.contains("ringfence.threads"));
  }

  private static List<String> command(String main, ProcessPolicy policy, String... path) {
    List<Path> jars = List.of(path).stream().map(Path::of).toList();
    WorkerImage image = new WorkerImage(Path.of("/jdk"), jars, main, "");
    return JvmOptions.command("/jdk/bin/java", jars, image, policy);
  }
}
