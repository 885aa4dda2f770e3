package ringfence.jsruntime.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// WebSocket over a transport that the test's module plays: what it refuses, sends and tells.
class WebSocketTest {
  /// `lines` has each connection that was asked for: what it was given, `on`, and what was done with it in `log`. What is
  /// sent waits for `sent()`.
  private static final String TRANSPORT =
      """
      globalThis.lines = [];
      globalThis.transport = (url, protocols, on) => {
        const line = { url, protocols, on, log: [], waiting: [] };
        lines.push(line);
        line.sent = (most) => { const next = line.waiting.shift(); next?.(most); return turn(); };
        return {
          send(isText, view, sent) {
            line.log.push(isText ? `"${new TextDecoder().decode(view)}"` : `[${view}]`);
            return new Promise((done) => line.waiting.push((most = view.length) => { sent(most); if (most === view.length) done(); }));
          },
          close(code, reason) { line.log.push(`close ${code} ${reason}`); },
          drop() { line.log.push('drop'); },
        };
      };
      const fails = (run) => { try { run(); print('no error'); } catch (e) { print(e.name, e instanceof DOMException, e.message); } };
      const hear = (socket) => {
        socket.onopen = () => print('open', socket.readyState);
        socket.onmessage = (e) => print('message', Object.prototype.toString.call(e.data), e.data, e.origin);
        socket.onerror = (e) => print('error', socket.readyState, e instanceof ErrorEvent, e.error.name, e.message);
        socket.onclose = (e) => print('close', socket.readyState, e.wasClean, e.code, e.reason, e instanceof CloseEvent);
        return socket;
      };
      const opened = async (protocol = '') => {
        const socket = new WebSocket('ws://a.test/', protocol === '' ? [] : protocol);
        lines.at(-1).on.opened(protocol);
        return socket;
      };
      """;

  private static List<String> run(String body) {
    return PlayedTransport.run("webSocketTransport", TRANSPORT, body).lines;
  }

  @Test
  void asksForTheUrlThatItWasGiven() {
    assertThat(
            run(
                """
                for (const url of ['ws://a.test', 'WSS://A.test:443/x?y', 'http://a.test/', 'https://a.test:8443/', 'ws://[::1]:80/']) {
                  print(new WebSocket(url).url, lines.at(-1).url, new WebSocket(url).readyState);
                }
                new WebSocket('ws://a.test', 'chat');
                new WebSocket('ws://a.test', ['a', 'b']);
                print(lines.at(-2).protocols, lines.at(-1).protocols);
                """))
        .containsExactly(
            "ws://a.test/ ws://a.test/ 0",
            "wss://a.test/x?y wss://a.test/x?y 0",
            "ws://a.test/ ws://a.test/ 0",
            "wss://a.test:8443/ wss://a.test:8443/ 0",
            "ws://[::1]/ ws://[::1]/ 0",
            "chat a,b");
  }

  @Test
  void refusesWhatIsNoUrlAndNoSubprotocol() {
    assertThat(
            run(
                """
                for (const url of ['/relative', '', 'ws://', 'ftp://a.test', 'mailto:x', 'ws://a.test/#', 'ws://a.test/#f']) fails(() => new WebSocket(url));
                for (const name of ['', 'a b', 'a,b', 'a\\r\\nX: y', 'caf\\u00e9', '\\0', ['a', 'a'], ['a', 'A'], ['ok', '']]) fails(() => new WebSocket('ws://a.test', name));
                fails(() => new WebSocket());
                fails(() => WebSocket('ws://a.test'));
                print(lines.length);
                """)
                .stream()
                .map(line -> line.replaceAll("(?s)(SyntaxError true) .*", "$1").replaceAll("(TypeError false) .*", "$1")))
        .containsExactlyElementsOf(
            Stream.of(Collections.nCopies(16, "SyntaxError true"), List.of("TypeError false", "TypeError false", "0"))
                .flatMap(List::stream)
                .toList());
  }

  @Test
  void tellsWhatComes() {
    assertThat(
            run(
                """
                const socket = hear(new WebSocket('ws://a.test:81/', ['a', 'b']));
                const { on } = lines[0];
                const bytes = (...list) => new Uint8Array(list);
                on.opened('b');
                print(socket.protocol, socket.extensions + '|', socket.binaryType);
                on.message(true, []);
                on.message(true, [bytes(0xef, 0xbb, 0xbf, 0xe2), bytes(0x82, 0xac)]);
                on.message(false, [bytes(1), bytes(2)]);
                socket.binaryType = 'nothing';
                print(socket.binaryType);
                socket.binaryType = 'arraybuffer';
                on.message(false, [bytes(1), bytes(2)]);
                on.message(false, []);
                on.closed(4000, 'bye');
                on.message(true, []);
                """))
        .containsExactly(
            "open 1",
            "b | blob",
            "message [object String]  ws://a.test:81",
            "message [object String] \ufeff\u20ac ws://a.test:81",
            "message [object Blob] [object Blob] ws://a.test:81",
            "blob",
            "message [object ArrayBuffer] [object ArrayBuffer] ws://a.test:81",
            "message [object ArrayBuffer] [object ArrayBuffer] ws://a.test:81",
            "close 3 true 4000 bye true");
  }

  @Test
  void sendsEveryKindInOrderAndCountsWhatWaits() {
    assertThat(
            run(
                """
                const socket = await opened();
                const [line] = lines;
                const buffer = new Uint8Array([1, 2, 3, 4]);
                socket.send('caf\\u00e9\\ud800');
                socket.send(buffer);
                socket.send(new DataView(buffer.buffer, 1, 2));
                socket.send(new Blob(['blob']));
                socket.send(buffer.buffer);
                socket.send(7);
                socket.send('');
                buffer.fill(9);
                print(socket.bufferedAmount);
                await turn();
                while (line.waiting.length > 0) {
                  await line.sent();
                  await turn();
                }
                print(line.log.join(' '), socket.bufferedAmount);
                """))
        .containsExactly("23", "\"caf\u00e9\ufffd\" [1,2,3,4] [2,3] [98,108,111,98] [1,2,3,4] \"7\" \"\" 0");
  }

  @Test
  void eachMessageWaitsForTheOneBeforeAndTheEndForAll() {
    assertThat(
            run(
                """
                const socket = hear(await opened());
                const [line] = lines;
                socket.send('a');
                socket.send(new Uint8Array([1, 2]));
                socket.close(3001, 'enough');
                socket.send('too late');
                print(socket.readyState, socket.bufferedAmount);
                await turn();
                print(line.log);
                await line.sent();
                print(line.log, socket.bufferedAmount);
                await line.sent();
                print(line.log, socket.bufferedAmount);
                socket.close(4000);
                line.on.message(true, []);
                line.on.closed(1005, '');
                socket.send('later still');
                print(socket.bufferedAmount, line.log.length);
                """))
        .containsExactly(
            "2 11",
            "\"a\"",
            "\"a\",[1,2] 10",
            "\"a\",[1,2],close 3001 enough 8",
            "close 3 true 1005  true",
            "19 3");
  }

  @Test
  void closesWithValidCodesAndReasonsOnly() {
    assertThat(
            run(
                """
                const socket = await opened();
                for (const code of [0, 1, 999, 1001, 1006, 2999, 5000, 70000, NaN, -1, 'x', null]) fails(() => socket.close(code));
                fails(() => socket.close(1000, '\\u20ac'.repeat(42)));
                print(socket.readyState);
                socket.close(2999.6, '\\u20ac'.repeat(41));
                await turn();
                const other = await opened();
                other.close(undefined, 'only a reason');
                const bare = await opened();
                bare.close();
                await turn();
                print(lines.map((line) => line.log[0].slice(0, 20)));
                """)
                .stream()
                .map(line -> line.replaceAll("(Error true) .*", "$1")))
        .containsExactly(
            "InvalidAccessError true", "InvalidAccessError true", "InvalidAccessError true", "InvalidAccessError true",
            "InvalidAccessError true", "InvalidAccessError true", "InvalidAccessError true", "InvalidAccessError true",
            "InvalidAccessError true", "InvalidAccessError true", "InvalidAccessError true", "InvalidAccessError true",
            "SyntaxError true",
            "1",
            "close 3000 \u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac,close 1000 only a re,close 0 ");
  }

  @Test
  void aFailureIsAnErrorAndThenACloseOf1006() {
    assertThat(
            run(
                """
                const denied = Object.assign(new Error('may not'), { name: 'PermissionDeniedError', permission: 'net' });
                const socket = hear(new WebSocket('ws://a.test/'));
                fails(() => socket.send('early'));
                lines[0].on.failed(denied);
                await turn();
                socket.close();
                const other = hear(new WebSocket('ws://a.test/'));
                other.close(3000, 'never mind');
                print(other.readyState, lines[1].log);
                await turn();
                """))
        .containsExactly(
            "InvalidStateError true WebSocket.send: the WebSocket is not open yet; wait for its open event",
            "error 3 true PermissionDeniedError may not",
            "close 3 false 1006  true",
            "2 drop",
            "error 3 true AbortError the WebSocket was closed before it was open",
            "close 3 false 1006  true");
  }

  /// Attack: a service that sends without end to a server that takes nothing.
  @Test
  void whoSendsWithoutEndIsClosed() {
    assertThat(
            run(
                """
                const socket = hear(await opened());
                const [line] = lines;
                const piece = new Uint8Array(4 << 20);
                for (let i = 0; i < 4; i++) socket.send(piece);
                print(socket.readyState, socket.bufferedAmount);
                await line.sent();
                await turn();
                socket.send(piece);
                print(socket.readyState, socket.bufferedAmount);
                socket.send(new Uint8Array(1));
                print(socket.readyState, socket.bufferedAmount, line.log.at(-1));
                await turn();
                """))
        .containsExactly(
            "1 16777216",
            "1 16777216",
            "2 16777217 drop",
            "error 3 true BackpressureError the WebSocket was closed: more than 16777216 bytes waited to be sent; send more only while"
                + " bufferedAmount is small",
            "close 3 false 1006  true");
  }

  @Test
  void aCloseEventHasItsThreeParts() {
    assertThat(
            run(
                """
                const show = (e) => print(e.type, e.wasClean, e.code, e.reason, e.isTrusted);
                show(new CloseEvent('x'));
                show(new CloseEvent('close', { wasClean: 1, code: 65537.5, reason: '\\ud800' }));
                fails(() => new CloseEvent());
                """))
        .containsExactly("x false 0  false", "close true 1 \ufffd false", "TypeError false CloseEvent constructor: 1 argument required, but only 0 present");
  }
}
