package ringfence.host.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.HostOptions;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.value.ServiceValue;

/// What a small call waits for behind a stream of 64 MiB on the same link, between real workers: counted in the bytes
/// of the stream that come between the call and its answer.
///
/// Before the exporter reads the call it can use up only the window that it was let before, since more is let behind
/// the call on the same ring; and its answer goes before the rest of the stream.
@Timeout(300)
class FairnessIT {
  private static final int ITEM_BYTES = 60_000;
  private static final int STREAMED_BYTES = 64 << 20;

  private static final String SOURCE =
      """
      export async function* stream(itemBytes, total) {
        for (let sent = 0; sent < total; sent += itemBytes) yield new Uint8Array(itemBytes);
      }
      export const small = (value) => value;
      """;

  private static final String SINK =
      """
      import source from "service:source";
      export async function run(itemBytes, total) {
        let received = 0;
        let calls = 0;
        let most = 0;
        let over = false;
        const calling = (async () => {
          while (!over) {
            const before = received;
            await source.small(calls);
            const between = received - before;
            if (between > most) most = between;
            calls++;
            // In the turn of another item.
            await new Promise((go) => { setTimeout(go, calls % 3); });
          }
        })();
        for await (const item of source.stream(itemBytes, total)) received += item.length;
        over = true;
        await calling;
        return { received, calls, most };
      }
      """;

  @Test
  void aSmallCallWaitsForNoMoreThanAWindow() {
    try (ServicesManager services = ServicesManager.open(HostOptions.defaults())) {
      services.create(ServiceDefinition.named("source").code(SOURCE).build());
      services.create(ServiceDefinition.named("sink").imports("source").code(SINK).build());
      services.startAll();
      try (ServiceClient client = services.connect("sink").within(Duration.ofMinutes(4))) {
        ServiceValue result = client.call("sink", "run", ITEM_BYTES, STREAMED_BYTES);
        System.out.printf(
            "fairness: %d calls beside a stream of %d bytes, behind %d bytes at most, window %d%n",
            result.get("calls").asInt(), result.get("received").asInt(), result.get("most").asInt(), ServiceMessage.LINK_WINDOW_BYTES);
        assertThat(result.get("received").asInt()).isGreaterThanOrEqualTo(STREAMED_BYTES);
        assertThat(result.get("calls").asInt()).isGreaterThan(10);
        assertThat(result.get("most").asInt())
            .isLessThanOrEqualTo(ServiceMessage.LINK_WINDOW_BYTES + ServiceMessage.MOST_PART_BYTES);
      }
    }
  }
}
