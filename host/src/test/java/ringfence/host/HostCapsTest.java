package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.policy.MachineCapabilities;

/// Each limit has a cap of the host's, and one beyond it is refused before anything is started.
class HostCapsTest {
  private static final Limits CAPS =
      new Limits(
          64L << 20,
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          Duration.ofSeconds(30),
          50,
          100,
          200,
          300,
          8,
          1L << 21,
          1L << 20,
          1 << 19);

  static Stream<Arguments> limitsBeyondTheirCap() {
    return Stream.of(
        Arguments.of(CAPS.withHeapBytes(65L << 20), "heap", (65L << 20) + " bytes", (64L << 20) + " bytes"),
        Arguments.of(CAPS.withStart(Duration.ofSeconds(11)), "start", "11000ms", "10000ms"),
        Arguments.of(CAPS.withClose(Duration.ofSeconds(6)), "close", "6000ms", "5000ms"),
        Arguments.of(CAPS.withTurn(Duration.ofSeconds(3)), "turn", "3000ms", "2000ms"),
        Arguments.of(CAPS.withCall(Duration.ofSeconds(31)), "call", "31000ms", "30000ms"),
        Arguments.of(CAPS.withCpuPercent(51), "cpu", "51%", "50%"),
        Arguments.of(CAPS.withOutputLines(101), "output", "101 lines", "100 lines"),
        Arguments.of(CAPS.withCalls(201), "calls", "201", "200"),
        Arguments.of(CAPS.withTimers(301), "timers", "301", "300"),
        Arguments.of(CAPS.withOpenFiles(9), "files", "9", "8"),
        Arguments.of(CAPS.withWrittenBytes((1L << 21) + 1), "written", (1 << 21) + 1 + " bytes", (1 << 21) + " bytes"),
        Arguments.of(CAPS.withResponseBytes((1L << 20) + 1), "response", (1 << 20) + 1 + " bytes", (1 << 20) + " bytes"),
        Arguments.of(CAPS.withMessageBytes((1 << 19) + 1), "message", (1 << 19) + 1 + " bytes", (1 << 19) + " bytes"));
  }

  @ParameterizedTest
  @MethodSource("limitsBeyondTheirCap")
  void aLimitBeyondItsCapIsRefusedWithKeyValueAndCap(Limits asked, String key, String value, String cap) {
    try (ServicesManager services = open()) {
      assertThatThrownBy(() -> services.create(service(asked)))
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVER_HOST_LIMIT))
          .hasMessage(
              "service \"a\" asks for limits.%s of %s; this host gives at most %s".formatted(key, value, cap));
      assertThat(services.statuses()).isEmpty();
    }
  }

  @Test
  void everyLimitIsAmongThem() {
    assertThat(limitsBeyondTheirCap()).hasSize(Limits.class.getRecordComponents().length);
  }

  @Test
  void limitsAtTheirCapsAreAccepted() {
    try (ServicesManager services = open()) {
      services.create(service(CAPS));
      assertThat(services.statuses()).hasSize(1);
    }
  }

  private static ServicesManager open() {
    return ServicesManager.open(
        HostOptions.defaults()
            .withMost(CAPS)
            .withMachine(new MachineCapabilities(Path.of("/usr/bin/bwrap"), "")));
  }

  private static ServiceDefinition service(Limits limits) {
    return ServiceDefinition.named("a").code("export const a = 1;").limits(limits).build();
  }
}
