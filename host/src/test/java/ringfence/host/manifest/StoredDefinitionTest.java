package ringfence.host.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ringfence.host.ServiceDefinition;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.sandbox.permission.FileAccess;
import ringfence.sandbox.permission.HostGrant;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.permission.NetworkAccess;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.policy.SandboxLevel;

class StoredDefinitionTest {
  @ParameterizedTest
  @EnumSource
  void whatIsWrittenComesBack(RestartPolicy.Mode mode) {
    ServiceDefinition definition =
        ServiceDefinition.named("page")
            .entry("page.js")
            .code("import './b.js'; // \u00e9 \ud83d\ude00 \u0000 \"quoted\"")
            .module("lib/b.js", "")
            .imports("counter", "other")
            .arguments(List.of("", "--x=1"))
            .policy(SandboxLevel.CONSTRAINED)
            .permissions(
                Permissions.NONE
                    .withFiles(
                        FileAccess.relativeTo(Path.of("/srv/app"))
                            .withRead(List.of(Path.of("data"), Path.of("/etc/app")))
                            .withWrite(List.of(Path.of("/srv/app/out"))))
                    .withNetwork(
                        new NetworkAccess(
                            List.of(HostGrant.parse("*.example.com:443"), HostGrant.parse("[::1]:80")),
                            List.of(ListenGrant.parse("0.0.0.0:8080"))))
                    .withEnvironment(Set.of("A", "B"))
                    .withChildren(3)
                    .withThreads(2)
                    .withEval(true)
                    .withPreciseClock(true))
            .limits(Limits.DEFAULT.withHeapBytes((64L << 20) + 1).withCall(Duration.ofMillis(1234)))
            .restart(new RestartPolicy(mode, Duration.ofMillis(7), Duration.ofSeconds(61), 2, Duration.ofSeconds(90)))
            .crashOnUncaught(true)
            .debug(true)
            .build();
    boolean never = mode == RestartPolicy.Mode.NEVER;
    for (boolean wanted : new boolean[] {true, false}) {
      StoredDefinition back = StoredDefinition.read("page.json", new StoredDefinition(definition, wanted).text());

      assertThat(back.wanted()).isEqualTo(wanted);
      assertThat(back.definition())
          .usingRecursiveComparison()
          // Without restarts their figures mean nothing, and are not written.
          .ignoringFields(never ? new String[] {"restart.firstDelay", "restart.longestDelay", "restart.most", "restart.window"} : new String[0])
          .isEqualTo(definition);
    }
  }

  @Test
  void anotherVersionIsNotGuessedAt() {
    String text = new StoredDefinition(ServiceDefinition.named("a").code("").build(), true).text();

    assertThatThrownBy(() -> StoredDefinition.read("a.json", text.replace("\"version\":1", "\"version\":2")))
        .isInstanceOf(ManifestException.class)
        .hasMessage("a.json:1:12: version: this host reads stored services of version 1, not 2");
    assertThatThrownBy(() -> StoredDefinition.read("a.json", text.substring(0, text.length() / 2)))
        .isInstanceOf(ManifestException.class);
  }
}
