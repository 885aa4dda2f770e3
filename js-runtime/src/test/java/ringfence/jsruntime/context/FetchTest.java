package ringfence.jsruntime.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// fetch over a transport that the test's module plays: what it is given, and what becomes of what it gives.
class FetchTest {
  /// `transport` notes each request and answers from `answers`; a chunk of a body is text.
  private static final String TRANSPORT =
      """
      globalThis.log = [];
      globalThis.answers = [];
      const encoder = new TextEncoder();
      globalThis.transport = async (request) => {
        const body = [];
        if (request.body !== null) for (let c; (c = await request.body.pull()) !== null;) body.push(new TextDecoder().decode(c));
        const note = { method: request.method, url: request.url, headers: request.headers, body: request.body && body.join('|'), length: request.body?.length };
        log.push(note);
        request.onAbort((reason) => { note.aborted = reason; });
        const answer = answers.shift();
        if (typeof answer === 'function') return answer(note);
        const chunks = answer.chunks ? [...answer.chunks] : null;
        return { status: answer.status ?? 200, statusText: answer.statusText ?? '', headers: answer.headers ?? [],
          body: chunks && { length: null, pull: async () => chunks.length ? (chunks[0] instanceof Uint8Array ? chunks.shift() : encoder.encode(chunks.shift())) : null,
            cancel: (reason) => { note.cancelled = reason ?? true; } } };
      };
      const names = (note) => note.headers.map((h) => h[0]).join();
      """;

  @Test
  void asksWithTheRequestsParts() {
    assertThat(
            run(
                """
                answers.push({ status: 201, statusText: 'Made', headers: [['X-A', ' 1 '], ['x-a', '2'], ['bad name', 'x'], ['b', 'x\\ny']], chunks: ['ab', 'c'] });
                const r = await fetch('http://a.b/c?d#e', { method: 'POST', body: 'text', headers: { Mine: 'yes', Host: 'evil' } });
                print(r.status, r.statusText, r.ok, r.url, r.type, r.redirected, [...r.headers], await r.text());
                const { method, url, headers, body, length } = log[0];
                print(method, url, body, length, names(log[0]));
                try { r.headers.set('a', 'b'); } catch (e) { print(e.name); }
                """))
        .containsExactly(
            "201 Made true http://a.b/c?d basic false x-a,1, 2 abc",
            "POST http://a.b/c?d text 4 mine,content-type,accept,accept-language,user-agent",
            "TypeError");
  }

  @Test
  void followsRedirectsByTheRules() {
    assertThat(
            run(
                """
                const go = async (status, to, init) => {
                  log.length = 0;
                  answers.push({ status, headers: [['Location', to]], chunks: ['x'] }, { chunks: ['end'] });
                  const r = await fetch('https://a.b/1#f', { headers: { authorization: 's', cookie: 'c', k: '1' }, ...init });
                  const n = log[1];
                  print(r.url, r.redirected, await r.text(), n.method, n.url, n.body, names(n).replace(',accept,accept-language,user-agent', ''), log[0].cancelled);
                };
                await go(302, '/2', {});
                await go(302, 'https://other/2', { method: 'POST', body: 'b' });
                await go(307, '2?x', { method: 'POST', body: 'b' });
                await go(303, '2', { method: 'PUT', body: 'b' });
                await go(303, '2', { method: 'HEAD' });
                """))
        .containsExactly(
            "https://a.b/2 true end GET https://a.b/2 null authorization,cookie,k true",
            "https://other/2 true end GET https://other/2 null k true",
            "https://a.b/2?x true end POST https://a.b/2?x b authorization,cookie,k,content-type true",
            "https://a.b/2 true end GET https://a.b/2 null authorization,cookie,k true",
            "https://a.b/2 true  HEAD https://a.b/2 null authorization,cookie,k true");
  }

  @Test
  void refusesRedirectsThatItMustNotFollow() {
    assertThat(
            run(
                """
                const fails = async (init, ...given) => {
                  answers.length = 0; log.length = 0; answers.push(...given);
                  try { const r = await fetch('https://a.b/', init); print('status', r.status, r.type, r.headers.get('location')); }
                  catch (e) { print(e.name, e.message, log.length); }
                };
                const to = (location) => ({ status: 302, headers: [['location', location]] });
                await fails({}, to('file:///etc/passwd'));
                await fails({}, to('http://['));
                await fails({ redirect: 'error' }, to('/x'));
                await fails({ redirect: 'manual' }, to('/x'));
                await fails({}, ...Array.from({ length: 30 }, () => to('/again')));
                await fails({ method: 'POST', body: new Blob(['s']).stream(), duplex: 'half' }, { status: 307, headers: [['location', '/x']] });
                await fails({}, { status: 302 });
                """))
        .containsExactly(
            "TypeError fetch failed: a redirect leads to a file: URL 1",
            "TypeError fetch failed: a redirect leads to no URL 1",
            "TypeError fetch failed: the server answered with a redirect 1",
            "status 302 basic /x",
            "TypeError fetch failed: more than 20 redirects 21",
            "TypeError fetch failed: a redirect asks for the body again, which was a stream 1",
            "status 302 basic null");
  }

  @Test
  void anAbortReachesTheTransportAtEveryStage() {
    assertThat(
            run(
                """
                const c = new AbortController();
                answers.push(() => new Promise(() => {}));
                const p = fetch('http://a.b/', { signal: c.signal });
                await turn();
                c.abort('while waiting');
                await p.catch((e) => print(e));
                print(log[0].aborted);

                const d = new AbortController();
                let release;
                answers.push(() => ({ status: 200, statusText: '', headers: [], body: { length: null, pull: () => new Promise((r) => { release = r; }), cancel() {} } }));
                const r = await fetch('http://a.b/', { signal: d.signal });
                const text = r.text();
                await turn();
                d.abort('while reading');
                await text.catch((e) => print(e));
                print(log[1].aborted);

                let cancelled;
                const up = new ReadableStream({ cancel(reason) { cancelled = reason; } });
                const e = new AbortController();
                const q = fetch('http://a.b/', { method: 'POST', body: up, duplex: 'half', signal: e.signal });
                await turn();
                e.abort('while sending');
                await q.catch((x) => print(x, cancelled));
                """))
        .containsExactly(
            "while waiting", "while waiting", "while reading", "while reading", "while sending while sending");
  }

  @Test
  void cancellingTheBodyFreesTheTransport() {
    assertThat(
            run(
                """
                answers.push({ chunks: ['a', 'b'] });
                const r = await fetch('http://a.b/');
                const reader = r.body.getReader();
                print(new TextDecoder().decode((await reader.read()).value));
                await reader.cancel('enough');
                print(log[0].cancelled);
                answers.push({ status: 204, chunks: ['never'] });
                print(await (await fetch('http://a.b/')).text(), log[1].cancelled);
                """))
        .containsExactly("a", "enough", " true");
  }

  @Test
  void whatTheTransportThrowsIsWhatTheServiceSees() {
    assertThat(
            run(
                """
                answers.push(() => { throw Object.assign(new Error('no'), { name: 'PermissionDeniedError' }); });
                await fetch('http://a.b/').catch((e) => print(e.name, e.message));
                answers.push(() => ({ status: 200, statusText: '', headers: [], body: { length: null, pull: async () => { throw new TypeError('cut'); }, cancel() {} } }));
                await (await fetch('http://a.b/')).text().catch((e) => print(e.name, e.message));
                """))
        .containsExactly("PermissionDeniedError no", "TypeError cut");
  }

  private static List<String> run(String body) {
    return PlayedTransport.run("fetchTransport", TRANSPORT, body).lines;
  }
}
