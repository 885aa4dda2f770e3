// area: built-ins that a service has replaced
// goal: see or change what the runtime sends on the service's behalf, where that is not the service's own message
// grants: {"permissions": {"create": 3}}
// without: {"permissions": {"create": 3}}
const { defineProperty, getOwnPropertyDescriptor } = Object;
const definition = () => ({ name: "attacker-part", code: "export const a = 1;", limits: { heap: "32MiB" } });

// What the runtime's glue would be if it were naive: it uses whatever stands in the built-ins now.
function naive(value) {
  const parts = [];
  for (const [key, member] of Object.entries(value)) parts.push(key + "=" + String(member).slice(0, 100));
  const text = JSON.stringify(Object.assign({}, value, { parts: parts.map((part) => part.trim()) }));
  const map = new Map();
  map.set("text", text);
  const bytes = new TextEncoder().encode(map.get("text"));
  const view = new Uint8Array(new ArrayBuffer(bytes.length + 1));
  view.set(bytes, 0);
  const copy = [...view.subarray(0, view.length)];
  return Promise.resolve(copy).then((all) => all.filter(Boolean).concat([]).length);
}

// Sets a trap, has the runtime make a child and destroy it, and tells whether the trap was sprung on the way.
function hook(name, object, key) {
  attempt(name, "nothing gained", async (unguarded) => {
    const before = getOwnPropertyDescriptor(object, key);
    let sprung = 0;
    const original = before === undefined ? undefined : before.get ?? before.value;
    const trap = typeof original === "function"
      ? function (...args) { sprung++; return new.target ? Reflect.construct(original, args) : Reflect.apply(original, this, args); }
      : undefined;
    const set = () => {
      if (before !== undefined && before.get === undefined) {
        defineProperty(object, key, { ...before, value: trap });
      } else {
        defineProperty(object, key, {
          __proto__: null, configurable: true,
          get() { sprung++; return original === undefined ? undefined : Reflect.apply(original, this, []); },
          set(value) { sprung++; defineProperty(this, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true }); },
        });
      }
    };
    const reset = () => { if (before === undefined) delete object[key]; else defineProperty(object, key, before); };
    const { create } = service;
    const wish = definition();
    let made;
    let seen;
    set();
    try {
      made = unguarded ? naive(wish) : create(wish);
      seen = sprung;
    } finally {
      reset();
    }
    const child = await made;
    if (!unguarded) await child.destroy();
    return seen > 0;
  });
}
hook("JSON.stringify", JSON, "stringify");
hook("toJSON of every object", Object.prototype, "toJSON");
hook("Object.entries", Object, "entries");
hook("Object.assign", Object, "assign");
hook("the iterator of arrays", Array.prototype, Symbol.iterator);
hook("Array.prototype.push", Array.prototype, "push");
hook("Array.prototype.map", Array.prototype, "map");
hook("String.prototype.slice", String.prototype, "slice");
hook("String.prototype.trim", String.prototype, "trim");
hook("Map.prototype.set", Map.prototype, "set");
hook("Map.prototype.get", Map.prototype, "get");
hook("TextEncoder.prototype.encode", TextEncoder.prototype, "encode");
hook("TypedArray.prototype.set", Object.getPrototypeOf(Uint8Array.prototype), "set");
hook("TypedArray.prototype.length", Object.getPrototypeOf(Uint8Array.prototype), "length");
hook("TypedArray.prototype.subarray", Object.getPrototypeOf(Uint8Array.prototype), "subarray");
hook("Promise.resolve", Promise, "resolve");
hook("Promise.prototype.then", Promise.prototype, "then");
