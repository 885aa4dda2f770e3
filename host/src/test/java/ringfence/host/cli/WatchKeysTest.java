package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringfence.host.EasyWorkers;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;

class WatchKeysTest {
  private final List<String> done = new ArrayList<>();
  private final List<String> said = new ArrayList<>();

  @Test
  void lettersActAndAllElseIsExplained() {
    try (ServicesManager services = EasyWorkers.manager()) {
      services.create(ServiceDefinition.named("a").code("1").build());
      services.start("a");
      type(services, "\n  r a \nr b\nr\nwhat\nq\n");
      assertThat(services.status("a").incarnation()).as("started, and restarted by each r").isEqualTo(3);
    }
    assertThat(done).containsExactly("restarted a", "restarted all", "closed");
    assertThat(said).hasSize(2);
    assertThat(said.getFirst()).contains("\"b\"").endsWith("; what runs goes on");
    assertThat(said.getLast()).isEqualTo(WatchKeys.HINT);
  }

  private void type(ServicesManager services, String text) {
    WatchKeys.Acts acts =
        new WatchKeys.Acts() {
          @Override
          public void restartAll() {
            services.restart("a");
            done.add("restarted all");
          }

          @Override
          public void restart(String service) {
            services.restart(service);
            done.add("restarted " + service);
          }

          @Override
          public void close() {
            done.add("closed");
          }
        };
    new WatchKeys(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), acts, said::add).run();
  }
}
