package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import ringfence.host.HostError;
import ringfence.host.HostService;
import ringfence.host.http.AccessToken;
import ringfence.host.http.ApiUnderTest;

/// The commands that talk to a running host, as a user types them, but for the process.
class ClientCommandsTest {
  @TempDir Path folder;
  private ApiUnderTest api;

  /// What a command printed, and ended with.
  private record Ran(int status, String out, String err) {}

  @BeforeEach
  void open() throws IOException {
    api = ApiUnderTest.open();
    api.services.create(
        HostService.named("java")
            .exports("add", call -> call.argument(0).asInt() + call.argument(1).asInt())
            .exports("say", call -> call.argument(0))
            .exports("count", call -> IntStream.range(0, call.argument(0).asInt()).boxed().iterator())
            .exports(
                "fail",
                _ -> {
                  throw new HostError("RangeError", "too \u001b[31m much");
                })
            .build());
    api.services.start("java");
  }

  @AfterEach
  void close() {
    api.close();
  }

  private Ran run(String... arguments) {
    return at(api.address(), arguments);
  }

  private static Ran at(String address, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = Ringfence.commandLine();
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--host", address));
    return new Ran(commandLine.execute(all.toArray(String[]::new)), out.toString(), err.toString());
  }

  private String code(String text) throws IOException {
    return Files.writeString(folder.resolve("page.js"), text).toString();
  }

  @Test
  void submitsAFileWithItsModulesAndGrants() throws IOException {
    Files.createDirectory(folder.resolve("lib"));
    Files.writeString(folder.resolve("lib/b.js"), "export const b = 1;");

    Ran ran =
        run("submit", code("import './lib/b.js';"), "--import", "java", "--allow-read", folder.toString(), "--threads", "2");

    assertThat(ran).isEqualTo(new Ran(0, "page: running\n", ""));
    assertThat(api.services.status("page").imports().toString()).isEqualTo("[java]");
    assertThat(run("submit", code("// second"), "--replace", "--name", "page").out()).isEqualTo("page: running\n");
    Ran taken = run("submit", code("// third"));
    assertThat(taken.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(taken.err())
        .isEqualTo("ringfence: service \"page\" exists already; destroy it first or choose another name\n");
  }

  @Test
  void aServiceThatDoesNotComeUpEndsWithOne() throws IOException {
    Ran ran = run("submit", code("throw 1"));

    assertThat(ran.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(ran.err())
        .isEqualTo("ringfence: service \"page\" did not start: its code failed: Error: no\n    at easy.js:1:1\n    at call easy.f by page\n");
    assertThat(run("ps").out()).contains("page  closed   0         -    -       -    -        its code failed: Error: no");
  }

  @Test
  void startsClosesRestartsAndDestroys() throws IOException {
    assertThat(run("submit", code("// page"), "--no-start").out()).isEqualTo("page: closed\n");

    assertThat(run("start", "page", "java").out()).isEqualTo("page: running\njava: running\n");
    assertThat(run("restart", "page").out()).isEqualTo("page: running\n");
    assertThat(run("destroy", "page").err()).isEqualTo("ringfence: service \"page\" is running; close \"page\" first\n");
    assertThat(run("close", "page").out()).isEqualTo("page: closed: it was asked to close\n");
    assertThat(run("destroy", "page").out()).isEqualTo("page: destroyed\n");
    assertThat(run("start", "page").status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run("destroy", "--cascade", "java").status()).isEqualTo(0);
    assertThat(run("ps").out()).isEqualTo("NAME  STATE  RESTARTS  PID  MEMORY  CPU  IMPORTS\n");
  }

  @Test
  void topPrintsOneTableWhereNoTerminalIs() {
    Ran ran = run("top", "--delay", "200ms", "--sort", "Memory");

    assertThat(ran.status()).isZero();
    assertThat(ran.out()).startsWith("NAME  STATE     CPU  MEMORY  HEAP  RESTARTS  CALLS/s").contains("\njava  running  0.0%");
    assertThat(run("top", "--once", "--json", "--delay", "200ms").out())
        .startsWith("{\n  \"services\" : [ {\n    \"name\" : \"java\",\n    \"state\" : \"running\",\n    \"cpu\" : 0.0,");
    assertThat(run("top", "--sort", "colour").status()).isEqualTo(ExitStatus.USAGE);
    assertThat(at("127.0.0.1:1", "top").status()).isEqualTo(ExitStatus.UNAVAILABLE);
  }

  @Test
  void psTellsTheWallsAsJson() {
    assertThat(run("ps", "--json").out())
        .startsWith("{\n  \"services\" : [ {\n    \"name\" : \"java\"")
        .contains("\"name\" : \"seccomp\",\n      \"required\" : ", "\"enforcedBy\" : ");
  }

  @Test
  void callsAndPrintsJson() {
    assertThat(run("call", "java", "add", "1", "2")).isEqualTo(new Ran(0, "3\n", ""));
    assertThat(run("call", "java", "count", "3")).isEqualTo(new Ran(0, "0\n1\n2\n", ""));
    // The same value, in characters that no terminal obeys.
    assertThat(run("call", "java", "say", "\"a\\u009bb\\u007f\"").out()).isEqualTo("\"a\\u009bb\\u007f\"\n");
    // What a guest says is shown, and not obeyed by the terminal.
    assertThat(run("call", "java", "fail"))
        .isEqualTo(new Ran(ExitStatus.FAILED, "", "ringfence: RangeError: too \ufffd[31m much\n"));
    assertThat(run("call", "java", "fail", "--json").err()).contains("\"code\" : \"SERVICE_THREW\"");
    assertThat(run("call", "java", "add", "Ada").err())
        .startsWith("ringfence: argument \"Ada\" is no JSON; a text needs quotes of its own: '\"Ada\"'");
    assertThat(run("call", "nobody", "add")).isEqualTo(new Ran(ExitStatus.USAGE, "", "ringfence: service \"nobody\" does not exist\n"));
    assertThat(run("call", "jvaa", "add").err())
        .isEqualTo("ringfence: service \"jvaa\" does not exist; did you mean \"java\"?\n");
  }

  @Test
  void printsWhatAServiceWroteAndWhatHappened() throws IOException {
    assertThat(run("submit", code("// page\nprint one\nprint \u001b[2Jtwo")).status()).isEqualTo(0);

    assertThat(run("logs", "page")).isEqualTo(new Ran(0, "one\n\ufffd[2Jtwo\n", ""));
    assertThat(run("logs", "-n", "1", "page").out()).isEqualTo("\ufffd[2Jtwo\n");
    assertThat(run("logs", "--json", "-n", "1", "page").out()).contains("\"level\":\"log\"");
    assertThat(run("logs", "nobody").status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run("close", "page").status()).isEqualTo(0);
    assertThat(run("events").out())
        .containsSubsequence("java#1 running", "page#0 created", "page#1 running", "page#1 closed: it was asked to close");
    assertThat(run("events", "--json").out().lines()).allMatch(line -> line.startsWith("{\"sequence\":"));
  }

  @Test
  void everyVerbWorksAmongTwentyServices() throws IOException {
    Path code = Files.writeString(folder.resolve("code.js"), "// code\nprint up");
    for (int i = 1; i < 20; i++) {
      String above = i == 1 ? "java" : "s" + i / 2;
      assertThat(run("submit", code.toString(), "--name", "s" + i, "--import", above).out()).isEqualTo("s" + i + ": running\n");
    }

    assertThat(run("ps").out().lines().skip(1)).hasSize(20).allMatch(line -> line.contains("running"));
    assertThat(run("restart", "s3").out()).isEqualTo("s3: running\n");
    // All that stand on s2 close with it, and start with it again.
    assertThat(run("close", "s2").out()).isEqualTo("s2: closed: it was asked to close\n");
    assertThat(run("ps").out().lines().filter(line -> line.contains("closed")).map(line -> line.split(" ", 2)[0]))
        .containsExactlyInAnyOrder("s2", "s4", "s5", "s8", "s9", "s10", "s11", "s16", "s17", "s18", "s19");
    assertThat(run("start", "s16").out()).isEqualTo("s16: running\n");
    await().untilAsserted(() -> assertThat(run("ps").out()).doesNotContain("closed"));
    assertThat(run("logs", "s19").out()).isEqualTo("up\n");
    assertThat(run("call", "java", "add", "40", "2").out()).isEqualTo("42\n");
    assertThat(run("events").out()).containsSubsequence("s2#1 closed", "s2#2 running", "s16#2 running");
    assertThat(run("destroy", "--cascade", "java").status()).isEqualTo(0);
    assertThat(run("ps").out().lines()).hasSize(1);
  }

  @Test
  void saysThatNoHostAnswersAndHowToStartOne() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    for (String command : List.of("ps", "start a", "close a", "restart a", "destroy a", "call a b", "logs a", "logs -f a", "events", "events -f")) {
      Ran ran = at("127.0.0.1:" + free, command.split(" ", -1));
      assertThat(ran)
          .isEqualTo(
              new Ran(
                  ExitStatus.UNAVAILABLE,
                  "",
                  "ringfence: no host answers at 127.0.0.1:%d; start one with: ringfence host --listen 127.0.0.1:%d\n"
                      .formatted(free, free)));
    }
    assertThat(at("::nothing::", "ps").status()).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void aHostWithATokenWantsToSeeIt() throws IOException {
    Path file = folder.resolve("token");
    try (ApiUnderTest guarded = ApiUnderTest.withToken(AccessToken.in(file))) {
      Ran stranger = at(guarded.address(), "ps");
      assertThat(stranger.status()).isEqualTo(ExitStatus.NOT_PERMITTED);
      assertThat(stranger.err()).startsWith("ringfence: this host needs a token; send ");
      assertThat(at(guarded.address(), "ps", "--token", "x".repeat(40)).err())
          .startsWith("ringfence: the token is not that of this host; ");
      assertThat(at(guarded.address(), "ps", "--token", "se\ncret").err())
          .startsWith("ringfence: the token holds characters that no token has\n");
      assertThat(at(guarded.address(), "ps", "--token-file", file.toString()).status()).isEqualTo(0);
      assertThat(at(guarded.address(), "ps", "--token", Files.readString(file).strip()).status()).isEqualTo(0);
    }
  }

  @Test
  void anAddressThatOthersReachNeedsAToken() {
    StringWriter err = new StringWriter();
    CommandLine commandLine = Ringfence.commandLine().setErr(new PrintWriter(err, true));

    assertThat(commandLine.execute("host", "--listen", "0.0.0.0:0")).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString())
        .startsWith("ringfence: 0.0.0.0:0 can be reached from other machines, so it needs a token; add --token-file FILE");
  }

  @Test
  void aHostThatFindsItsAddressInUseSaysSo() {
    StringWriter err = new StringWriter();
    CommandLine commandLine = Ringfence.commandLine().setErr(new PrintWriter(err, true));

    assertThat(commandLine.execute("host", "--listen", api.address())).isEqualTo(ExitStatus.UNAVAILABLE);
    assertThat(err.toString()).startsWith("ringfence: " + api.address() + " is in use, perhaps by another host");
  }
}
