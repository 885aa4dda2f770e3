package ringfence.benchmarks.torture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import ringfence.benchmarks.report.Folders;

/// A host runs out of something: new work is refused with words that name it, what runs goes on, and with the scarcity the
/// refusals end.
final class Exhaustion implements Ordeal {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int LEAST = 2;
  private static final int MOST_WORKERS = 200;
  private static final int MOST_TRIES = 20;

  /// Refusals that have been shown.
  private final Set<String> said = new HashSet<>();

  @Override
  public String key() {
    return "exhaustion";
  }

  @Override
  public List<Row> endure(Trial trial) throws IOException, InterruptedException {
    Orphans.adopt();
    Duration whole = trial.remaining();
    Path folder = Files.createTempDirectory("ringfence-torture-scarce");
    List<Row> rows = new ArrayList<>();
    try {
      // Workers' users pass through it.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      List<Scarcity> all = new ArrayList<>(Scarcities.all(folder));
      Collections.shuffle(all, new Random(trial.random.nextLong()));
      if (trial.brief()) {
        all.subList(LEAST, all.size()).clear();
      }
      // Also when it is broken off: a mount stays for ever otherwise.
      Thread cleaner = new Thread(() -> all.forEach(Exhaustion::clear));
      Runtime.getRuntime().addShutdownHook(cleaner);
      Duration share = trial.remaining().dividedBy(all.size() + 2);
      for (Scarcity scarcity : all) {
        try {
          if (scarcity.ready()) {
            rows.add(row(trial, scarcity, System.nanoTime() + share.toNanos()));
          } else {
            trial.say("not here: " + scarcity.what());
          }
        } finally {
          clear(scarcity);
        }
      }
      boolean _ = Runtime.getRuntime().removeShutdownHook(cleaner);
      rows.add(services(trial, folder));
      if (!trial.brief()) {
        rows.add(crowd(trial, folder, System.nanoTime() + whole.toNanos()));
      }
    } finally {
      Folders.delete(folder);
    }
    return rows;
  }

  private static void clear(Scarcity scarcity) {
    try {
      scarcity.clear();
    } catch (IOException e) {
      throw new UncheckedIOException("the machine could not be left as it was: " + scarcity.what(), e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Row row(Trial trial, Scarcity scarcity, long deadline) throws IOException, InterruptedException {
    Tally tally = new Tally(trial, key(), "no more " + scarcity.what());
    Set<Integer> before = Orphans.descendants();
    try (ChildJvm host = ChildJvm.start(ServantHost.class, List.of(), scarcity.arguments())) {
      String _ = host.await("ok up", PATIENCE);
      must(host, "create base 0");
      must(host, "start base");
      must(host, "create victim 0 base");
      int rounds = 0;
      for (int tries = 0; trial.more(rounds, 1, deadline) && (rounds > 0 || tries < MOST_TRIES); tries++) {
        rounds += round(trial, tally, scarcity, host) ? 1 : 0;
      }
      if (rounds == 0) {
        tally.fail(scarcity.what() + ": nothing was refused in " + MOST_TRIES + " tries");
      }
      if (host.finish(PATIENCE) != 0) {
        tally.fail("the host did not end in order");
      }
    } catch (IOException e) {
      tally.fail(scarcity.what() + ": " + e.getMessage());
    }
    tally.leaked(Orphans.left(before, PATIENCE), "by the host");
    return tally.row();
  }

  /// @return whether something was refused: the dice may have left enough
  private boolean round(Trial trial, Tally tally, Scarcity scarcity, ChildJvm host)
      throws IOException, InterruptedException {
    String answer;
    String running;
    scarcity.begin(host, trial.random);
    try {
      answer = ask(host, scarcity.command());
      running = ask(host, "echo base");
    } finally {
      scarcity.end(host);
    }
    boolean refused = !answer.startsWith("ok ");
    if (refused) {
      tally.injected(1);
      if (said.add(answer)) {
        trial.say(answer);
      }
      if (answer.startsWith("refused ") && answer.matches(scarcity.words())) {
        tally.detected(1);
      } else {
        tally.fail("no clear refusal: " + answer);
      }
    }
    if (!running.startsWith("ok ")) {
      tally.lost(1);
      tally.fail("what ran does not answer while there is no more " + scarcity.what() + ": " + running);
    }
    // All is as it was.
    must(host, scarcity.command());
    if (scarcity.starts()) {
      must(host, "echo victim");
      must(host, "close victim");
    }
    must(host, "echo base");
    scarcity.damage().ifPresent(tally::fail);
    return refused;
  }

  /// As many services as a host takes, of Java code but for one so that they need no memory to speak of, and one more.
  private Row services(Trial trial, Path folder) throws IOException, InterruptedException {
    Tally tally = new Tally(trial, key(), "more services than the host takes");
    try (ChildJvm host = ChildJvm.start(ServantHost.class, List.of(), folder.toString())) {
      String _ = host.await("ok up", PATIENCE);
      must(host, "create base 0");
      must(host, "start base");
      String filled = ask(host, "crowd s");
      tally.injected(1);
      if (filled.matches("ok 999 services, and then: .*over this host's limit of 1000")) {
        tally.detected(1);
      } else {
        tally.fail("999 services beside the base were expected: " + filled);
      }
      must(host, "echo base");
      must(host, "close s7");
      must(host, "destroy s7");
      must(host, "create again 0");
      must(host, "start again");
      must(host, "echo again");
      if (host.finish(PATIENCE) != 0) {
        tally.fail("the host did not end in order");
      }
    }
    return tally.row();
  }

  /// As many real services as the machine's memory allows, and as much time again as all the others had.
  private Row crowd(Trial trial, Path folder, long deadline) throws IOException, InterruptedException {
    Tally tally = new Tally(trial, key(), "many services with a worker each");
    try (ChildJvm host = ChildJvm.start(ServantHost.class, List.of(), folder.toString())) {
      String _ = host.await("ok up", PATIENCE);
      int started = 0;
      while (started < MOST_WORKERS && memoryIsLeft() && trial.more(started, LEAST, deadline)) {
        must(host, "create w" + started + " 0");
        must(host, "start w" + started);
        started++;
      }
      tally.injected(started);
      for (int i = 0; i < started; i++) {
        must(host, "echo w" + i);
        tally.detected(1);
      }
      tally.note("the host had %d MiB with %d workers".formatted(new Gauge(host.pid()).residentBytes() >> 20, started));
      if (host.finish(PATIENCE) != 0) {
        tally.fail("the host did not end in order");
      }
    } catch (IOException e) {
      tally.fail("many services: " + e.getMessage());
    }
    return tally.row();
  }

  /// Whether a fifth of the machine's memory is free: more is not ours to take.
  private static boolean memoryIsLeft() throws IOException {
    Map<String, Long> sizes = new HashMap<>();
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      sizes.put(line.substring(0, line.indexOf(':')), Long.parseLong(line.replaceAll("^[^:]*:|\\D", "")));
    }
    return sizes.getOrDefault("MemAvailable", 0L) > sizes.getOrDefault("MemTotal", 0L) / 5;
  }

  private static void must(ChildJvm host, String command) throws IOException, InterruptedException {
    String answer = ask(host, command);
    if (!answer.startsWith("ok ")) {
      throw new IOException("\"" + command + "\" was to succeed: " + answer);
    }
  }

  private static String ask(ChildJvm host, String command) throws IOException, InterruptedException {
    host.tell(command);
    // Lines of the JVM's own may come in between.
    return host.awaitAny(List.of("ok ", "refused ", "failed "), PATIENCE);
  }
}
