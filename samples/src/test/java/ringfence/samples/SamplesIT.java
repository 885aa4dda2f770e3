package ringfence.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The folders that `ringfence up` runs, by what they print. UpIT has counter and typescript, FilesIT has files.
class SamplesIT {
  @TempDir Path folder;

  /// Waits for a line that a folder prints when it has been brought up, and closes it.
  private static List<String> out(CommandRun run, String line) {
    run.awaitOut(line).signal("INT");
    assertThat(run.status()).as("%s", run.err()).isZero();
    return run.out();
  }

  private static CommandRun up(String sample) {
    return CommandRun.ringfence("up", sample);
  }

  @Test
  void streamsRunBothWays() {
    try (CommandRun run = up("samples/stream")) {
      assertThat(out(run, "calibrated"))
          .containsExactlyInAnyOrder(
              "report | readings: 20 20.5 21 21.5 22",
              "sensor | nobody reads any more",
              "report | archive: 1000 lines, packed to less than half: true",
              "report | calibrated: { count: 100, mean: 50.5 }");
    }
  }

  @Test
  void aCrashClosesThoseAboveAndOneRestartBringsThemBack() {
    try (CommandRun run = up("samples/crash-cascade")) {
      run.awaitErr("stock | starts again in ");
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.out()).filteredOn(line -> line.endsWith("ordered, 2 were left")).hasSize(2);
      assertThat(run.out()).contains("page  | page closes", "shop  | shop closes");
      List<String> oneCrash =
          List.of(
              "all 3 services run; Ctrl-C closes",
              "stock | Uncaught RangeError: stock is below zero",
              "page  | closing: a dependency, \"stock\", was lost",
              "shop  | closing: a dependency, \"stock\", was lost");
      assertThat(run.err()).containsSubsequence(oneCrash).filteredOn(oneCrash::contains).hasSize(8);
      assertThat(run.err()).anyMatch(line -> line.startsWith("stock | closed: it was restarted 1 times within 60s"));
    }
  }

  // At the same time, because each of them mostly waits for its start.
  @Test
  void theOthersDoWhatTheySay() throws IOException {
    try (CommandRun hello = up("samples/hello");
        CommandRun jobs = up("samples/jobs");
        CommandRun workers = up("samples/workers");
        CommandRun api = up(onFreePort("samples/http-api"))) {
      assertThat(out(hello, "no environment"))
          .containsExactly(
              "hello | Hello, Ada! This is hello, in a worker process of its own.",
              "hello | No file, no network, no environment: undefined undefined {}");
      assertThat(out(jobs, "837799 takes 524 steps")).contains("jobs | 27 takes 111 steps");
      assertThat(out(workers, "primes below")).containsExactly("primes | 9592 primes below 100000, in 8 parts by 2 Workers");
      assertThat(out(api, "200 {\"to\":2,\"be\":2,\"or\":1,\"not\":1}")).hasSize(2);
    }
  }

  /// A copy of a folder that listens on 8080.
  private String onFreePort(String sample) throws IOException {
    String port = Integer.toString(freePort());
    try (Stream<Path> files = Files.list(CommandRun.HOME.resolve(sample))) {
      for (Path file : files.toList()) {
        Files.writeString(folder.resolve(file.getFileName()), Files.readString(file).replace("8080", port));
      }
    }
    return folder.toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aPluginHostOutlivesItsPlugins() {
    try (CommandRun run =
        CommandRun.java(
            "-p", "host/target/lib", "--add-modules", "ringfence.host", "--enable-native-access=ringfence.sandbox",
            "-Dringfence.worker.path=js-runtime/target/worker",
            "samples/plugin-host/PluginHost.java", "samples/plugin-host/plugins", "good", "morning")) {
      List.of("broken", "endless", "shout", "thief", "translate").forEach(plugin -> run.awaitOut(plugin + ": "));
      assertThat(run.status()).as("%s %s", run.out(), run.err()).isZero();
      assertThat(run.out())
          .containsExactly(
              "broken: service \"plugin-broken\" did not start: its code failed: SyntaxError: Expected ident but found eof",
              "endless: PeerClosedError, it took longer than limits.turn (1000ms) and was killed",
              "shout: GOOD MORNING!",
              "thief: file: PermissionDeniedError, network: PermissionDeniedError, child: PermissionDeniedError, java: ReferenceError",
              "translate: guten Morgen");
    }
  }

  @Test
  void aTraceShowsOneRequestAcrossThreeServices() {
    try (CommandRun run =
        CommandRun.java(
            "-p", "host/target/lib", "--add-modules", "ringfence.host", "--enable-native-access=ringfence.sandbox",
            "-cp", "samples/target/opentelemetry/*", "-Dringfence.worker.path=js-runtime/target/worker",
            "samples/tracing/Tracing.java", "samples/tracing/services", folder.resolve("spans.tsv").toString())) {
      run.awaitOut("stock.take by stock");
      assertThat(run.status()).as("%s %s", run.out(), run.err()).isZero();
      assertThat(run.out().getFirst()).isEqualTo("tea: 2 are left");
      assertThat(run.out().get(1)).matches("tea is ordered, in 00-\\p{XDigit}{32}-\\p{XDigit}{16}-01");
      assertThat(run.out().subList(2, run.out().size()))
          .containsExactly(
              "INTERNAL order by the application",
              "  CLIENT page.order by host",
              "    SERVER page.order by page",
              "      CLIENT shop.order by page",
              "        SERVER shop.order by shop",
              "          CLIENT stock.take by shop",
              "            SERVER stock.take by stock");
    }
  }
}
