import { follow, service } from "./api.js";
import { clock, el, text } from "./format.js";

const MOST = 2000;
const LEVELS = { debug: 0, log: 0, info: 1, warn: 2, error: 3 };
const $ = (id) => document.getElementById(id);

/** The lines of one service as they come, filtered here. What services write is hostile: it is text and stays text. */
export class Logs {
  #lines = [];
  #stop = null;
  #waiting = [];

  constructor() {
    this.box = $("log");
    $("log-find").addEventListener("input", () => this.#show());
    $("log-level").addEventListener("change", () => this.#show());
    $("log-follow").addEventListener("change", () => this.#scroll());
    this.box.addEventListener("scroll", () => {
      const atEnd = this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 8;
      $("log-follow").checked = atEnd;
    });
  }

  open(name) {
    this.close();
    this.#lines = [];
    this.#show();
    this.#stop = new AbortController();
    const again = () => {
      // What was told before is told again.
      this.#lines = [];
      this.#waiting = [];
      this.box.replaceChildren();
    };
    void follow(service(name, "/logs?follow&tail=500"), this.#stop.signal, (frame) => this.#take(frame), again);
  }

  close() {
    this.#stop?.abort();
  }

  isClosed() {
    return this.#stop?.signal.aborted ?? true;
  }

  #take({ event, data }) {
    const line = JSON.parse(data);
    this.#waiting.push(
      event === "dropped" ? { level: "warn", text: line.count + " lines are missing here: this page was too slow" } : line,
    );
    if (this.#waiting.length === 1) requestAnimationFrame(() => this.#append());
  }

  #append() {
    const fresh = this.#waiting;
    this.#waiting = [];
    this.#lines.push(...fresh);
    const excess = this.#lines.length - MOST;
    if (excess > 0) {
      this.#lines.splice(0, excess);
      this.#show();
      return;
    }
    this.box.append(...fresh.filter((line) => this.#fits(line)).map(row));
    this.#count();
    this.#scroll();
  }

  #fits(line) {
    const wanted = $("log-find").value.toLowerCase();
    return (
      (LEVELS[line.level] ?? 0) >= Number($("log-level").value) && (!wanted || line.text.toLowerCase().includes(wanted))
    );
  }

  #show() {
    this.box.replaceChildren(...this.#lines.filter((line) => this.#fits(line)).map(row));
    this.#count();
    this.#scroll();
  }

  #count() {
    const shown = this.box.childElementCount;
    text($("log-count"), shown === this.#lines.length ? `${shown} lines` : `${shown} of ${this.#lines.length} lines`);
  }

  #scroll() {
    if ($("log-follow").checked) this.box.scrollTop = this.box.scrollHeight;
  }
}

function row(line) {
  return el(
    "div",
    { class: "line " + (line.level in LEVELS ? line.level : "log") },
    el("time", {}, line.at ? clock(line.at) : ""),
    el("span", { class: "level" }, line.level),
    el("span", { class: "words" }, line.text),
  );
}
