import { attribute, count, keyed, percent, rate, svg, text } from "./format.js";

import { BOX, layOut, path } from "./layout.js";

export class Graph {
  #svg;
  #edges = svg("g", { class: "edges" });
  #labels = svg("g", { class: "labels", "aria-hidden": "true" });
  #nodes = svg("g", { class: "nodes" });
  #shape = "";
  #plan = null;

  /** @param choose told the name of a service that was clicked, or chosen by Enter */
  constructor(parent, choose) {
    this.choose = choose;
    this.#svg = svg(
      "svg",
      {},
      svg("defs", {}, marker("arrow", "arrow"), marker("arrow-busy", "arrow busy"), marker("arrow-bad", "arrow bad")),
      this.#edges,
      this.#nodes,
      this.#labels,
    );
    parent.append(this.#svg);
  }

  update(services, edges, history, chosen) {
    const shape = JSON.stringify(services.map((s) => [s.name, s.imports, s.parent]));
    if (shape !== this.#shape && services.length > 0) {
      this.#shape = shape;
      this.#plan = layOut(services);
      attribute(this.#svg, "viewBox", `0 0 ${this.#plan.width} ${this.#plan.height}`);
      attribute(this.#svg, "width", String(this.#plan.width));
      attribute(this.#svg, "height", String(this.#plan.height));
    }
    this.#svg.toggleAttribute("hidden", services.length === 0);
    if (services.length === 0) return;
    const { lines } = this.#plan;
    const key = (line) => line.from + " " + line.to;
    const traffic = new Map(edges.map((edge) => [edge.caller + " " + edge.callee, edge.rates]));
    keyed(this.#edges, lines, key, () => svg("path", { fill: "none" }), (line, of) => this.#line(line, of, traffic.get(key(of))));
    keyed(
      this.#labels,
      lines.filter((line) => traffic.get(key(line))?.calls > 0),
      key,
      () => svg("text", { "text-anchor": "end" }),
      (label, line) => this.#label(label, line, traffic.get(key(line))),
    );
    keyed(this.#nodes, services, (s) => s.name, (s) => this.#node(s), (g, s) => this.#box(g, s, history, chosen));
  }

  #line(element, line, rates) {
    attribute(element, "d", path(line.points));
    const messages = rates?.messages ?? 0;
    const bad = (rates?.failures ?? 0) > 0 || (rates?.lost ?? 0) > 0;
    const busy = messages > 0;
    attribute(element, "class", [line.child && "child", busy && "busy", bad && "bad"].filter(Boolean).join(" "));
    attribute(element, "stroke-width", String(1.5 + Math.min(3, Math.log10(1 + messages) * 0.6)));
    attribute(element, "marker-end", `url(#arrow${bad ? "-bad" : busy ? "-busy" : ""})`);
  }

  #label(label, line, rates) {
    const [x, y] = line.points.at(-1);
    attribute(label, "x", String(x - 8));
    attribute(label, "y", String(y - 4));
    text(label, rate(rates.calls));
    attribute(label, "class", rates.failures > 0 ? "bad" : "");
  }

  #node(service) {
    const name = service.name.length > 18 ? service.name.slice(0, 17) + "…" : service.name;
    const choose = () => this.choose(service.name);
    return svg(
      "g",
      {
        role: "button",
        tabindex: "0",
        onclick: choose,
        onkeydown: (event) => {
          if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            choose();
          }
        },
      },
      svg("title"),
      svg("rect", { class: "box", width: BOX.width, height: BOX.height, rx: 10 }),
      svg("circle", { class: "dot", cx: 17, cy: 21, r: 5 }),
      svg("text", { class: "name", x: 30, y: 26 }, document.createTextNode(name)),
      svg("text", { class: "sub", x: 14, y: 45 }),
    );
  }

  #box(g, service, history, chosen) {
    const { x, y } = this.#plan.places.get(service.name);
    attribute(g, "transform", `translate(${x} ${y})`);
    attribute(g, "class", "node " + service.look + (service.name === chosen ? " chosen" : ""));
    const now = history.now(service.name);
    const running = service.state === "running";
    const parts = [service.word];
    if (running && now?.calls > 0) parts.push(count(now.calls) + " calls/s");
    else if (running && now) parts.push("CPU " + percent(now.cpu));
    text(g.children[4], parts.join(" · "));
    text(g.children[0], service.name);
    attribute(g, "aria-label", `${service.name}, ${parts.join(", ")}`);
    attribute(g, "aria-pressed", String(service.name === chosen));
  }
}

function marker(id, look) {
  return svg(
    "marker",
    { id, class: look, viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto" },
    svg("path", { d: "M0 0.5L7 4L0 7.5Z" }),
  );
}
