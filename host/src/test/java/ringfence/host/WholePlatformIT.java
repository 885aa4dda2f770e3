package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.event.OutputLine;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.permission.Limits;

/// A service that touches all of the web platform in a heap of 64 MiB, and pipes more than that through streams.
/// `-Dringfence.pipe.mebibytes=100` pipes more than a build has time for.
@Timeout(600)
class WholePlatformIT {
  private static final long MEBIBYTES = Long.getLong("ringfence.pipe.mebibytes", 4);

  @Test
  void worksInASmallHeap() {
    long bytes = MEBIBYTES << 20;
    try (ServicesManager services = ServicesManager.open(HostOptions.defaults())) {
      services.create(
          ServiceDefinition.named("all")
              .limits(Limits.DEFAULT.withHeapBytes(64L << 20).withStart(Duration.ofSeconds(500)).withTurn(Duration.ofSeconds(60)))
              .arguments(List.of(Long.toString(bytes)))
              .code(resource())
              .build());
      services.start("all");

      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(services.output("all"))
                      .extracting(OutputLine::text)
                      .contains("works 100000 n 5 1.234,5", "piped " + bytes + " true pieces ahead true"));
      assertThat(services.close("all")).isEqualTo(new ExitCause.Requested());
    }
  }

  private static String resource() {
    try (InputStream in = WholePlatformIT.class.getResourceAsStream("/platform/touch.js")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
