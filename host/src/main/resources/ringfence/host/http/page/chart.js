import { attribute, svg } from "./format.js";

const WIDTH = 120;
const HEIGHT = 32;

/** A young line is drawn as if it were half a minute long. */
const LEAST_SAMPLES = 30;

/** A small line of the last minute. Its numbers stand beside it as text, so it is hidden from screen readers. */
export function sparkline(kind) {
  return svg(
    "svg",
    { class: "spark " + kind, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { class: "area" }),
    svg("path", { class: "line" }),
    svg("path", { class: "bound" }),
  );
}

/**
 * @param values oldest first; null where there is none
 * @param bound what the values may not pass, drawn as a line of its own; null for none
 * @param least the smallest value that fills the height, so that noise does not look like a storm
 */
export function draw(chart, values, least, bound = null) {
  const top = Math.max(least, bound ?? 0, ...values.map((value) => value ?? 0)) * 1.1;
  const height = (value) => HEIGHT - 1.5 - (value / top) * (HEIGHT - 3);
  const step = WIDTH / (Math.max(LEAST_SAMPLES, values.length) - 1);
  let line = "";
  let x = WIDTH - step * (values.length - 1);
  const first = x;
  for (const value of values) {
    line += (line ? "L" : "M") + x.toFixed(1) + " " + height(value ?? 0).toFixed(1);
    x += step;
  }
  const [area, stroke, limit] = chart.children;
  attribute(limit, "d", bound ? `M0 ${height(bound).toFixed(1)}H${WIDTH}` : "");
  attribute(stroke, "d", values.length > 1 ? line : "");
  attribute(area, "d", values.length > 1 ? `${line}L${WIDTH} ${HEIGHT}L${first.toFixed(1)} ${HEIGHT}Z` : "");
}
