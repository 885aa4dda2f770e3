// Lists of callbacks by event name, for handles: in the order in which they were added, and a round is for
// those that were there when it began.
(function (internals) {
  "use strict";
  const { append, apply, Map, mapDelete, mapGet, mapSet, TypeError } = internals.primordials;

  function check(event, callback) {
    if (typeof event !== "string") throw new TypeError("the name of an event must be a string, not " + typeof event);
    if (typeof callback !== "function") throw new TypeError("a listener must be a function, not " + typeof callback);
  }

  internals.makeListeners = (onCount) => {
    const lists = new Map();
    let count = 0;

    function remove(event, callback) {
      check(event, callback);
      const list = mapGet(lists, event);
      if (list === undefined) return;
      const left = [];
      let removed = false;
      for (let i = 0; i < list.length; i++) {
        if (!removed && list[i].callback === callback) removed = true;
        else append(left, list[i]);
      }
      if (left.length === 0) mapDelete(lists, event);
      else mapSet(lists, event, left);
      if (removed) onCount(--count);
    }

    return {
      __proto__: null,
      add(event, callback, once) {
        check(event, callback);
        let list = mapGet(lists, event);
        if (list === undefined) mapSet(lists, event, (list = []));
        append(list, { __proto__: null, callback, once });
        onCount(++count);
      },
      remove,
      deliver(event, values) {
        const list = mapGet(lists, event);
        if (list === undefined) return;
        const end = list.length;
        for (let i = 0; i < end; i++) {
          const entry = list[i];
          if (entry.once) remove(event, entry.callback);
          try {
            apply(entry.callback, undefined, values);
          } catch (thrown) {
            internals.reportUncaught(thrown);
          }
        }
      },
    };
  };
});
