// Where the boxes and arrows of the graph go.
export const BOX = { width: 176, height: 58 };
const GAP = { x: 96, y: 22 };
const EDGE = 14;

/** Height that an arrow takes on its way past a column of boxes. */
const LANE = 14;
const PASSES = 6;

/**
 * Puts each service left of what it imports, and near to it; an arrow that spans several columns gets a lane of its own in
 * those between, so that it runs behind no box.
 * @param services each after what it imports
 * @returns { places: name -> {x, y}, lines: [{from, to, child, points}], width, height }
 */
export function layOut(services) {
  const columns = intoColumns(services);
  const at = new Map();
  columns.forEach((column, x) => column.forEach((item) => at.set(item.key, { item, x })));
  const lines = services.flatMap((service) =>
    service.imports
      .filter((to) => at.has(to))
      .map((to) => ({ from: service.name, to, child: service.parent === to, stops: [] })),
  );
  for (const line of lines) {
    let before = at.get(line.from).item;
    for (let x = at.get(line.from).x + 1; x < at.get(line.to).x; x++) {
      const lane = { key: line.from + " " + line.to + " " + x, height: LANE, near: [] };
      columns[x].push(lane);
      line.stops.push({ lane, x });
      join(before, lane);
      before = lane;
    }
    join(before, at.get(line.to).item);
  }
  order(columns);
  const heights = columns.map((column) => column.reduce((sum, item) => sum + item.height + GAP.y, -GAP.y));
  const tallest = Math.max(...heights);
  columns.forEach((column, i) => {
    let y = EDGE + (tallest - heights[i]) / 2;
    for (const item of column) {
      item.y = y;
      y += item.height + GAP.y;
    }
  });
  const left = (x) => EDGE + x * (BOX.width + GAP.x);
  const places = new Map(services.map(({ name }) => [name, { x: left(at.get(name).x), y: at.get(name).item.y }]));
  route(lines, places, left);
  return {
    places,
    lines,
    width: 2 * EDGE + columns.length * BOX.width + (columns.length - 1) * GAP.x,
    height: 2 * EDGE + tallest,
  };
}

function intoColumns(services) {
  const depth = new Map();
  for (const service of [...services].reverse()) {
    const column = depth.get(service.name) ?? 0;
    depth.set(service.name, column);
    for (const name of service.imports) depth.set(name, Math.max(depth.get(name) ?? 0, column + 1));
  }
  const columns = [];
  for (const { name } of services) (columns[depth.get(name)] ??= []).push({ key: name, height: BOX.height, near: [] });
  return columns;
}

function join(one, other) {
  one.near.push(other);
  other.near.push(one);
}

/** Sorts each column by where its neighbours are; what has none goes to the end. */
function order(columns) {
  const rank = new Map();
  const number = (column) => column.forEach((item, i) => rank.set(item, i - (column.length - 1) / 2));
  columns.forEach(number);
  for (let pass = 0; pass < PASSES; pass++) {
    for (const column of pass % 2 ? columns : [...columns].reverse()) {
      const wish = new Map(
        column.map((item) => [
          item,
          item.near.length ? item.near.reduce((sum, near) => sum + rank.get(near), 0) / item.near.length : Infinity,
        ]),
      );
      column.sort((a, b) => (wish.get(a) === wish.get(b) ? (a.key < b.key ? -1 : 1) : wish.get(a) - wish.get(b)));
      number(column);
    }
  }
}

/** Gives each arrow its points; those that share a box leave and reach it side by side. */
function route(lines, places, left) {
  const middle = (name) => places.get(name).y + BOX.height / 2;
  for (const line of lines) {
    line.inner = line.stops.flatMap(({ lane, x }) => [
      [left(x), lane.y + LANE / 2],
      [left(x) + BOX.width, lane.y + LANE / 2],
    ]);
  }
  const ports = (end, other, next) => {
    for (const name of places.keys()) {
      const group = lines.filter((line) => line[end] === name);
      group.sort((a, b) => next(a, other) - next(b, other));
      const step = Math.min(14, (BOX.height - 16) / group.length);
      group.forEach((line, i) => (line[end + "Y"] = middle(line[end]) + (i - (group.length - 1) / 2) * step));
    }
  };
  ports("from", "to", (line, other) => line.inner[0]?.[1] ?? middle(line[other]));
  ports("to", "from", (line, other) => line.inner.at(-1)?.[1] ?? middle(line[other]));
  for (const line of lines) {
    line.points = [
      [places.get(line.from).x + BOX.width, line.fromY],
      ...line.inner,
      [places.get(line.to).x - 6, line.toY],
    ];
  }
}

/** The path through points of which each second stretch is level. */
export function path(points) {
  let d = `M${points[0][0]} ${points[0][1]}`;
  for (let i = 1; i < points.length; i++) {
    const [x1, y1] = points[i - 1];
    const [x2, y2] = points[i];
    const bend = (x2 - x1) / 2;
    d += y1 === y2 ? `L${x2} ${y2}` : `C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
  }
  return d;
}
