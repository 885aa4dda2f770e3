// What somebody evaluates in a running service: its value as text, in the manner of the console.
(function (internals) {
  "use strict";
  const p = internals.primordials;
  const MOST_CHARACTERS = 64 * 1024;
  const global = globalThis;

  function tell(told, threw, value) {
    let text;
    try {
      text = internals.inspectWith(value);
      if (!threw) p.putHidden(global, "_", value);
    } catch {
      text = "[a value that can't be shown]";
    }
    if (text.length > MOST_CHARACTERS) {
      text = p.slice(text, 0, MOST_CHARACTERS) + "... [cut: " + (text.length - MOST_CHARACTERS) + " more characters]";
    }
    told(threw, text);
  }

  /** Tells it, once the promise is settled if one is waited for. */
  internals.evaluated = function (told, threw, waits, value) {
    if (waits && !threw) p.then(value, (result) => tell(told, false, result), (error) => tell(told, true, error));
    else tell(told, threw, value);
  };
});
