package ringfence.host.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Each attempt of `src/test/resources/attack` is refused in a real worker, with the words that it names, and succeeds
/// with the wall taken away.
///
/// All of it takes minutes, so a build takes a sample: `-Dringfence.attack.files=N` tries more or fewer of the files of
/// single attempts, `-Dringfence.attack.bombs=N` of the bombs, `-Dringfence.attack.controls=N` shows of more or fewer of
/// those that they go off without the wall. `-Dringfence.attack.seed=S` takes the same ones again, and
/// `-Dringfence.attack.only=PREFIX` those of the files whose names begin so.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttackSuiteIT {
  private static final String ONLY = System.getProperty("ringfence.attack.only", "");

  /// How many files of single attempts are tried; which ones, the seed decides.
  private static final int FILES = Integer.getInteger("ringfence.attack.files", 2);

  /// How many bombs are tried.
  private static final int BOMBS = Integer.getInteger("ringfence.attack.bombs", 2);

  /// How many of those are shown to succeed without their wall.
  private static final int CONTROLS = Integer.getInteger("ringfence.attack.controls", 1);

  private static final long SEED = Long.getLong("ringfence.attack.seed", new Random().nextLong());

  /// Workers at once: enough to use the machine, few enough that none waits for its start for long.
  private final ExecutorService worlds = Executors.newFixedThreadPool(3);

  private AttackServers servers;
  private AttackWorld world;
  private List<AttackFile> files;

  @BeforeAll
  void prepare(@TempDir Path folder) throws IOException {
    servers = AttackServers.start();
    world = new AttackWorld(folder.toRealPath(), servers);
    files = AttackFile.all().stream().filter(file -> file.name().startsWith(ONLY)).toList();
    assertThat(files).isNotEmpty();
  }

  @AfterAll
  void close() {
    worlds.shutdownNow();
    servers.close();
  }

  @TestFactory
  List<DynamicTest> everyAttemptIsRefusedAndIsARealOne() throws Exception {
    Map<AttackFile, Future<List<Attempt>>> guarded = new LinkedHashMap<>();
    Map<AttackFile, Future<List<Attempt>>> unguarded = new LinkedHashMap<>();
    List<AttackFile> all = new ArrayList<>(files.stream().filter(file -> !file.isBomb()).toList());
    Collections.shuffle(all, new Random(SEED));
    for (AttackFile file : all.subList(0, Math.min(FILES, all.size()))) {
      guarded.put(file, worlds.submit(() -> world.guarded(file)));
      unguarded.put(file, worlds.submit(() -> world.unguarded(file)));
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (AttackFile file : guarded.keySet()) {
      List<Attempt> with = guarded.get(file).get();
      List<Attempt> without = unguarded.get(file).get();
      assertThat(without).extracting(Attempt::name).as(file.name()).isEqualTo(with.stream().map(Attempt::name).toList());
      for (int i = 0; i < with.size(); i++) {
        Attempt refused = with.get(i);
        Attempt real = without.get(i);
        tests.add(dynamicTest(file.name() + ": " + refused.name(), () -> check(refused, real)));
      }
    }
    System.out.printf(
        "attack suite: %d attempts in %d of %d files, seed %d%n", tests.size(), guarded.size(), all.size(), SEED);
    return tests;
  }

  private static void check(Attempt refused, Attempt real) {
    assertThat(refused.succeeded()).as("succeeds behind the wall").isFalse();
    assertThat(refused.said()).contains(refused.refusal());
    assertThat(real.succeeded()).as("without the wall it says: " + real.said()).isTrue();
  }

  @TestFactory
  List<DynamicTest> everyBombEndsItsOwnServiceOnly() {
    List<Bomb> all = new ArrayList<>();
    files.stream()
        .filter(AttackFile::isBomb)
        .forEach(file -> file.bombs().forEach((name, code) -> all.add(new Bomb(file, name, code))));
    Collections.shuffle(all, new Random(SEED));
    List<Bomb> bombs = all.subList(0, Math.min(BOMBS, all.size()));
    Map<Bomb, Future<String>> guarded = new LinkedHashMap<>();
    bombs.forEach(bomb -> guarded.put(bomb, worlds.submit(() -> world.guardedEnd(bomb.file(), bomb.code()))));
    List<DynamicTest> tests = new ArrayList<>();
    guarded.forEach(
        (bomb, end) ->
            tests.add(
                dynamicTest(
                    bomb.toString(),
                    () -> assertThat(end.get()).contains(bomb.file().line("refusal")))));
    List<Bomb> controls = bombs.subList(0, Math.min(CONTROLS, bombs.size()));
    for (Bomb bomb : controls) {
      Future<Boolean> success = worlds.submit(() -> world.succeedsUnguarded(bomb.file(), bomb.code()));
      tests.add(dynamicTest(bomb + ", without the wall", () -> assertThat(success.get()).isTrue()));
    }
    System.out.printf(
        "attack suite: %d of %d bombs, %d of them also without the wall, seed %d%n",
        bombs.size(), all.size(), controls.size(), SEED);
    return tests;
  }

  /// One section of a file of bombs.
  private record Bomb(AttackFile file, String name, String code) {
    @Override
    public String toString() {
      return file.name() + ": " + name;
    }
  }
}
