import { act, say } from "./act.js";
import { follow, get, setToken, whenTokenNeeded } from "./api.js";
import { draw, sparkline } from "./chart.js";
import { Detail } from "./detail.js";
import { attribute, bytes, clock, count, el, keyed, percent, rate, seconds, text } from "./format.js";
import { Graph } from "./graph.js";
import { History } from "./history.js";

const $ = (id) => document.getElementById(id);
const PAUSE_MS = 1000;
const PAUSE_HIDDEN_MS = 10000;

const history = new History();
let services = [];
let watch = null;
let chosen = null;

const graph = new Graph($("graph"), choose);
const detail = new Detail((command, name) => act(command, name, refreshSoon), () => choose(null));

// ---- what the host tells

function look(status) {
  const failed = status.cause && !status.cause.normal;
  if (status.state === "closed") {
    if (status.restartAt) return ["waiting", "restarts soon"];
    if (status.wanted && status.cause?.kind === "dependency-lost") return ["waiting", "waits"];
    if (failed) return ["failed", "failed"];
    return ["closed", "closed"];
  }
  return [status.state, status.state];
}

function understood({ status, totals }) {
  const [kind, word] = look(status);
  return { ...status, totals, look: kind, word, since: totals?.runningSince ?? null };
}

let refreshing = false;
let again = false;

/** One question at a time; what is asked meanwhile is asked once more after it. */
async function refresh() {
  if (refreshing) {
    again = true;
    return;
  }
  refreshing = true;
  try {
    do {
      again = false;
      const answer = await get("/api/watch").catch(() => null);
      online(answer !== null);
      if (answer === null) return;
      watch = answer;
      history.take(watch);
      const before = new Map(services.map((service) => [service.name, service.word]));
      services = watch.services.map(understood);
      tell(before);
      show();
    } while (again);
  } finally {
    refreshing = false;
  }
}

let soon = 0;
function refreshSoon() {
  soon ||= setTimeout(() => {
    soon = 0;
    void refresh();
  }, 30);
}

function tell(before) {
  const news = services.filter((s) => before.has(s.name) && before.get(s.name) !== s.word);
  if (news.length > 0) say(news.slice(0, 5).map((s) => `${s.name} ${s.word}`).join(", "));
}

function online(yes) {
  attribute($("link"), "class", "link " + (yes ? "on" : "off"));
  text($("link"), yes ? "live" : "no answer from the host");
}

async function poll() {
  try {
    await refresh();
  } finally {
    setTimeout(poll, document.hidden ? PAUSE_HIDDEN_MS : PAUSE_MS);
  }
}

let feed = new AbortController();

/** Browsers keep few connections to one host open, so a tab that nobody sees follows nothing. */
function listen() {
  feed.abort();
  if (document.hidden) {
    detail.pause();
    return;
  }
  feed = new AbortController();
  void follow("/api/events", feed.signal, refreshSoon, refreshSoon);
  detail.resume();
}

// ---- what is shown

function choose(name) {
  const was = chosen;
  chosen = name === was ? null : name;
  window.history.replaceState(null, "", chosen ? "#" + chosen : location.pathname);
  if (chosen) {
    detail.open(chosen);
  } else {
    detail.hide();
    document.querySelector(`[data-key="${CSS.escape(was ?? "")}"] button`)?.focus();
  }
  show();
  if (chosen) {
    $("detail").focus({ preventScroll: true });
    $("detail").scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
  }
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function show() {
  if (!watch) return;
  if (chosen && !services.some((service) => service.name === chosen)) {
    chosen = null;
    detail.hide();
  }
  graph.update(services, watch.edges, history, chosen);
  document.querySelector(".graph").hidden = services.length === 0;
  showChips();
  showRows();
  showDenials();
  const service = services.find((each) => each.name === chosen);
  if (service) detail.update(service, watch.edges, history, Date.parse(watch.at));
}

function showChips() {
  const kinds = [
    ["running", "running"], ["starting", "starting"], ["closing", "closing"], ["waiting", "waiting"], ["failed", "failed"], ["closed", "closed"],
  ];
  const counted = kinds.map(([kind, word]) => ({ kind, word, n: services.filter((s) => s.look === kind).length })).filter(({ n }) => n > 0);
  keyed($("chips"), counted, (c) => c.kind, (c) => el("li", { class: c.kind }), (li, c) => text(li, `${c.n} ${c.word}`));
  const failed = services.filter((s) => s.look === "failed").length;
  document.title = (failed ? `(${failed} failed) ` : "") + "Ringfence";
}

function cell(label, ...children) {
  return el("td", { "data-label": label }, el("span"), ...children);
}

function showRows() {
  const wanted = $("find").value.trim().toLowerCase();
  const shown = services
    .filter((service) => service.name.includes(wanted))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  keyed(
    $("rows"),
    shown,
    (service) => service.name,
    (service) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, el("button", { type: "button", class: "name", onclick: () => choose(service.name) }, service.name)),
        el("td", { class: "statecell" }, el("span", { class: "state" })),
        cell("CPU", sparkline("cpu")),
        cell("Memory", sparkline("memory")),
        cell("Calls", sparkline("calls")),
        cell("p99"),
        cell("Errors", sparkline("errors")),
        cell("Restarts"),
      ),
    showRow,
  );
  $("none").hidden = services.length > 0;
  $("table").hidden = services.length === 0;
}

function showRow(tr, service) {
  const series = history.of(service.name);
  const now = series.at(-1);
  attribute(tr, "class", service.look + (service.name === chosen ? " chosen" : ""));
  attribute(tr.children[0].firstChild, "aria-expanded", String(service.name === chosen));
  const state = tr.children[1].firstChild;
  text(state, service.word);
  attribute(state, "class", "state " + service.look);
  state.title = service.cause?.sentence ?? "";
  const live = service.state !== "closed";
  const set = (i, value, of, least) => {
    text(tr.children[i].children[0], value);
    if (of) draw(tr.children[i].children[1], series.map(of), least);
  };
  set(2, live && now ? percent(now.cpu) : "–", (n) => n.cpu, 0.1);
  set(3, bytes(service.residentBytes), (n) => n.memory, 32 << 20);
  set(4, now && (live || now.calls > 0) ? rate(now.calls) : "–", (n) => n.calls, 5);
  set(5, seconds(now?.p99));
  set(6, now && (live || now.errors > 0) ? rate(now.errors) : "–", (n) => n.errors, 1);
  set(7, count(service.totals?.restarts ?? 0));
  tr.children[6].classList.toggle("bad", (now?.errors ?? 0) > 0);
}

/** The same denial again and again is one row with a number. */
function showDenials() {
  const rows = new Map();
  for (const denial of watch.denials) {
    const key = JSON.stringify([denial.service, denial.permission, denial.resource]);
    rows.set(key, { ...denial, key, times: (rows.get(key)?.times ?? 0) + 1 });
  }
  const all = [...rows.values()].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, 50);
  keyed($("denials"), all, (denial) => denial.key, denialRow, (li, denial) => {
    text(li.querySelector("time"), clock(denial.at));
    text(li.querySelector(".times"), denial.times > 1 ? "× " + denial.times : "");
  });
  $("no-denials").hidden = all.length > 0;
}

function denialRow(denial) {
  const copy = el("button", { type: "button", class: "quiet", "aria-label": "Copy the line that would grant it" }, "Copy");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(denial.cure);
    text(copy, "Copied");
    setTimeout(() => text(copy, "Copy"), 1500);
  });
  return el(
    "li",
    {},
    el("time"),
    el("div", { class: "what" }, el("p", {}, denial.reason, " ", el("span", { class: "times" })),
      denial.cure ? el("p", { class: "cure" }, el("code", {}, denial.cure), navigator.clipboard ? copy : null) : el("p", { class: "hint" }, "No grant would allow it.")),
  );
}

// ---- the token

whenTokenNeeded(
  (wrong) =>
    new Promise((resolve) => {
      const dialog = $("login");
      text($("login-wrong"), wrong ? "That is not the token of this host." : "");
      $("token").value = "";
      $("login-form").addEventListener(
        "submit",
        (event) => {
          event.preventDefault();
          setToken($("token").value.trim());
          dialog.close();
          resolve();
        },
        { once: true },
      );
      dialog.showModal();
    }),
);
$("login").addEventListener("cancel", (event) => event.preventDefault());

// ---- go

text($("host"), location.host);
$("find").addEventListener("input", showRows);
document.addEventListener("visibilitychange", listen);
await poll();
const asked = decodeURIComponent(location.hash.slice(1));
if (services.some((service) => service.name === asked)) choose(asked);
listen();
