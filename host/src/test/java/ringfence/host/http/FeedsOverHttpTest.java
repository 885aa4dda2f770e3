package ringfence.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ringfence.host.ServiceDefinition;
import ringfence.host.StartFailedException;
import ringfence.host.http.ApiUnderTest.Answer;

/// Logs and events over real HTTP, once and as they come.
class FeedsOverHttpTest {
  private static final String TWO_LINES = "{\"name\":\"a\",\"code\":\"\\nprint one\\nprint two\"}";

  private ApiUnderTest api;

  @BeforeEach
  void open() throws IOException {
    api = ApiUnderTest.open(options -> options.withHeartbeat(Duration.ofMillis(20)));
  }

  @AfterEach
  void close() {
    api.close();
  }

  /// A stream of events that is being read.
  private static final class Following implements AutoCloseable {
    private final BufferedReader lines;
    final int status;
    String id = "";

    Following(HttpResponse<InputStream> response) {
      status = response.statusCode();
      lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /// The data of the next event, behind its name if it has one; `end` at the end.
    String next() {
      String name = "";
      try {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("event: ")) {
            name = line.substring(7) + " ";
          } else if (line.startsWith("id: ")) {
            id = line.substring(4);
          } else if (line.startsWith("data: ")) {
            return name + line.substring(6);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return "end";
    }

    /// Up to one that holds a text.
    List<String> upTo(String text) {
      List<String> all = new ArrayList<>();
      do {
        all.add(next());
      } while (!all.getLast().contains(text) && !all.getLast().equals("end"));
      return all;
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  private Following follow(String path, String... headers) {
    Following following = new Following(api.open(path, headers));
    assertThat(following.status).isEqualTo(200);
    return following;
  }

  @Test
  void logsComeAsTextAndAsJson() {
    api.post("/api/services", TWO_LINES);

    Answer text = api.get("/api/services/a/logs");
    assertThat(text.type()).isEqualTo("text/plain; charset=utf-8");
    assertThat(text.body()).isEqualTo("one\ntwo\n");
    assertThat(api.get("/api/services/a/logs?tail=1").body()).isEqualTo("two\n");
    assertThat(api.get("/api/services/a/logs?tail=0").body()).isEmpty();
    assertThat(api.send(api.request("/api/services/a/logs").header("Accept", "application/x-ndjson")).body().lines())
        .hasSize(2)
        .first()
        .asString()
        .endsWith("\"level\":\"log\",\"text\":\"one\"}");
    assertThat(api.get("/api/services/a/logs?tail=-1").status()).isEqualTo(400);
    assertThat(api.get("/api/services/b/logs?follow").status()).isEqualTo(404);
  }

  @Test
  void followedLogsGoOnOverRunsAndEndWithTheService() throws IOException {
    api.post("/api/services", TWO_LINES);
    try (Following logs = follow("/api/services/a/logs?follow&tail=1")) {
      assertThat(logs.next()).contains("\"text\":\"two\"");
      api.services.restart("a");
      assertThat(logs.next()).contains("\"text\":\"one\"");
      assertThat(logs.next()).contains("\"text\":\"two\"");
      assertThat(api.delete("/api/services/a?cascade").status()).isEqualTo(200);
      assertThat(logs.next()).isEqualTo("end");
    }
  }

  @Test
  void errorsThatNobodyCaughtAreLinesToo() throws IOException {
    api.services.create(ServiceDefinition.named("a").code("throw 1").build());
    try (Following logs = follow("/api/services/a/logs?follow")) {
      assertThatThrownBy(() -> api.services.start("a")).isInstanceOf(StartFailedException.class);
      assertThat(logs.next()).contains("\"level\":\"error\",\"text\":\"Uncaught Error: no\\n    at easy.js:1:1\\n", "\\npath: page -> easy.f\"");
    }
    assertThat(api.get("/api/services/a/logs").body()).startsWith("Uncaught Error: no\n    at easy.js:1:1\n");
  }

  @Test
  void eventsComeAsTheyHappen() throws IOException {
    try (Following events = follow("/api/events")) {
      api.submit("a");

      assertThat(events.next()).contains("\"service\":\"a\"", "\"kind\":\"created\"");
      assertThat(events.upTo("running").getLast()).contains("\"incarnation\":1");
      assertThat(events.id).endsWith("-" + api.services.events().sequence());
    }
    assertThat(api.send(api.request("/api/events").header("Accept", "application/x-ndjson")).body().lines()).hasSize(3);
  }

  @Test
  void whoComesBackMissesNothingAndHearsNothingTwice() throws IOException {
    String id;
    try (Following events = follow("/api/events")) {
      api.submit("a");
      assertThat(events.next()).contains("created");
      id = events.id;
    }
    api.submit("b", "a");

    try (Following events = follow("/api/events", "Last-Event-ID", id)) {
      List<String> missed = events.upTo("\"service\":\"b\",\"incarnation\":1,\"kind\":\"running\"");
      assertThat(missed).hasSize(5);
      assertThat(missed.getFirst()).contains("\"service\":\"a\"", "starting");
    }
  }

  @Test
  void whoComesFromAnotherRunOfTheHostIsToldHowThingsAre() throws IOException {
    api.submit("a");
    for (String id : List.of("0123456789ab-1", "rubbish", "99999999999999999999")) {
      try (Following events = follow("/api/events", "Last-Event-ID", id)) {
        assertThat(events.next()).startsWith("reset {\"services\":[{\"name\":\"a\",\"state\":\"running\"");
        String now = events.id;
        api.services.restart("a");
        assertThat(events.upTo("closed").getLast()).contains("\"kind\":\"closed\"");
        assertThat(events.id).isNotEqualTo(now);
      }
    }
  }

  @Test
  void outputIsIncludedForWhoWantsIt() throws IOException {
    try (Following events = follow("/api/events?include=output,usage")) {
      api.post("/api/services", TWO_LINES);
      assertThat(events.upTo("\"text\":\"two\"").getLast()).contains("\"kind\":\"output\"");
    }
    assertThat(api.get("/api/events?include=secrets").field("detail"))
        .isEqualTo("include=secrets is nothing that can be included; output and usage are");
  }

  @Test
  void theLastEventsOfAHostAreTold() throws IOException {
    api.submit("a");
    try (Following events = follow("/api/events")) {
      api.server.stopAccepting();
      api.services.close();
      api.server.close();

      assertThat(events.upTo("end"))
          .anySatisfy(event -> assertThat(event).contains("\"kind\":\"closed\""))
          .endsWith("end");
    }
  }

  @Test
  void thoseWhoFollowAreBounded() throws IOException {
    List<Following> all = new ArrayList<>();
    for (int i = 0; i < FeedRoutes.MOST_FEEDS; i++) {
      all.add(follow("/api/events"));
    }
    assertThat(api.get("/api/events").field("code")).isEqualTo("TOO_MANY_FEEDS");
    assertThat(api.get("/api/services").status()).isEqualTo(200);
    for (Following one : all) {
      one.close();
    }
    // A sign of life tells the host that its client has gone.
    await()
        .until(
            () -> {
              HttpResponse<InputStream> response = api.open("/api/events");
              response.body().close();
              return response.statusCode() == 200;
            });
  }
}
