// The table of console.table, as Node draws it: a row for each item, a column for each field that an item has.
//
//   ┌─────────┬─────┬────────┐
//   │ (index) │ a   │ Values │
//   ├─────────┼─────┼────────┤
//   │ 0       │ 'x' │        │
//   │ 1       │     │ 5      │
//   └─────────┴─────┴────────┘
(function (internals) {
  "use strict";
  const p = internals.primordials;
  const { append, isArray, keys, mapForEach, setForEach, repeat, text: textOf } = p;
  const VALUES = "Values";
  const MOST_ROWS = 1000;
  const MOST_COLUMNS = 100;

  const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

  function cell(value) {
    const depth = typeof value === "object" && value !== null && !isArray(value) && keys(value).length > 2 ? -1 : 0;
    return internals.inspectWith(value, { __proto__: null, depth, maxArrayLength: 3, breakLength: Infinity });
  }

  /** Notes a text in a row, and the column that it needs. */
  function set(table, row, column, text) {
    if (table.columns.length < MOST_COLUMNS && !p.mapHas(table.places, column)) {
      p.mapSet(table.places, column, table.columns.length);
      append(table.columns, column);
    }
    const place = p.mapGet(table.places, column);
    if (place !== undefined) p.put(row, place, text);
  }

  function addRow(table, index, value, filter) {
    const row = { __proto__: null, index, fields: { __proto__: null }, value: undefined };
    if (isObject(value)) {
      const names = filter === undefined ? keys(value) : filter;
      for (let i = 0; i < names.length && i < MOST_COLUMNS; i++) {
        const name = names[i];
        if (p.hasOwn(value, name)) set(table, row.fields, name, cell(value[name]));
        else if (filter !== undefined) set(table, row.fields, name, "");
      }
    } else {
      table.hasValues = true;
      row.value = cell(value);
    }
    append(table.rows, row);
  }

  const pad = (text, width) => " " + text + repeat(" ", width - text.length + 1);

  function line(widths, left, middle, right) {
    let out = left;
    for (let i = 0; i < widths.length; i++) out += (i === 0 ? "" : middle) + repeat("─", widths[i] + 2);
    return out + right;
  }

  function drawn(heads, rows) {
    const widths = [];
    for (let i = 0; i < heads.length; i++) {
      let width = heads[i].length;
      for (let k = 0; k < rows.length; k++) width = p.max(width, rows[k][i].length);
      append(widths, width);
    }
    const rowOf = (cells) => {
      let out = "│";
      for (let i = 0; i < cells.length; i++) out += pad(cells[i], widths[i]) + "│";
      return out;
    };
    let out = line(widths, "┌", "┬", "┐") + "\n" + rowOf(heads) + "\n" + line(widths, "├", "┼", "┤");
    for (let k = 0; k < rows.length; k++) out += "\n" + rowOf(rows[k]);
    return out + "\n" + line(widths, "└", "┴", "┘");
  }

  function ofItems(data, filter) {
    const table = { __proto__: null, columns: [], places: new p.Map(), rows: [], hasValues: false };
    const names = keys(data);
    for (let i = 0; i < names.length && i < MOST_ROWS; i++) addRow(table, names[i], data[names[i]], filter);
    const heads = ["(index)"];
    for (let i = 0; i < table.columns.length; i++) append(heads, table.columns[i]);
    if (table.hasValues) append(heads, VALUES);
    const rows = [];
    for (let k = 0; k < table.rows.length; k++) {
      const { index, fields, value } = table.rows[k];
      const cells = [index];
      for (let i = 0; i < table.columns.length; i++) append(cells, fields[i] ?? "");
      if (table.hasValues) append(cells, value ?? "");
      append(rows, cells);
    }
    return drawn(heads, rows);
  }

  function ofMap(map) {
    const rows = [];
    mapForEach(map, (value, key) => {
      if (rows.length < MOST_ROWS) append(rows, [textOf(rows.length), cell(key), cell(value)]);
    });
    return drawn(["(iteration index)", "Key", VALUES], rows);
  }

  function ofSet(set) {
    const rows = [];
    setForEach(set, (value) => {
      if (rows.length < MOST_ROWS) append(rows, [textOf(rows.length), cell(value)]);
    });
    return drawn(["(iteration index)", VALUES], rows);
  }

  /** The columns that a list names: no more than are drawn, however long it says that it is. */
  function named(list) {
    const names = [];
    for (let i = 0; i < list.length && i < MOST_COLUMNS; i++) append(names, textOf(list[i]));
    return names;
  }

  /** The text of a table; undefined for what is no object. `filter`, if it is a list, names the columns. */
  internals.table = function (data, filter) {
    if (!isObject(data)) return undefined;
    if (internals.insideOf(data, "[object Map]") !== undefined) return ofMap(data);
    if (internals.insideOf(data, "[object Set]") !== undefined) return ofSet(data);
    return ofItems(data, isArray(filter) ? named(filter) : undefined);
  };
});
