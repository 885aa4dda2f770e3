// Turns growing counts into rates, and keeps a minute of them.
const KEPT = 60;

/** How many samples back a percentile looks: long enough for rare calls, short enough to see a change. */
const WINDOW = 10;

const WAYS_TO_FAIL = ["callsThrew", "callsTimedOut", "callsAborted", "callsLost", "callsRefused"];

export const failures = (edge) => WAYS_TO_FAIL.reduce((sum, way) => sum + edge[way], 0);

const sum = (edges, of) => edges.reduce((total, edge) => total + of(edge), 0);

export class History {
  #last = null;
  #series = new Map();
  #answers = new Map();

  /** Takes an answer of /api/watch. */
  take(watch) {
    const at = Date.parse(watch.at);
    const before = this.#last;
    const seconds = before ? (at - before.at) / 1000 : 0;
    const now = { at, services: new Map(), edges: new Map() };
    for (const { status, totals } of watch.services) {
      now.services.set(status.name, { cpu: totals?.cpuMillis ?? 0, errors: totals?.uncaughtErrors ?? 0, lines: totals?.outputLines ?? 0 });
    }
    for (const edge of watch.edges) now.edges.set(edge.caller + " " + edge.callee, edge);
    this.#last = now;
    this.bounds = watch.answerBoundsSeconds;
    this.#keepAnswers(now.edges);
    if (seconds < 0.2) {
      if (before) this.#last = before;
      return;
    }
    const rate = (value, earlier) => Math.max(0, value - (earlier ?? value)) / seconds;
    for (const edge of watch.edges) {
      const old = before.edges.get(edge.caller + " " + edge.callee);
      const calls = (e) => e.callsReturned + failures(e);
      edge.rates = {
        calls: old ? rate(calls(edge), calls(old)) : 0,
        failures: old ? rate(failures(edge), failures(old)) : 0,
        messages: old ? rate(edge.messagesSent + edge.messagesReceived, old.messagesSent + old.messagesReceived) : 0,
        bytes: old ? rate(edge.bytesSent + edge.bytesReceived, old.bytesSent + old.bytesReceived) : 0,
        lost: old ? rate(edge.eventsLost, old.eventsLost) : 0,
      };
      this.#add("edge " + edge.caller + " " + edge.callee, edge.rates);
    }
    for (const { status } of watch.services) {
      const name = status.name;
      const mine = now.services.get(name);
      const old = before.services.get(name);
      const served = watch.edges.filter((edge) => edge.callee === name);
      const touching = watch.edges.filter((edge) => edge.callee === name || edge.caller === name);
      this.#add(name, {
        cpu: rate(mine.cpu, old?.cpu) / 1000,
        memory: status.residentBytes,
        heap: status.heapBytes,
        heapLimit: status.heapLimitBytes,
        calls: sum(served, (edge) => edge.rates.calls),
        p99: this.percentile(name, 0.99),
        errors: sum(served, (edge) => edge.rates.failures) + rate(mine.errors, old?.errors),
        lines: rate(mine.lines, old?.lines),
        lost: sum(watch.edges.filter((edge) => edge.caller === name), (edge) => edge.rates.lost),
        messages: sum(touching, (edge) => edge.rates.messages),
        fill: Math.max(0, ...touching.map(fillOf)),
      });
    }
    const names = new Set(watch.services.map(({ status }) => status.name));
    for (const key of this.#series.keys()) {
      if (!key.startsWith("edge ") && !names.has(key)) this.#series.delete(key);
      if (key.startsWith("edge ") && !now.edges.has(key.slice(5))) this.#series.delete(key);
    }
  }

  #add(key, sample) {
    let series = this.#series.get(key);
    if (!series) this.#series.set(key, (series = []));
    series.push(sample);
    if (series.length > KEPT) series.shift();
  }

  #keepAnswers(edges) {
    for (const [key, edge] of edges) {
      let kept = this.#answers.get(key);
      if (!kept) this.#answers.set(key, (kept = []));
      kept.push(edge.answers);
      if (kept.length > WINDOW) kept.shift();
    }
    for (const key of this.#answers.keys()) if (!edges.has(key)) this.#answers.delete(key);
  }

  /** Of calls to a service, or over one edge, that were answered lately: in seconds, as near as the bounds tell; null without any. */
  percentile(callee, share, caller = null) {
    const counts = [];
    for (const [key, kept] of this.#answers) {
      const [from, to] = key.split(" ");
      if (to === callee && (caller === null || caller === from)) {
        kept.at(-1).forEach((n, i) => (counts[i] = (counts[i] ?? 0) + n - kept[0][i]));
      }
    }
    const all = counts.reduce((a, b) => a + b, 0);
    if (all <= 0) return null;
    let seen = 0;
    for (let i = 0; i < counts.length; i++) {
      if (seen + counts[i] >= all * share && counts[i] > 0) {
        // As Prometheus does: as if those within a bound were spread evenly.
        const from = i === 0 ? 0 : this.bounds[i - 1];
        return i === this.bounds.length ? from : from + ((this.bounds[i] - from) * (all * share - seen)) / counts[i];
      }
      seen += counts[i];
    }
    return null;
  }

  of(key) {
    return this.#series.get(key) ?? [];
  }

  now(key) {
    return this.of(key).at(-1) ?? null;
  }
}

export const fillOf = (edge) =>
  edge.ring.capacityBytes > 0 ? Math.max(edge.ring.toCalleeBytes, edge.ring.toCallerBytes) / edge.ring.capacityBytes : 0;
