package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.policy.SandboxLevel;
import ringfence.sandbox.protocol.ServiceName;

class ServiceDefinitionTest {

  @Test
  void deniesByDefault() {
    ServiceDefinition definition = ServiceDefinition.named("counter").code("1").build();

    assertThat(definition.entry()).isEqualTo("counter.js");
    assertThat(definition.policy()).isEqualTo(SandboxLevel.UNTRUSTED);
    assertThat(definition.permissions()).isEqualTo(Permissions.NONE);
    assertThat(definition.endWhenIdle()).isFalse();
  }

  @Test
  void keepsModulesUnderTheirNames() {
    ServiceDefinition definition =
        ServiceDefinition.named("page")
            .entry("src/main.js")
            .code("import './lib/a.js'")
            .module("src/lib/a.js", "2")
            .build();

    assertThat(definition.modules().sequencedKeySet())
        .containsExactly("src/main.js", "src/lib/a.js");
  }

  @Test
  void anotherDefinitionDiffersInWhatIsSaidOnly() {
    ServiceDefinition first =
        ServiceDefinition.named("page")
            .module("lib/a.js", "2")
            .code("1")
            .imports("counter")
            .policy(SandboxLevel.CONSTRAINED)
            .permissions(Permissions.NONE.withEval(true))
            .limits(Limits.DEFAULT.withTimers(7))
            .arguments(List.of("x"))
            .restart(RestartPolicy.of(RestartPolicy.Mode.ON_FAILURE))
            .endWhenIdle(true)
            .crashOnUncaught(true)
            .build();

    assertThat(first.toBuilder().build()).isEqualTo(first);
    ServiceDefinition other =
        first.toBuilder().code("3").module("lib/a.js", "4").module("b.js", "5").imports("clock").arguments(List.of("y")).build();
    assertThat(other.modules()).containsExactly(entry("page.js", "3"), entry("lib/a.js", "4"), entry("b.js", "5"));
    assertThat(other.imports()).extracting(ServiceName::value).containsExactly("counter", "clock");
    assertThat(other.arguments()).containsExactly("x", "y");
    assertThat(other.limits()).isEqualTo(first.limits());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/a.js", "../a.js", "a/../b.js", "./a.js", "a//b.js", "a/", "a\\b.js", "a\0", "file:a", ".."})
  void refusesModuleNamesThatAreNoPathBeneath(String name) {
    assertThatThrownBy(() -> ServiceDefinition.named("page").code("1").module(name, "2").build())
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("must be a relative path with /, without . and .. parts");
  }

  @Test
  void saysWhatIsWrong() {
    assertInvalid(
        () -> ServiceDefinition.named("Page"), "service name \"Page\" must match");
    assertInvalid(
        () -> ServiceDefinition.named("page").build(), "service \"page\": it has no code");
    assertInvalid(
        () -> ServiceDefinition.named("page").module("a.js", "1").build(),
        "service \"page\": entry \"page.js\" is none of its modules [a.js]");
    assertInvalid(
        () -> ServiceDefinition.named("page").module("a.js", "1").module("a.js", "2"),
        "service \"page\": module \"a.js\" is given twice");
    assertInvalid(
        () -> ServiceDefinition.named("page").code("1").imports("a", "a").build(),
        "service \"page\": imports [a, a] name a service twice");
    assertInvalid(
        () ->
            ServiceDefinition.named("page")
                .code("1")
                .arguments(List.of("x".repeat(8 << 20)))
                .build(),
        "are over 8388608");
  }

  private static void assertInvalid(Runnable builds, String message) {
    assertThatThrownBy(builds::run)
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((ServiceException) e).code())
        .isEqualTo(ErrorCode.INVALID_DEFINITION);
  }
}
