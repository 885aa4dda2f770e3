package ringfence.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ringfence.host.event.EventHeader;
import ringfence.host.event.OutputLine;
import ringfence.host.event.ServiceEvent;
import ringfence.host.json.Json;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.OutputLevel;
import ringfence.sandbox.protocol.ServiceName;

class JsonLogTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00.123Z");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Terminal terminal = new Terminal(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  private final JsonLog log = new JsonLog(terminal);

  private static EventHeader header() {
    return new EventHeader(1, NOON, new ServiceName("page"), 1);
  }

  private static Map<?, ?> only(ByteArrayOutputStream stream) throws IOException {
    List<String> lines = stream.toString(UTF_8).lines().toList();
    assertThat(lines).hasSize(1);
    return Json.readObject(lines.getFirst());
  }

  /// Attack: a line of a service that ends early, reads as one of the host's, or moves the cursor.
  @Test
  void aLineOfAServiceStaysOne() throws IOException {
    String text = "a\n{\"stream\":\"host\"}\u001b[2J\u009b1A";
    log.event(new ServiceEvent.Output(header(), new OutputLine(NOON, OutputLevel.INFO, text)));
    assertThat(out.toString(UTF_8)).doesNotContain("\u001b", "\u009b");
    assertThat(only(out).toString())
        .isEqualTo("{time=2026-01-31T12:00:00.123Z, level=info, service=page, stream=stdout, text=" + text + "}");
    assertThat(err.size()).isZero();
  }

  @Test
  void anErrorTellsWhereItWasThrownAndItsCauses() throws IOException {
    ErrorReport cause = new ErrorReport("RangeError", "far", "", "", 0, 0);
    log.event(
        new ServiceEvent.UncaughtError(
            header(), new ErrorReport("TypeError", "no", "    at f (page.js:1:2)", "page.js", 1, 2, List.of(cause))));
    assertThat(only(err).get("text")).isEqualTo("Uncaught TypeError: no");
    assertThat(String.valueOf(only(err).get("fields")))
        .isEqualTo("{file=page.js, line=1, column=2, stack=    at f (page.js:1:2), causes=RangeError: far}");
  }

  @Test
  void aTransitionHasFields() throws IOException {
    log.event(new ServiceEvent.Closed(header(), new ExitCause.Requested()));
    assertThat(only(err).toString())
        .isEqualTo(
            "{time=2026-01-31T12:00:00.123Z, level=info, service=page, stream=host, text=closed, fields={incarnation=1, cause=it was asked to close}}");
  }

  @Test
  void denialsAndWarningsOfTheHostsLogComeToo() {
    Logger root = Logger.getLogger("");
    Logger ours = Logger.getLogger("ringfence");
    Handler[] before = root.getHandlers();
    Level levelBefore = root.getLevel();
    Level oursBefore = ours.getLevel();
    try {
      log.takeHostLog();
      System.getLogger("ringfence.host.broker").log(System.Logger.Level.INFO, "denied service=page permission=read");
      System.getLogger("elsewhere").log(System.Logger.Level.INFO, "chatter");
      System.getLogger("elsewhere").log(System.Logger.Level.WARNING, "of a library", new IllegalStateException("why"));
    } finally {
      root.removeHandler(log);
      Stream.of(before).forEach(root::addHandler);
      root.setLevel(levelBefore);
      ours.setLevel(oursBefore);
    }
    List<String> lines = err.toString(UTF_8).lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).contains("\"level\":\"info\",\"service\":\"page\"", "\"text\":\"denied\",\"fields\":{\"permission\":\"read\"}");
    assertThat(lines.get(1)).contains("\"level\":\"warn\"", "\"text\":\"of a library\"", "IllegalStateException: why");
  }

  @Test
  void whatTheCommandSaysIsALineAndItsTextForPeopleIsNot() throws IOException {
    terminal.writeTo(log);
    terminal.say("page | ", "running");
    terminal.output(OutputLevel.INFO, "twice");
    terminal.say("closing; Ctrl-C again kills");
    assertThat(only(err).get("text")).isEqualTo("closing; Ctrl-C again kills");
    assertThat(out.size()).isZero();
  }
}
