package ringfence.jsruntime.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.Value;
import org.junit.jupiter.api.Test;
import ringfence.jsruntime.loop.Turns;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.protocol.ServiceName;

/// Which of the runtime's own parts a context has loaded, and what each of them gives.
class ChunksTest {
  private static final Engine ENGINE = ContextFactory.engine("CONSTRAINED");
  private static final Path PRELUDE = Path.of("src/main/resources/ringfence/jsruntime/prelude");

  /// What each context runs.
  private static final Set<String> BASE =
      Set.of("primordials", "chunks", "errors", "console", "timers", "service", "globals", "lazy");

  private static List<String> chunks() throws IOException {
    try (Stream<Path> files = Files.list(PRELUDE)) {
      return files
          .map(file -> String.valueOf(file.getFileName()).replaceFirst("\\.js$", ""))
          .filter(name -> !BASE.contains(name))
          .map(name -> "prelude/" + name)
          .sorted()
          .toList();
    }
  }

  private static Guest guest(GuestRecorder recorder, String code) {
    SequencedMap<String, String> modules = new LinkedHashMap<>();
    modules.put("page.js", code);
    Guest guest =
        new Guest(ENGINE, GuestPolicy.STRICTEST, new ModuleSet(modules, "page.js", List.of()), recorder, new Turns());
    guest.install(new ServiceName("page"), List.of(), List.of(), Map.of(), 1000);
    guest.start();
    return guest;
  }

  private static boolean isLoaded(Guest guest, String chunk) {
    return guest.internals().getMember("isLoaded").execute(chunk).asBoolean();
  }

  private static List<String> loaded(Guest guest) throws IOException {
    return chunks().stream().filter(chunk -> isLoaded(guest, chunk)).toList();
  }

  @Test
  void aServiceThatUsesNothingLoadsNothing() throws IOException {
    GuestRecorder recorder = new GuestRecorder();
    try (Guest guest =
        guest(
            recorder,
            """
            export const answer = () => 42;
            service.onClose(() => {});
            setTimeout(() => console.log(`hello ${service.name} ${service.listening.length} ${service.caller}`), 0);
            await null;
            """)) {
      guest.fireTimer(1);
      guest.runCloseHandlers();
      assertThat(recorder.lines).containsExactly("hello page 0 undefined");
      assertThat(recorder.errors).isEmpty();
      assertThat(loaded(guest)).isEmpty();
    }
  }

  @Test
  void eachUseLoadsWhatItNeeds() throws IOException {
    GuestRecorder recorder = new GuestRecorder();
    try (Guest guest =
        guest(
            recorder,
            """
            import { join } from "node:path";
            console.log({ path: join("a", "..", "b") });
            """)) {
      assertThat(recorder.lines).containsExactly("{ path: 'b' }");
      assertThat(loaded(guest)).containsExactly("prelude/inspect", "prelude/path");
    }
  }

  @Test
  void eachChunkGivesAllThatItPromisedAndNothingElse() throws IOException {
    for (String chunk : chunks()) {
      GuestRecorder recorder = new GuestRecorder();
      try (Guest guest = guest(recorder, "")) {
        Value internals = guest.internals();
        Set<String> before = new TreeSet<>(internals.getMemberKeys());
        assertThat(internals.getMember("load").execute(chunk).isNull()).isFalse();
        assertThat(new TreeSet<>(internals.getMemberKeys())).as(chunk).isEqualTo(before);
        assertThat(isLoaded(guest, chunk)).isTrue();
        for (String name : before) {
          // Nothing is exported here.
          if (!name.equals("exported")) {
            assertThat(internals.getMember(name).isNull()).as(name).isFalse();
          }
        }
        assertThat(loaded(guest)).as("names of no chunk").isEqualTo(chunks());
      }
    }
  }

  @Test
  void loadingRunsNothingOfTheServices() {
    GuestRecorder recorder = new GuestRecorder();
    try (Guest guest =
        guest(
            recorder,
            """
            let turns = 0;
            Promise.resolve().then(() => turns++);
            queueMicrotask(() => turns++);
            const seen = [];
            console.log({ first: "use" });
            seen.push(turns);
            service["node:fs/promises"].readFile("a").catch(() => {});
            seen.push(turns);
            service.create({ name: "x", code: "" }).catch(() => {});
            seen.push(turns);
            new URL("https://example.com");
            seen.push(turns);
            await null;
            console.log(seen, turns);
            """)) {
      assertThat(recorder.errors).isEmpty();
      assertThat(recorder.lines).containsExactly("{ first: 'use' }", "[ 0, 0, 0, 0 ] 2");
      assertThat(isLoaded(guest, "prelude/fs")).isTrue();
    }
  }
}
