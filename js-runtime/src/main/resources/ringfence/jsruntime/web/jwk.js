// JSON Web Keys: reading one, and what one says about itself.
//
// A key that is unwrapped is parsed here too, and may be one that the service must not see: so nothing is looked up
// on a prototype then, where the service could have put a getter.
// Specification: WebCryptoAPI, section JsonWebKey dictionary; RFC 7517; RFC 7515, appendix C.
(function (internals) {
  "use strict";
  internals.load("cryptokey");
  internals.load("bytes");
  const p = internals.primordials;
  const { append, charCodeAt } = p;
  const { idl, web } = internals;
  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const VALUES = new p.Uint8Array(128);
  for (let i = 0; i < 128; i++) VALUES[i] = 255;
  for (let i = 0; i < 64; i++) VALUES[charCodeAt(ALPHABET, i)] = i;

  /** In the order in which Web IDL reads them. */
  const MEMBERS = ["alg", "crv", "d", "dp", "dq", "e", "ext", "k", "key_ops", "kty", "n", "oth", "p", "q", "qi", "use", "x", "y"];

  const damaged = (why) => idl.fail("DataError", "the JSON Web Key " + why);

  /** base64url without padding, as an ArrayBuffer. */
  function decoded(text, member) {
    const size = text.length;
    const out = new p.Uint8Array(p.floor(size * 3 / 4));
    let bits = 0;
    let held = 0;
    let at = 0;
    for (let i = 0; i < size; i++) {
      const unit = charCodeAt(text, i);
      const value = unit < 128 ? VALUES[unit] : 255;
      if (value === 255 || size % 4 === 1) throw damaged("has no base64url in " + member);
      bits = ((bits << 6) | value) & 0xffff;
      held += 6;
      if (held >= 8) {
        held -= 8;
        out[at++] = (bits >> held) & 255;
      }
    }
    return p.arrayBuffer(out);
  }

  web.jwk = {
    __proto__: null,
    damaged,

    /** The dictionary of an argument. */
    read(given) {
      const out = { __proto__: null };
      const from = idl.dictionary(given, "the key data");
      for (let i = 0; i < MEMBERS.length; i++) {
        const name = MEMBERS[i];
        const value = from[name];
        if (value === undefined) continue;
        if (name === "ext") out.ext = !!value;
        else if (name === "key_ops") out.key_ops = idl.sequence(value, idl.text, "key_ops");
        else if (name === "oth") out.oth = idl.sequence(value, (item) => idl.dictionary(item, "oth"), "oth");
        else out[name] = idl.text(value);
      }
      return out;
    },

    /** The same of bytes that a key was wrapped as. */
    parse(buffer) {
      let parsed;
      try {
        parsed = p.jsonParse(internals.bytes.decoded(new p.Uint8Array(buffer)));
      } catch {
        throw damaged("is no JSON");
      }
      if (!idl.isObject(parsed) || p.isArray(parsed)) throw damaged("is no object");
      p.setPrototypeOf(parsed, null);
      const out = { __proto__: null };
      for (let i = 0; i < MEMBERS.length; i++) {
        const name = MEMBERS[i];
        const value = parsed[name];
        if (value === undefined) continue;
        const isList = name === "key_ops" || name === "oth";
        if (name === "ext" ? typeof value !== "boolean" : isList ? !p.isArray(value) : typeof value !== "string") {
          throw damaged("has another kind of " + name);
        }
        if (name === "key_ops") {
          for (let k = 0; k < value.length; k++) if (typeof value[k] !== "string") throw damaged("has another kind of key_ops");
        }
        out[name] = value;
      }
      return out;
    },

    /** What all kinds of key have in common. */
    check(jwk, type, use, usages, extractable) {
      if (jwk.kty !== type) throw damaged("is not of the type " + type);
      if (usages.length > 0 && jwk.use !== undefined && jwk.use !== use) throw damaged("is not for the use " + use);
      const { key_ops: allowed } = jwk;
      if (allowed !== undefined) {
        const seen = new p.Set();
        for (let i = 0; i < allowed.length; i++) {
          if (p.setHas(seen, allowed[i])) throw damaged("names an operation twice");
          p.setAdd(seen, allowed[i]);
        }
        for (let i = 0; i < usages.length; i++) if (!p.setHas(seen, usages[i])) throw damaged("does not allow " + usages[i]);
      }
      if (jwk.ext === false && extractable) throw damaged("is not extractable");
    },

    /** The bytes of a member that must be there. */
    bytes(jwk, member) {
      if (jwk[member] === undefined) throw damaged("has no " + member);
      return decoded(jwk[member], member);
    },
  };
});
