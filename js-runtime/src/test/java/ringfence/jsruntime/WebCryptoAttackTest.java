package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.protocol.ServiceMessage;

/// What hostile code tries against keys that may not leave.
class WebCryptoAttackTest {

  @Test
  void hooksOfBuiltInsSeeNoKeyThatMayNotLeave() {
    // Attack: import and unwrap keys of known bytes while every built-in is hooked, and look for the bytes, or for
    // the runtime's own objects, in all that the hooks are called with and in what can be reached from there.
    try (var service =
        ServiceUnderTest.of(
            WebAttackTest.HOOKS
                + """
                const marks = ['secret-of-the-key', 'c2VjcmV0LW9mLXRoZS1rZXk'];
                const { subtle } = crypto;
                const text = new TextEncoder().encode('{"kty":"oct","k":"c2VjcmV0LW9mLXRoZS1rZXk"}');
                const params = { name: 'AES-GCM', iv: new Uint8Array(12) };
                const wrapping = await subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt', 'wrapKey', 'unwrapKey', 'decrypt']);
                const wrapped = await subtle.encrypt(params, wrapping, text);
                const inner = await subtle.encrypt(params, wrapping, new TextEncoder().encode('secret-of-the-key'));
                const hmac = { name: 'HMAC', hash: 'SHA-256' };
                const wrapable = await subtle.unwrapKey('raw', inner, wrapping, params, hmac, true, ['sign']);
                // From here on nobody of the guest's touches the bytes.
                seen.clear();
                const getters = [];
                for (const name of ['k', 'kty', 'd', 'alg', 'ext', 'key_ops', 'use', 'handle', 'takesKeys', 'then', 'toJSON', 'algorithm', 'usages']) {
                  define(Object.prototype, name, { get() { note(this); getters.push(name); }, configurable: true });
                }
                const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
                const byJwk = await subtle.unwrapKey('jwk', wrapped, wrapping, params, hmac, false, ['sign']);
                const byRaw = await subtle.unwrapKey('raw', inner, wrapping, params, hmac, false, ['sign']);
                await subtle.wrapKey('jwk', wrapable, wrapping, params);
                await subtle.wrapKey('jwk', pair.privateKey, wrapping, params);
                await subtle.sign('HMAC', byRaw, new Uint8Array(3));
                structuredClone([byJwk, byRaw]);
                byJwk.algorithm; byJwk.usages; log(byRaw.type, byJwk.type);
                function found() {
                  let count = 0;
                  const inside = (x) => {
                    if (typeof x === 'string') { if (marks.some((mark) => x.includes(mark))) count++; return; }
                    if (!isObject(x)) return;
                    if (ArrayBuffer.isView(x) || Object.prototype.toString.call(x) === '[object ArrayBuffer]') {
                      try { inside(String.fromCharCode(...new Uint8Array(x.buffer ?? x))); } catch { /* transferred */ }
                    }
                    const ours = ['handle', 'primordials', 'cryptography'];
                    if (x !== Object.prototype && keys(x).some((key) => ours.includes(key))) count++;
                  };
                  for (const x of [...seen]) {
                    inside(x);
                    for (const key of keys(x)) { try { inside(Reflect.getOwnPropertyDescriptor(x, key)?.value); } catch { /* a proxy */ } }
                  }
                  return count;
                }
                log(found(), seen.size > 0, getters.includes('then'), getters.filter((name) => name !== 'then' && name !== 'toJSON').join());
                // The same by glue that knows no better.
                JSON.parse('{"kty":"oct","k":"c2VjcmV0LW9mLXRoZS1rZXk"}').alg;
                log(found() > 0);
                """)) {
      service.start();
      ServiceUnderTest.await(() -> assertThat(service.output()).as(() -> "" + service.errors()).hasSize(3));
      assertThat(service.output()).containsExactly("secret secret", "0 true true ", "true");
    }
  }

  @Test
  void noObjectOfTheGuestsPassesForAKey() {
    // Attack: objects with a key's prototype, proxies of keys, subclasses, and keys whose attributes were changed.
    try (var service =
        ServiceUnderTest.of(
            """
            const { subtle } = crypto;
            const data = new Uint8Array(16);
            const key = await subtle.importKey('raw', data, { name: 'HMAC', hash: 'SHA-1' }, false, ['verify']);
            const out = [];
            const attempt = (promise) => promise.then(() => out.push('gained'), (e) => out.push(e.name));
            await attempt(subtle.exportKey('raw', Object.create(CryptoKey.prototype)));
            await attempt(subtle.exportKey('raw', new Proxy(key, {})));
            await attempt(subtle.exportKey('raw', Object.setPrototypeOf({ handle: 1, extractable: true }, CryptoKey.prototype)));
            for (const [name, value] of [['extractable', true], ['usages', ['sign']], ['type', 'public']]) {
              try { key[name] = value; } catch {}
              Object.defineProperty(key, name, { value });
            }
            Object.defineProperty(CryptoKey.prototype, 'extractable', { value: true });
            Object.setPrototypeOf(key, { extractable: true, usages: ['sign'] });
            await attempt(subtle.exportKey('raw', key));
            await attempt(subtle.exportKey('jwk', key));
            await attempt(subtle.sign('HMAC', key, data));
            class Mine extends CryptoKey { constructor() { super(); } }
            try { new Mine(); out.push('gained'); } catch (e) { out.push(e.name); }
            try { Reflect.construct(CryptoKey, [{}], Object); out.push('gained'); } catch (e) { out.push(e.name); }
            console.log(out.join());
            """)) {
      service.start();
      ServiceUnderTest.await(() -> assertThat(service.output()).as(() -> "" + service.errors()).isNotEmpty());
      assertThat(service.output().getFirst())
          .isEqualTo(
              "TypeError,TypeError,TypeError,InvalidAccessError,InvalidAccessError,InvalidAccessError,TypeError,TypeError");
    }
  }

  @Test
  void aKeyLeavesTheServiceNeitherInACallNorInAnEvent() {
    // Attack: hand a key to a peer, where whoever reads the message could read the key.
    try (var service =
        ServiceUnderTest.of(
            """
            import peer from 'service:peer';
            const key = await crypto.subtle.importKey('raw', new TextEncoder().encode('secret-of-the-key'), 'HKDF', false, ['deriveBits']);
            await peer.take(key).catch((e) => console.log(e.name, e.message));
            try { service.emit('key', { key }); } catch (e) { console.log(e.name); }
            Object.defineProperty(Map.prototype, 'takesKeys', { value: true });
            await peer.take([key]).catch((e) => console.log(e.name));
            peer.take('over');
            """)) {
      var port = service.imports("peer");
      service.start();
      service.awaitOutput("DataCloneError a CryptoKey could not be cloned", "DataCloneError", "DataCloneError");
      var message = (ServiceMessage.Request) ServiceUnderTest.next(port);
      assertThat(new String(message.arguments(), StandardCharsets.ISO_8859_1)).contains("over");
    }
  }
}
