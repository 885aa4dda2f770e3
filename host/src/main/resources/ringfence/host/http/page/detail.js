import { draw, sparkline } from "./chart.js";
import { age, attribute, bytes, count, el, keyed, percent, rate, seconds, text } from "./format.js";
import { fillOf } from "./history.js";
import { Logs } from "./logs.js";

const $ = (id) => document.getElementById(id);
const MIB = 1 << 20;

const TILES = [
  { key: "cpu", title: "CPU", show: (n) => percent(n.cpu), of: (n) => n.cpu, least: 0.1 },
  { key: "memory", title: "Memory", show: (n) => bytes(n.memory), of: (n) => n.memory, least: 32 * MIB },
  {
    key: "heap", titled: (n) => "Heap of " + bytes(n.heapLimit), show: (n) => bytes(n.heap), of: (n) => n.heap, least: MIB,
    bound: (n) => n.heapLimit, bad: (n) => n.heap > 0.9 * n.heapLimit,
  },
  { key: "calls", title: "Calls served", show: (n) => rate(n.calls), of: (n) => n.calls, least: 5 },
  { key: "p99", title: "p99 of calls", show: (n) => seconds(n.p99), of: (n) => n.p99, least: 0.001 },
  { key: "messages", title: "Ring messages", show: (n) => rate(n.messages), of: (n) => n.messages, least: 10 },
  { key: "fill", title: "Fullest ring", show: (n) => percent(n.fill), of: (n) => n.fill, least: 0.2 },
  { key: "lost", title: "Events lost", show: (n) => rate(n.lost), of: (n) => n.lost, least: 10, bad: (n) => n.lost > 0 },
  { key: "lines", title: "Lines written", show: (n) => rate(n.lines), of: (n) => n.lines, least: 10 },
  { key: "errors", title: "Errors", show: (n) => rate(n.errors), of: (n) => n.errors, least: 1, bad: (n) => n.errors > 0 },
];

/** The part of the page about one service. */
export class Detail {
  #logs = new Logs();
  #tabs = ["logs", "links", "walls"].map((name) => ({ tab: $("tab-" + name), panel: $("panel-" + name) }));
  name = null;

  /** @param act told the command of a button */
  constructor(act, leave) {
    for (const command of ["start", "restart", "close"]) {
      $(command).addEventListener("click", () => act(command, this.name));
    }
    $("leave").addEventListener("click", leave);
    $("detail").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) leave();
    });
    this.#tabs.forEach(({ tab }, i) => {
      tab.addEventListener("click", () => this.#turnTo(i));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step) this.#turnTo((i + step + this.#tabs.length) % this.#tabs.length).focus();
      });
    });
  }

  #turnTo(chosen) {
    this.#tabs.forEach(({ tab, panel }, i) => {
      tab.setAttribute("aria-selected", String(i === chosen));
      tab.tabIndex = i === chosen ? 0 : -1;
      panel.hidden = i !== chosen;
    });
    return this.#tabs[chosen].tab;
  }

  open(name) {
    if (this.name === name) return;
    this.name = name;
    $("detail").hidden = false;
    this.#logs.open(name);
  }

  hide() {
    this.name = null;
    $("detail").hidden = true;
    this.#logs.close();
  }

  pause() {
    this.#logs.close();
  }

  resume() {
    if (this.name !== null && this.#logs.isClosed()) this.#logs.open(this.name);
  }

  update(service, edges, history, hostNow) {
    text($("detail-title"), service.name);
    text($("detail-state"), service.word);
    attribute($("detail-state"), "class", "state " + service.look);
    const rests = service.state === "closed";
    $("start").disabled = !rests;
    $("close").disabled = rests && !service.wanted;
    text($("facts"), facts(service, hostNow));
    $("cause").hidden = !service.cause || service.cause.normal;
    attribute($("cause"), "class", "cause " + service.look);
    if (service.cause) text($("cause"), causeOf(service.cause));
    showError(service.totals?.lastError, hostNow);
    this.#drawTiles(history.of(service.name));
    this.#links(service, edges, history);
    this.#walls(service.walls);
  }

  #drawTiles(series) {
    const now = series.at(-1) ?? { cpu: 0, memory: 0, heap: 0, heapLimit: 0, calls: 0, p99: null, messages: 0, fill: 0, lost: 0, lines: 0, errors: 0 };
    keyed(
      $("tiles"),
      TILES,
      (tile) => tile.key,
      (tile) => el("div", { class: "tile" }, el("span", { class: "title" }), el("b"), sparkline(tile.key)),
      (box, tile) => {
        text(box.children[0], tile.titled?.(now) ?? tile.title);
        text(box.children[1], tile.show(now));
        box.classList.toggle("bad", tile.bad?.(now) ?? false);
        draw(box.children[2], series.map(tile.of), tile.least, tile.bound?.(now));
      },
    );
  }

  #links(service, edges, history) {
    const mine = edges.filter((edge) => edge.caller === service.name || edge.callee === service.name);
    const panel = $("panel-links");
    if (mine.length === 0) {
      if (!panel.querySelector(".empty")) panel.replaceChildren(el("p", { class: "empty" }, "It has called nobody, and nobody has called it."));
      return;
    }
    if (!panel.querySelector("table")) {
      const heads = ["Caller", "Callee", "Calls", "p50", "p99", "Failed", "Traffic", "Ring", "Events lost"];
      panel.replaceChildren(
        el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Links" },
          el("table", { class: "links" },
            el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))), el("tbody"))),
      );
    }
    keyed(
      panel.querySelector("tbody"),
      mine,
      (edge) => edge.caller + " " + edge.callee,
      () => el("tr", {}, el("th", { scope: "row" }), ...Array.from({ length: 8 }, () => el("td"))),
      (tr, edge) => {
        const r = edge.rates ?? { calls: 0, failures: 0, bytes: 0 };
        const p = (share) => seconds(history.percentile(edge.callee, share, edge.caller));
        const caller = edge.caller === "host" ? "host (clients)" : edge.caller;
        [caller, edge.callee, rate(r.calls), p(0.5), p(0.99), rate(r.failures), bytes(r.bytes) + (r.bytes ? "/s" : ""),
          percent(fillOf(edge)), count(edge.eventsLost)].forEach((value, i) => text(tr.children[i], value));
        tr.children[5].classList.toggle("bad", r.failures > 0);
        tr.children[8].classList.toggle("bad", edge.eventsLost > 0);
      },
    );
  }

  #walls(walls) {
    keyed(
      this.#list(),
      walls,
      (wall) => wall.name,
      () => el("li", {}, el("span", { class: "mark", "aria-hidden": "true" }), el("b"), el("span", { class: "by" })),
      (li, wall) => {
        const stands = wall.enforcedBy !== "";
        li.className = stands ? "stands" : "missing";
        text(li.children[0], stands ? "✓" : "!");
        text(li.children[1], wall.name);
        text(li.children[2], stands ? wall.enforcedBy : "not enforced: " + (wall.missing || "not asked for by its policy"));
      },
    );
  }

  #list() {
    const panel = $("panel-walls");
    if (!panel.querySelector("ul")) panel.append(el("ul", { class: "walls" }));
    return panel.querySelector("ul");
  }
}

function facts(service, hostNow) {
  const parts = [service.policy, service.incarnation === 0 ? "never started" : "run " + service.incarnation];
  if (service.since) parts.push("up " + age(hostNow - Date.parse(service.since)));
  if (service.totals?.lastStartSeconds) parts.push("started in " + seconds(service.totals.lastStartSeconds));
  if (service.totals?.restarts) parts.push(service.totals.restarts + (service.totals.restarts === 1 ? " restart" : " restarts"));
  if (service.pid) parts.push("process " + service.pid);
  if (service.listening.length) parts.push("listens on " + service.listening.join(", "));
  if (service.parent) parts.push("child of " + service.parent);
  parts.push(service.imports.length ? "imports " + service.imports.join(", ") : "imports nothing");
  return parts.join(" · ");
}

/** The last error that nobody caught; the service may run on after it. */
function showError(last, hostNow) {
  $("thrown").hidden = !last;
  if (!last) return;
  const { error } = last;
  const place = error.file ? ` (${error.file}:${error.line})` : "";
  const ago = hostNow - Date.parse(last.at);
  text($("thrown-head"), `Last uncaught error, ${age(ago)} ago: ${error.name}: ${error.message}${place}`);
  text($("thrown-path"), error.path ? "Path: " + error.path : "");
  $("thrown-path").hidden = !error.path;
  text($("thrown-stack"), error.stack || "without a stack");
}

function causeOf(cause) {
  return cause.sentence + (cause.error?.file ? ` (${cause.error.file}:${cause.error.line})` : "");
}
