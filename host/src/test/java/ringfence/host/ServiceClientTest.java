package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.protocol.EventPolicy;
import ringfence.sandbox.value.ServiceValue;
import ringfence.sandbox.value.UnsupportedValueException;

/// Java code as caller and as service, over real rings, without a process.
@Timeout(60)
class ServiceClientTest {
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicBoolean interrupted = new AtomicBoolean();
  private final AtomicReference<Duration> timeLeft = new AtomicReference<>(Duration.ZERO);

  private final HostService store =
      HostService.named("store")
          .exports("add", call -> call.argument(0).asLong() + call.argument(1).asLong())
          .exports("echo", call -> call.argument(0))
          .exports("who", call -> call.caller().value())
          .exports("odd", _ -> { throw new HostError("RangeError", "odd"); })
          .exports("secret", _ -> { throw new IllegalStateException("/etc/secret of " + ServiceClientTest.class); })
          .exports("unsendable", _ -> Thread.currentThread())
          .exports("count", call -> IntStream.range(0, call.argument(0).asInt()).iterator())
          .exports("sum", call -> {
            long sum = 0;
            for (Iterator<ServiceValue> numbers = call.stream(0); numbers.hasNext(); ) {
              sum += numbers.next().asLong();
            }
            return sum;
          })
          .exports("first", call -> {
            try (ServiceStream numbers = call.stream(0)) {
              return numbers.next();
            }
          })
          .exports("slow", call -> {
            timeLeft.set(call.timeLeft());
            try {
              release.await();
            } catch (InterruptedException e) {
              interrupted.set(true);
              throw e;
            }
            return 1;
          })
          .build();

  private final ServicesManager services =
      ServicesManager.open(
          HostOptions.defaults().withMachine(new MachineCapabilities(null, "no walls are needed here")));

  private ServiceClient connected() {
    services.create(store);
    services.start("store");
    return services.connect("store");
  }

  @AfterEach
  void close() {
    release.countDown();
    services.close();
  }

  @Test
  void callsAJavaFunctionOverARing() {
    try (ServiceClient client = connected()) {
      assertThat(client.call("store", "add", 40, 2).asLong()).isEqualTo(42);
      assertThat(client.call("store", "who").asString()).isEqualTo("host");
      Instant now = Instant.ofEpochMilli(1_700_000_000_000L);
      ServiceValue value =
          client.call(
              "store",
              "echo",
              Map.of("list", List.of(1, "two", true), "when", now, "bytes", new byte[] {1, 2}, "big", 1L << 60));
      assertThat(value.get("list").asList().get(1).asString()).isEqualTo("two");
      assertThat(value.get("when").asInstant()).isEqualTo(now);
      assertThat(value.get("bytes").asBytes()).containsExactly(1, 2);
      assertThat(value.get("big").asLong()).isEqualTo(1L << 60);
      assertThat(value.get("nothing").isPresent()).isFalse();
      assertThatThrownBy(() -> value.get("list").asLong())
          .isInstanceOf(UnsupportedValueException.class)
          .hasMessage("the value is an array of 3, not a whole number of 64 bits");
    }
  }

  @Test
  void aFailingFunctionTellsNothingOfTheHost() {
    // Attack: a service calls a host function with what makes it fail, to learn class names and paths.
    try (ServiceClient client = connected()) {
      assertThatThrownBy(() -> client.call("store", "odd"))
          .isInstanceOfSatisfying(
              ServiceCallException.class, e -> assertThat(e.name()).isEqualTo("RangeError"))
          .hasMessage("RangeError: odd");
      for (String function : List.of("secret", "add")) {
        assertThatThrownBy(() -> client.call("store", function))
            .hasMessage(
                function.equals("add")
                    ? "DataCloneError: the result of add: the value is undefined, not a whole number of 64 bits"
                    : "Error: the host function secret failed")
            .satisfies(e -> assertThat(((ServiceCallException) e).thrown().orElseThrow().toString()).doesNotContain("java", "/etc", "ringfence"));
      }
      assertThatThrownBy(() -> client.call("store", "missing"))
          .hasMessage("TypeError: the host service exports no function \"missing\"");
      assertThatThrownBy(() -> client.call("store", "unsendable")).hasMessageStartingWith("DataCloneError");
      assertThatThrownBy(() -> client.call("store", "echo", new Object()))
          .isInstanceOf(UnsupportedValueException.class);
      assertThat(client.call("store", "add", 1, 1).asInt()).isEqualTo(2);
    }
  }

  @Test
  void streamsGoBothWaysAndStopWhenNobodyReads() {
    try (ServiceClient client = connected()) {
      List<Integer> seen = new ArrayList<>();
      client.stream("store", "count", 10_000).forEachRemaining(n -> seen.add(n.asInt()));
      assertThat(seen).hasSize(10_000).isSorted();
      assertThat(client.call("store", "sum", LongStream.rangeClosed(1, 10_000).iterator()).asLong())
          .isEqualTo(50_005_000);
      AtomicBoolean closed = new AtomicBoolean();
      class Endless implements Iterator<Integer>, AutoCloseable {
        @Override
        public boolean hasNext() {
          return true;
        }

        @Override
        public Integer next() {
          return 7;
        }

        @Override
        public void close() {
          closed.set(true);
        }
      }

      assertThat(client.call("store", "first", new Endless()).asInt()).isEqualTo(7);
      await().untilTrue(closed);
      try (ServiceStream endless = client.stream("store", "count", Integer.MAX_VALUE)) {
        assertThat(endless.next().asInt()).isZero();
      }
      assertThatThrownBy(() -> client.call("store", "count", 3))
          .hasMessage("the result of store.count holds a stream; take it with stream(...)");
      assertThatThrownBy(() -> client.stream("store", "add", 1, 2)).hasMessage("the result of store.add is no stream");
    }
  }

  @Test
  void aCallThatIsGivenUpInterruptsTheFunction() {
    try (ServiceClient client = connected()) {
      assertThatThrownBy(() -> client.within(Duration.ofMillis(50)).call("store", "slow"))
          .hasMessage("TimeoutError: call store.slow had no answer within 50 ms");
      await().untilTrue(interrupted);
      assertThat(timeLeft.get()).isBetween(Duration.ofMillis(1), Duration.ofMillis(50));

      interrupted.set(false);
      AtomicReference<ErrorCode> code = new AtomicReference<>();
      Thread caller =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      client.call("store", "slow");
                    } catch (ServiceException e) {
                      code.set(e.code());
                    }
                  });
      await().untilAsserted(() -> assertThat(timeLeft.get()).isGreaterThan(Duration.ofSeconds(10)));
      caller.interrupt();
      await().untilTrue(interrupted);
      await().untilAsserted(() -> assertThat(code).hasValue(ErrorCode.INTERRUPTED));
    }
  }

  @Test
  void aClientOutlivesTheRunsOfItsService() {
    try (ServiceClient client = connected()) {
      List<String> states = new CopyOnWriteArrayList<>();
      var _ = client.on("store", "state", values -> states.add(values.getFirst().asString()));
      services.close("store");
      await().until(() -> !client.isConnected("store"));
      assertThatThrownBy(() -> client.call("store", "add", 1, 1))
          .isInstanceOfSatisfying(
              ServiceCallException.class,
              e -> {
                assertThat(e.name()).isEqualTo("PeerClosedError");
                assertThat(e.delivered()).isEqualTo("no");
              });
      services.start("store");
      await().until(() -> client.isConnected("store"));
      assertThat(client.call("store", "add", 1, 1).asInt()).isEqualTo(2);
      // The run that it was connected to at first may be told late, to a listener that came meanwhile.
      await().untilAsserted(() -> assertThat(states).endsWith("closed", "running").hasSizeLessThanOrEqualTo(3));
    }
  }

  @Test
  void hearsEventsInOrderAndWhatWasLost() throws InterruptedException {
    try (ServiceClient client = connected()) {
      List<Long> seen = new CopyOnWriteArrayList<>();
      AtomicReference<Long> lost = new AtomicReference<>(0L);
      CountDownLatch go = new CountDownLatch(1);
      client.queueEvents("store", EventPolicy.DROP_OLDEST, 10);
      var _ = client.onGap("store", n -> lost.updateAndGet(sum -> sum + n));
      var _ =
          client.on(
              "store",
              "tick",
              values -> {
                try {
                  go.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                seen.add(values.getFirst().asLong());
              });
      // Behind the subscription on the same link.
      client.call("store", "add", 1, 1);
      byte[] filling = new byte[1000];
      boolean complete = true;
      for (long i = 0; i < 5000; i++) {
        complete &= store.emit("tick", i, filling);
      }
      assertThat(complete).isFalse();
      go.countDown();
      await().untilAsserted(() -> assertThat(seen).endsWith(4999L));
      await().untilAsserted(() -> assertThat(lost).hasValue(5000L - seen.size()));
      assertThat(lost.get()).isPositive();
      assertThat(seen).isSorted();
    }
  }

  @Test
  void refusesNamesOfItsOwnAndUnknownServices() {
    assertThatThrownBy(() -> HostService.named("host"))
        .hasMessage("service name \"host\" is the host's own; choose another");
    assertThatThrownBy(() -> HostService.named("a").exports("then", _ -> 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> services.connect("nobody"))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_SERVICE));
  }
}
