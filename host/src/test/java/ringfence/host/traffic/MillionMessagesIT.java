package ringfence.host.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.HostOptions;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.protocol.EventPolicy;
import ringfence.sandbox.value.ServiceValue;

/// Values of random size and kind between services in real workers: none is lost, none comes twice, their order is
/// kept, and both ends have hashed the same.
///
/// ```
///                    +-- take(value) ---------->+
///   taker            +<- result or error -------+            giver -- emit --> listeners: slow,
///                    +-- pour(stream) --------->+                           and lose some
///                    +<- draw() ----------------+
///                    +<- emit, policy block ----+
/// ```
/// `-Dringfence.messages=1000000` is the long form; `-Dringfence.seed=S` runs the values of another run.
@Timeout(7200)
class MillionMessagesIT {
  private static final int MESSAGES = Integer.getInteger("ringfence.messages", 2000);
  private static final int SEED = Integer.getInteger("ringfence.seed", new Random().nextInt(1 << 30));
  private static final Limits LIMITS =
      Limits.DEFAULT.withStart(Duration.ofSeconds(60)).withCall(Duration.ofHours(2)).withOutputLines(100);

  /// Of so many messages, those who are slow lose some, however fast the machine is.
  private static final int MANY = 100_000;

  private static final List<EventPolicy> LOSSY = lossy();

  /// A build has one slow importer, whose policy the seed chooses.
  private static List<EventPolicy> lossy() {
    List<EventPolicy> all = List.of(EventPolicy.DROP_OLDEST, EventPolicy.DROP_NEWEST, EventPolicy.DISCONNECT);
    return MESSAGES < MANY ? List.of(all.get(Math.floorMod(SEED, all.size()))) : all;
  }

  private final ServicesManager services = ServicesManager.open(HostOptions.defaults());

  @AfterEach
  void close() {
    services.close();
  }

  @Test
  void noneIsLostNoneComesTwiceAndTheirOrderIsKept() {
    System.out.printf(
        "again: mvn -pl host -am verify -Dit.test=MillionMessagesIT -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false"
            + " -Dfailsafe.failIfNoSpecifiedTests=false -Dringfence.messages=%d -Dringfence.seed=%d%n",
        MESSAGES, SEED);
    create("giver", List.of());
    create("taker", List.of("giver"));
    LOSSY.forEach(policy -> create(name(policy), List.of("giver"), word(policy), "16"));
    services.startAll();

    List<String> others = new ArrayList<>(LOSSY.stream().map(MillionMessagesIT::name).toList());
    others.add("giver");
    try (ServiceClient client =
        services.connect("taker", others.toArray(String[]::new)).within(Duration.ofHours(2))) {
      long begin = System.nanoTime();
      // A call is two messages, and a fifth of all is of each kind.
      int fifth = MESSAGES / 5;
      var _ = client.call("taker", "run", fifth, fifth, fifth, fifth);
      double seconds = (System.nanoTime() - begin) / 1e9;
      compare(client.call("taker", "report"), client.call("giver", "report"), fifth, seconds);
      LOSSY.forEach(policy -> compareGaps(policy, client.call(name(policy), "report")));
    }
  }

  private static void compare(ServiceValue taker, ServiceValue giver, int expected, double seconds) {
    long messages = 0;
    long bytes = 0;
    long lost = 0;
    long again = 0;
    long reordered = 0;
    for (String way : List.of("asked", "answered", "emitted", "drawn", "poured")) {
      ServiceValue one = taker.get(way);
      ServiceValue other = giver.get(way);
      assertThat(other.get("count").asInt()).as(way).isEqualTo(expected);
      assertThat(one).as("%s, by both ends", way).isEqualTo(other);
      messages += one.get("count").asInt();
      bytes += one.get("bytes").asLong();
      lost += one.get("lost").asLong() + other.get("lost").asLong();
      again += one.get("again").asLong() + other.get("again").asLong();
      reordered += one.get("reordered").asLong() + other.get("reordered").asLong();
    }
    ServiceValue outcomes = taker.get("outcomes");
    System.out.printf(
        "messages: %,d, %,d bytes of content, %.1f s, seed %d; calls: %d returned, %d threw; lost %d, twice %d, reordered %d%n",
        messages, bytes, seconds, SEED, outcomes.get("returned").asInt(), outcomes.get("threw").asInt(), lost, again, reordered);
    assertThat(List.of(lost, again, reordered)).containsOnly(0L);
    assertThat(outcomes.get("returned").asInt() + outcomes.get("threw").asInt()).isEqualTo(expected);
    assertThat(outcomes.get("threw").asInt()).isEqualTo((expected + 6) / 7);
    assertThat(outcomes.get("unknown").asInt() + outcomes.get("twice").asInt()).isZero();
    assertThat(taker.get("gaps").asInt()).as("lost by who blocks").isZero();
  }

  /// What an importer did not hear is what it was told, and it was told in the place where it was missing.
  private static void compareGaps(EventPolicy policy, ServiceValue report) {
    long emitted = report.get("emitted").asLong();
    long heard = report.get("count").asLong();
    long told = report.get("told").asLong();
    System.out.printf(
        "%s: %d of %d events heard, %d told as lost in %d gaps, %d really lost, %d disconnects%n",
        word(policy), heard, emitted, told, report.get("gaps").asLong(), emitted - heard, report.get("disconnects").asLong());
    assertThat(told).as(word(policy)).isEqualTo(emitted - heard);
    assertThat(told > 0 || MESSAGES < MANY).as("%s: was it slow?", word(policy)).isTrue();
    assertThat(report.get("lost").asLong()).as("%s: lost and not told there", word(policy)).isZero();
    assertThat(report.get("again").asLong() + report.get("reordered").asLong()).as(word(policy)).isZero();
  }

  private void create(String name, List<String> imports, String... arguments) {
    boolean listens = arguments.length > 0;
    List<String> all = listens ? List.of(Integer.toString(SEED), arguments[0], arguments[1]) : List.of(Integer.toString(SEED));
    services.create(
        ServiceDefinition.named(name)
            .code(TrafficFiles.read(listens ? "listener.js" : name + ".js"))
            .module("values.js", TrafficFiles.read("values.js"))
            .imports(imports.toArray(String[]::new))
            .arguments(all)
            .limits(LIMITS)
            .build());
  }

  private static String name(EventPolicy policy) {
    return "listener-" + word(policy);
  }

  private static String word(EventPolicy policy) {
    return policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
