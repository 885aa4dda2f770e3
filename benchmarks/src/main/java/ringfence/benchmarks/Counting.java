package ringfence.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
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
import ringfence.sandbox.protocol.TraceContext;
import ringfence.sandbox.value.ServiceValue;

/// What a call pays for being watched: calls over the rings of one link, whose two ends take turns on one thread. No process,
/// no sleep and no JavaScript is in it, so that the share of the watching is as large as it gets.
///
/// The rival is the same call with one [More] to it, in alternated slices of one run: the difference is what that costs.
///
/// Then the same shares of a call between two services, 64 of them under way at once, in the same run.
///
/// `java --enable-native-access=ALL-UNNAMED -Dringfence.worker.path=js-runtime/target/worker -cp benchmarks/target/benchmarks.jar ringfence.benchmarks.Counting [PAIRS]`
public final class Counting {
  /// The argument with which it takes a line for each slice, as a rival of the part `watching`, in place of comparing.
  public static final String SLICES = "--slices";

  private static final int RING_BYTES = 1 << 20;
  private static final int CALLS_OF_A_SLICE = 2_000;
  private static final int WARM_UP = 500;
  private static final ServiceName CALLEE = new ServiceName("counter");
  private static final byte[] ARGUMENTS = new byte[64];

  private final AtomicLongArray again = new AtomicLongArray(LinkFigures.numbers());
  private final LinkEndpoint caller;
  private final LinkEndpoint callee;
  private long begunNanos;
  private More more = More.NOTHING;
  private long answers;
  private long told;

  /// What a call of the rival has beside a bare one.
  private enum More {
    NOTHING("nothing"),
    COUNTED("what it is always counted for, once more"),
    LOOKED("its looks for a trace that is not there, once more"),
    PASSED("a trace that is not sampled, and is passed on"),
    TOLD("a trace that is sampled, with two spans that nobody takes further");

    private final String words;

    More(String words) {
      this.words = words;
    }
  }

  private Counting(SharedRegion region) throws IOException {
    RingOffer offer = new RingOffer(2, RingSide.FIRST, RING_BYTES, 0x5eed, RING_BYTES);
    Silent calling =
        new Silent() {
          @Override
          public boolean returned(int call, byte[] value, StreamBlock streams) {
            answers++;
            if (more == More.COUNTED) {
              countAgain(System.nanoTime() - begunNanos, value.length);
            } else if (more == More.LOOKED) {
              lookAgain();
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

  /// All looks of one call: each end asks what it is in, enters what comes and leaves it.
  private void lookAgain() {
    for (LinkEndpoint end : List.of(caller, callee)) {
      TraceContext before = end.spans().enter(end.spans().current());
      TraceContext _ = end.spans().enter(before);
      if (end.spans().current() != null) {
        throw new IllegalStateException("a call belongs to a trace");
      }
    }
  }

  /// @return nanoseconds a call
  private double slice(More with) {
    more = with;
    TraceContext _ =
        caller
            .spans()
            .enter(
                switch (with) {
                  case NOTHING, COUNTED, LOOKED -> null;
                  case PASSED -> new TraceContext(1, 2, 3, 0, "");
                  case TOLD -> new TraceContext(1, 2, 3, 1, "");
                });
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

  /// Prints what it costs.
  private void compare(More with, int pairs, double service) {
    long answersBefore = answers;
    long toldBefore = told;
    List<Double> ratios = new ArrayList<>();
    List<Double> nanos = new ArrayList<>();
    for (int pair = -WARM_UP; pair < pairs; pair++) {
      // Each goes first as often as the other.
      boolean first = pair % 2 == 0;
      double one = slice(first ? with : More.NOTHING);
      double other = slice(first ? More.NOTHING : with);
      if (pair >= 0) {
        ratios.add(first ? one / other : other / one);
        nanos.add(first ? other : one);
      }
    }
    List<Double> sorted = ratios.stream().sorted().toList();
    long expected = 2L * (WARM_UP + pairs) * CALLS_OF_A_SLICE;
    long spans = with == More.TOLD ? expected : 0;
    if (answers - answersBefore != expected || caller.figures(CALLEE).answers() != answers || told - toldBefore != spans) {
      throw new IllegalStateException(
          "answers=%d counted=%d expected=%d spans=%d of %d"
              .formatted(answers - answersBefore, caller.figures(CALLEE).answers(), expected, told - toldBefore, spans));
    }
    double bare = nanos.stream().sorted().toList().get(pairs / 2);
    double cost = bare * (sorted.get(pairs / 2) - 1);
    System.out.printf(
        Locale.ROOT,
        "a bare call: %.0f ns; with %s it takes %.3f of that (quartiles %.3f, %.3f; %d pairs of %d calls): %.0f ns, %.2f %% of a call between services%n",
        bare,
        with.words,
        sorted.get(pairs / 2),
        sorted.get(pairs / 4),
        sorted.get(pairs * 3 / 4),
        pairs,
        CALLS_OF_A_SLICE,
        cost,
        100 * cost / service);
  }

  /// Answers each line, `{"millis": M}`, with how fast calls were for so long.
  private void slices(BufferedReader lines) throws IOException {
    ObjectMapper json = new ObjectMapper();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(json.readTree(line).get("millis").asLong());
      List<Double> nanos = new ArrayList<>();
      do {
        nanos.add(slice(More.NOTHING));
      } while (System.nanoTime() - end < 0);
      double median = nanos.stream().sorted().toList().get(nanos.size() / 2);
      System.out.printf(Locale.ROOT, "{\"MEAN_NANOS\":%.1f,\"PER_SECOND\":%.0f}%n", median, 1e9 / median);
    }
  }

  /// Prints the ratios, or answers slices.
  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 1 && arguments[0].equals(SLICES)) {
      try (SharedRegion region = SharedRegion.create("counting", RingPort.regionBytes(RING_BYTES))) {
        new Counting(region).slices(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
      }
      return;
    }
    int pairs = arguments.length == 0 ? 4001 : Integer.parseInt(arguments[0]);
    try (SharedRegion region = SharedRegion.create("counting", RingPort.regionBytes(RING_BYTES))) {
      Counting counting = new Counting(region);
      counting.caller.spans().watch(1, _ -> counting.told++);
      counting.callee.spans().watch(2, _ -> counting.told++);
      double service = serviceCallNanos();
      System.out.printf(Locale.ROOT, "a call between services: %.0f ns; JDK %s%n", service, Runtime.version());
      for (More with : List.of(More.COUNTED, More.LOOKED, More.PASSED, More.TOLD)) {
        counting.compare(with, pairs, service);
      }
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
