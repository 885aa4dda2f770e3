package ringfence.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLongArray;
import ringfence.host.HostOptions;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.sandbox.link.CallFailure;
import ringfence.sandbox.link.LinkEndpoint;
import ringfence.sandbox.link.LinkUser;
import ringfence.sandbox.link.Sent;
import ringfence.sandbox.link.StreamBlock;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.RingSide;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.CancelCause;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.LinkFigures.Count;
import ringfence.sandbox.protocol.LinkRole;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.value.ServiceValue;

/// What a call pays for being counted, when nobody watches: calls over the rings of one link, whose two ends take turns on
/// one thread. No process, no sleep and no JavaScript is in it, so that the share of the counting is as large as it gets.
///
/// The rival is the same call whose counting is done once more, in alternated slices of one run: the difference is what
/// counting costs.
///
/// Then the same share of a call between two services, 64 of them under way at once, in the same run.
///
/// `java --enable-native-access=ALL-UNNAMED -Dringfence.worker.path=js-runtime/target/worker -cp benchmarks/target/benchmarks.jar ringfence.benchmarks.Counting [PAIRS]`
public final class Counting {
  private static final int RING_BYTES = 1 << 20;
  private static final int CALLS_OF_A_SLICE = 2_000;
  private static final int WARM_UP = 500;
  private static final ServiceName CALLEE = new ServiceName("counter");
  private static final byte[] ARGUMENTS = new byte[64];

  private final AtomicLongArray again = new AtomicLongArray(LinkFigures.numbers());
  private final LinkEndpoint caller;
  private final LinkEndpoint callee;
  private long begunNanos;
  private boolean twice;
  private long answers;

  private Counting(SharedRegion region) throws IOException {
    RingOffer offer = new RingOffer(2, RingSide.FIRST, RING_BYTES, 0x5eed, RING_BYTES);
    Silent calling =
        new Silent() {
          @Override
          public boolean returned(int call, byte[] value, StreamBlock streams) {
            answers++;
            if (twice) {
              countAgain(System.nanoTime() - begunNanos, value.length);
            }
            return true;
          }
        };
    caller = new LinkEndpoint(new NoDoorbell(), System::nanoTime, calling, (_, _) -> new byte[0]);
    LinkEndpoint[] serving = new LinkEndpoint[1];
    Silent served =
        new Silent() {
          @Override
          public boolean serve(
              int key, ServiceName from, String function, byte[] arguments, long timeoutMillis, StreamBlock streams) {
            return serving[0].answer(key, true, arguments, StreamBlock.NONE) == Sent.SENT;
          }
        };
    callee = new LinkEndpoint(new NoDoorbell(), System::nanoTime, served, (_, _) -> new byte[0]);
    serving[0] = callee;
    callee.add(2, new ServiceName("page"), LinkRole.DEPENDANT, RingPort.open(region, offer.forPeer(2)));
    caller.add(2, CALLEE, LinkRole.IMPORT, RingPort.open(region, offer));
  }

  /// All that the ends of a link count of one call: two messages at each, and the answer.
  private void countAgain(long nanos, int bytes) {
    for (int end = 0; end < 2; end++) {
      add(Count.MESSAGES_SENT.slot(), 1);
      add(Count.BYTES_SENT.slot(), bytes);
      add(Count.MESSAGES_RECEIVED.slot(), 1);
      add(Count.BYTES_RECEIVED.slot(), bytes);
    }
    add(Count.CALLS_RETURNED.slot(), 1);
    add(Count.ANSWER_NANOS.slot(), nanos);
    add(LinkFigures.slot(nanos), 1);
  }

  private void add(int slot, long more) {
    long sum = again.getPlain(slot) + more;
    again.setOpaque(slot, sum < 0 ? Long.MAX_VALUE : sum);
  }

  /// @return nanoseconds a call
  private double slice(boolean counted) {
    twice = counted;
    long begin = System.nanoTime();
    for (int i = 0; i < CALLS_OF_A_SLICE; i++) {
      begunNanos = begin;
      Sent sent = caller.call(CALLEE.value(), "echo", ARGUMENTS, 60_000, StreamBlock.NONE).sent();
      if (sent != Sent.SENT) {
        throw new IllegalStateException("a call was not sent: " + sent);
      }
      boolean _ = callee.run(64, begin);
      boolean _ = caller.run(64, begin);
    }
    return (System.nanoTime() - begin) / (double) CALLS_OF_A_SLICE;
  }

  /// The mean time of a call from one service to another, 64 under way at once, when both are warm.
  private static double serviceCallNanos() {
    try (ServicesManager services = ServicesManager.open(HostOptions.defaults())) {
      services.create(ServiceDefinition.named("counter").code("export const echo = (x) => x;").build());
      services.create(
          ServiceDefinition.named("page")
              .code(
                  """
                  import counter from "service:counter";
                  export async function calls(seconds) {
                    const begin = performance.now();
                    let n = 0;
                    const one = async () => { while (performance.now() - begin < seconds * 1000) { await counter.echo(n); n++; } };
                    await Promise.all(Array.from({ length: 64 }, one));
                    return (performance.now() - begin) * 1e6 / n;
                  }
                  """)
              .imports("counter")
              .build());
      services.start("page");
      try (ServiceClient client = services.connect("page")) {
        ServiceValue _ = client.call("page", "calls", 10);
        return client.call("page", "calls", 5).asDouble();
      }
    }
  }

  /// Prints the ratio.
  public static void main(String[] arguments) throws IOException {
    int pairs = arguments.length == 0 ? 4001 : Integer.parseInt(arguments[0]);
    try (SharedRegion region = SharedRegion.create("counting", RingPort.regionBytes(RING_BYTES))) {
      Counting counting = new Counting(region);
      List<Double> ratios = new ArrayList<>();
      List<Double> nanos = new ArrayList<>();
      for (int pair = -WARM_UP; pair < pairs; pair++) {
        // Each goes first as often as the other.
        boolean first = pair % 2 == 0;
        double one = counting.slice(first);
        double other = counting.slice(!first);
        if (pair >= 0) {
          ratios.add(first ? one / other : other / one);
          nanos.add(first ? other : one);
        }
      }
      List<Double> sorted = ratios.stream().sorted().toList();
      long expected = 2L * (WARM_UP + pairs) * CALLS_OF_A_SLICE;
      if (counting.answers != expected || counting.caller.figures(CALLEE).answers() != expected) {
        throw new IllegalStateException(
            "answers=" + counting.answers + " counted=" + counting.caller.figures(CALLEE).answers() + " expected=" + expected);
      }
      double bare = nanos.stream().sorted().toList().get(pairs / 2);
      double counted = bare * (sorted.get(pairs / 2) - 1);
      System.out.printf(
          Locale.ROOT,
          "a bare call: %.0f ns; counted twice it takes %.3f of that (quartiles %.3f, %.3f; %d pairs of %d calls), so counting takes %.0f ns%n",
          bare,
          sorted.get(pairs / 2),
          sorted.get(pairs / 4),
          sorted.get(pairs * 3 / 4),
          pairs,
          CALLS_OF_A_SLICE,
          counted);
      double service = serviceCallNanos();
      System.out.printf(
          Locale.ROOT,
          "a call between services: %.0f ns; counting is %.2f %% of it; JDK %s%n",
          service,
          100 * counted / service,
          Runtime.version());
      counting.caller.closeAll();
      counting.callee.closeAll();
    }
  }

  /// Nobody sleeps here.
  private static final class NoDoorbell implements Doorbell {
    @Override
    public void add(ConnectionPort port) {}

    @Override
    public void remove(ConnectionPort port) {}

    @Override
    public void wakeOnRoom(ConnectionPort port) {}

    @Override
    public boolean await(Duration timeout) {
      return true;
    }

    @Override
    public void ring() {}

    @Override
    public void close() {}
  }

  /// A user that wants nothing.
  private static class Silent implements LinkUser {
    @Override
    public boolean returned(int call, byte[] value, StreamBlock streams) {
      return true;
    }

    @Override
    public boolean threw(int call, byte[] error) {
      return true;
    }

    @Override
    public void failed(int call, CallFailure failure) {}

    @Override
    public boolean event(ServiceName peer, String name, byte[] arguments) {
      return true;
    }

    @Override
    public void gap(ServiceName peer, long lost) {}

    @Override
    public void unsubscribed(ServiceName peer) {}

    @Override
    public void connected(ServiceName peer, boolean connected) {}

    @Override
    public boolean serve(
        int key, ServiceName from, String function, byte[] arguments, long timeoutMillis, StreamBlock streams) {
      return true;
    }

    @Override
    public void cancelled(int key, CancelCause cause) {}

    @Override
    public void emitted(int wait, boolean complete) {}

    @Override
    public boolean item(int stream, byte[] value, StreamBlock brought) {
      return true;
    }

    @Override
    public boolean ended(int stream, boolean fine, byte[] value) {
      return true;
    }

    @Override
    public void lost(int stream, String why) {}

    @Override
    public void resumed(int stream) {}

    @Override
    public boolean stopped(int stream, byte[] reason) {
      return true;
    }
  }
}
