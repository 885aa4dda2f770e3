package ringfence.jsruntime.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// EventSource over a transport that the test's module plays: how it reads a stream, and when it asks again.
class EventSourceTest {
  /// Answers each request from `answers`, or never if there is none; `log` has the requests. A piece of a stream is text
  /// or bytes; a function in its place throws what it returns, `hang` waits for the abort.
  private static final String TRANSPORT =
      """
      globalThis.log = [];
      globalThis.answers = [];
      globalThis.hang = Symbol('hang');
      const encoder = new TextEncoder();
      globalThis.transport = (request) => {
        const note = { url: request.url, headers: Object.fromEntries(request.headers), method: request.method };
        log.push(note);
        request.onAbort((reason) => { note.aborted = reason.name; });
        if (answers.length === 0) return new Promise(() => {});
        const answer = answers.shift();
        if (answer instanceof Error) return Promise.reject(answer);
        const pieces = [...(answer.pieces ?? [])];
        return Promise.resolve({
          status: answer.status ?? 200, statusText: '', headers: answer.headers ?? [['content-type', answer.type ?? 'text/event-stream']],
          body: answer.pieces === null ? null : { length: null, cancel() { note.cancelled = true; }, pull() {
            if (pieces.length === 0) return Promise.resolve(null);
            const piece = pieces.shift();
            if (piece === hang) return new Promise(() => {});
            if (typeof piece === 'function') return Promise.reject(piece());
            return Promise.resolve(typeof piece === 'string' ? encoder.encode(piece) : piece);
          } },
        });
      };
      const network = (code) => Object.assign(new TypeError('fetch failed: ' + code), { cause: Object.assign(new TypeError(code), { code }) });
      const events = (source, ...types) => {
        for (const type of ['open', 'message', ...types]) source.addEventListener(type, (e) => print(
          e.type, e instanceof MessageEvent ? JSON.stringify([e.data, e.lastEventId, e.origin]) : '', source.readyState));
        source.addEventListener('error', (e) => print('error', source.readyState, e instanceof ErrorEvent, e.error.name + ': ' + e.message));
      };
      """;

  private static GuestRecorder recorded(String body) {
    return PlayedTransport.run("fetchTransport", TRANSPORT, body);
  }

  private static List<String> run(String body) {
    return recorded(body).lines;
  }

  /// What a stream in these pieces tells, as `[data, id]` with the type before it unless it is `message`.
  private static List<String> read(String pieces) {
    return run(
        """
        answers.push({ pieces: [%s, hang] });
        const source = new EventSource('http://a.test/');
        const tell = (e) => print((e.type === 'message' ? '' : e.type + ' ') + JSON.stringify([e.data, e.lastEventId]));
        for (const type of ['message', 'other', 'caf\\u00e9']) source.addEventListener(type, tell);
        for (let i = 0; i < 9; i++) await turn();
        source.close();
        """
            .formatted(pieces));
  }

  @Test
  void readsTheExamplesOfTheStandard() {
    assertThat(read("'data: YHOO\\ndata: +2\\ndata: 10\\n\\n'")).containsExactly("[\"YHOO\\n+2\\n10\",\"\"]");
    assertThat(read("': test stream\\n\\ndata: first event\\nid: 1\\n\\ndata:second event\\nid\\n\\ndata:  third event\\n'"))
        .containsExactly("[\"first event\",\"1\"]", "[\"second event\",\"\"]");
    assertThat(read("'data\\n\\ndata\\ndata\\n\\ndata:'")).containsExactly("[\"\",\"\"]", "[\"\\n\",\"\"]");
    assertThat(read("'data:test\\n\\ndata: test\\n\\n'")).containsExactly("[\"test\",\"\"]", "[\"test\",\"\"]");
  }

  @Test
  void readsEveryFormOfALinesEndInAnyPieces() {
    List<String> two = List.of("[\"a\\nb\",\"7\"]", "other [\"c\",\"7\"]");
    for (String end : List.of("\\n", "\\r", "\\r\\n")) {
      String text = "data:a\\ndata:b\\nid:7\\n\\nevent:other\\ndata:c\\n\\n".replace("\\n", end);
      assertThat(read("'" + text + "'")).as(end).isEqualTo(two);
      assertThat(read("...'" + text + "'")).as(end + ", each by itself").isEqualTo(two);
    }
    assertThat(read("'data:a\\r', '\\n', 'data:b\\r', '\\n\\r', '\\ndata:c\\n\\r'")).containsExactly("[\"a\\nb\",\"\"]", "[\"c\",\"\"]");
  }

  @Test
  void readsUtf8WithAMarkAtItsStartOnly() {
    assertThat(read("new Uint8Array([0xef]), new Uint8Array([0xbb, 0xbf]), 'data:x\\n\\n'")).containsExactly("[\"x\",\"\"]");
    assertThat(read("'\\ufeff\\ufeffdata:x\\n\\ndata:y\\n\\n'")).containsExactly("[\"y\",\"\"]");
    assertThat(read("new Uint8Array([100, 97, 116, 97, 58, 0xe2, 0x82]), new Uint8Array([0xac, 0xff, 10, 10])"))
        .containsExactly("[\"\u20ac\ufffd\",\"\"]");
    assertThat(read("'event: caf\\u00e9\\ndata:x\\n\\n'")).containsExactly("caf\u00e9 [\"x\",\"\"]");
  }

  @Test
  void takesTheFieldsAsTheStandardHasThem() {
    assertThat(read("'id: 1\\n\\ndata:a\\n\\nid: 2\\0\\ndata:b\\n\\nid:3\\nevent:other\\n\\ndata:c\\n\\n'"))
        .containsExactly("[\"a\",\"1\"]", "[\"b\",\"1\"]", "[\"c\",\"3\"]");
    assertThat(read("'Data:a\\n data:b\\ndata :c\\nunknown:d\\nevent:gone\\nevent:other\\ndata:e:f\\n\\n'"))
        .containsExactly("other [\"e:f\",\"\"]");
  }

  @Test
  void asksAgainWithTheLastIdAfterTheTimeThatTheServerSets() {
    GuestRecorder recorder =
        recorded(
            """
            answers.push({ pieces: ['retry: 250\\nretry: 9x\\nretry:\\nid: caf\\u00e9\\ndata: a\\n\\nid: lost\\ndata: never'] }, { pieces: ['data: b\\n\\n', hang] });
            const source = new EventSource('http://a.test/s?q#f', { withCredentials: true });
            events(source);
            print(source.url, source.withCredentials, source.readyState);
            for (let i = 0; i < 20; i++) await turn();
            const { accept, 'cache-control': cache, 'last-event-id': id } = log[1].headers;
            print(log.length, log[0].url, log[0].headers['last-event-id'], accept, cache, id, log[1].method);
            source.close();
            print(source.readyState);
            """);
    assertThat(recorder.lines)
        .containsExactly(
            "http://a.test/s?q#f true 0",
            "open  1",
            "message [\"a\",\"caf\u00e9\",\"http://a.test\"] 1",
            "error 0 true TypeError: EventSource failed: the stream has ended",
            "open  1",
            "message [\"b\",\"caf\u00e9\",\"http://a.test\"] 1",
            "2 http://a.test/s?q undefined text/event-stream no-cache caf\u00c3\u00a9 GET",
            "2");
    assertThat(recorder.delays).contains(250);
  }

  @Test
  void waitsLongerFromFailureToFailureAndIsBoundByNoServer() {
    GuestRecorder recorder =
        recorded(
            """
            answers.push(...Array.from({ length: 6 }, () => network('ECONNREFUSED')), { pieces: ['retry: 0\\n'] }, { pieces: ['retry: 99999999999999999999\\n'] });
            const source = new EventSource('http://a.test/');
            source.onerror = (e) => { if (log.length === 8) source.close(); };
            """);
    assertThat(recorder.delays.stream().filter(delay -> delay > 0)).containsExactly(3000, 6000, 12_000, 24_000, 30_000, 30_000, 100);
  }

  @Test
  void failsForGoodWhereAnotherAttemptWouldNotHelp() {
    assertThat(
            run(
                """
                const denied = Object.assign(new Error('may not'), { name: 'PermissionDeniedError' });
                const large = 'data: ' + 'x'.repeat(600_000) + '\\n';
                for (const answer of [
                  { status: 204, pieces: null }, { status: 500 }, { type: 'text/plain' }, { headers: [] }, denied,
                  { status: 302, headers: [['location', 'file:///etc/passwd']] }, { pieces: [large, large] }, { pieces: ['x'.repeat(1_048_577)] },
                ]) {
                  answers.push(answer);
                  const source = new EventSource('http://a.test/');
                  source.onerror = (e) => print(source.readyState, e.error.name, e.message);
                  for (let i = 0; i < 9; i++) await turn();
                }
                print(log.length);
                new EventSource('ftp://a.test/').onerror = (e) => print(e.target.readyState, e.message);
                """))
        .containsExactly(
            "2 TypeError EventSource failed: the server answers with the status 204, not with 200",
            "2 TypeError EventSource failed: the server answers with the status 500, not with 200",
            "2 TypeError EventSource failed: the server answers with the type text/plain, not with text/event-stream",
            "2 TypeError EventSource failed: the server answers with no type, not with text/event-stream",
            "2 PermissionDeniedError may not",
            "2 TypeError fetch failed: a redirect leads to a file: URL",
            "2 MessageTooLargeError an event of the stream is longer than 1048576 characters",
            "2 MessageTooLargeError an event of the stream is longer than 1048576 characters",
            "8",
            "2 fetch failed: there are no ftp: URLs here, only http:, https: and data:");
  }

  @Test
  void asksAgainWhereTheNetworkOrALimitHasEndedIt() {
    assertThat(
            run(
                """
                const named = (name) => Object.assign(new Error('limit'), { name });
                for (const answer of [
                  network('ECONNRESET'), named('BackpressureError'), { pieces: [() => network('ETIMEDOUT')] },
                  { pieces: [() => named('MessageTooLargeError')] }, { pieces: null },
                ]) {
                  answers.push(answer, { status: 204, pieces: null });
                  const source = new EventSource('http://a.test/');
                  const states = [];
                  source.onerror = () => states.push(source.readyState);
                  for (let i = 0; i < 20; i++) await turn();
                  print(states);
                }
                """))
        .containsExactly("0,2", "0,2", "0,2", "0,2", "0,2");
  }

  @Test
  void closingFreesTheTransportAtEveryStage() {
    assertThat(
            run(
                """
                const asking = new EventSource('http://a.test/');
                events(asking);
                await turn();
                asking.close();
                answers.push({ pieces: ['data: a\\n\\n', hang] });
                const reading = new EventSource('http://a.test/');
                events(reading);
                for (let i = 0; i < 5; i++) await turn();
                reading.close();
                answers.push({ pieces: [] });
                const waiting = new EventSource('http://a.test/');
                waiting.onerror = () => waiting.close();
                answers.push({ pieces: ['data: first\\n\\ndata: second\\n\\n', hang] });
                const within = new EventSource('http://a.test/');
                within.onmessage = (e) => { print(e.data); within.close(); };
                for (let i = 0; i < 9; i++) await turn();
                // The third waited to ask again.
                print(log.map((note) => note.aborted));
                """))
        .containsExactly("open  1", "message [\"a\",\"\",\"http://a.test\"] 1", "first", "AbortError,AbortError,,AbortError");
  }

  @Test
  void theOriginIsThatOfTheLastHop() {
    assertThat(
            run(
                """
                answers.push({ status: 302, headers: [['location', 'https://b.test:8443/x']] }, { pieces: ['data: a\\n\\n', hang] });
                const source = new EventSource('http://a.test/');
                source.onmessage = (e) => { print(e.origin, source.url); source.close(); };
                """))
        .containsExactly("https://b.test:8443 http://a.test/");
  }

  @Test
  void aServiceThatHasNoTimerLeftHearsOfIt() {
    assertThat(
            run(
                """
                answers.push({ pieces: [] });
                const source = new EventSource('http://a.test/');
                source.onerror = (e) => {
                  print(source.readyState, e.error.name);
                  if (source.readyState === 0) try { for (;;) setTimeout(() => {}, 1); } catch {}
                };
                """))
        .containsExactly("0 TypeError", "2 RangeError");
  }
}
