// Asks the host. The token stays in this tab: a header that no other page can send.
const KEY = "ringfence-token";
let onTokenNeeded = async () => {};
let asking = null;

export function whenTokenNeeded(ask) {
  onTokenNeeded = ask;
}

export function setToken(token) {
  sessionStorage.setItem(KEY, token);
}

function headers(more) {
  const token = sessionStorage.getItem(KEY);
  return token ? { ...more, Authorization: "Bearer " + token } : more;
}

/** Fetches, and asks for the token as often as the host does. */
async function ask(path, options = {}) {
  for (;;) {
    const response = await fetch(path, { ...options, headers: headers(options.headers ?? {}), cache: "no-store" });
    if (response.status !== 401) return response;
    await response.body?.cancel();
    asking ??= onTokenNeeded(sessionStorage.getItem(KEY) !== null).finally(() => (asking = null));
    await asking;
  }
}

async function json(response) {
  const body = await response.json();
  if (!response.ok) throw new Error(body.detail ?? "the host answers " + response.status);
  return body;
}

export async function get(path) {
  return json(await ask(path));
}

export async function post(path) {
  return json(await ask(path, { method: "POST", headers: { "Content-Type": "application/json" } }));
}

export const service = (name, rest) => "/api/services/" + encodeURIComponent(name) + rest;

/**
 * Follows server-sent events until the signal aborts; comes back after an interruption. EventSource could not send a token.
 * @param tell gets { event, data }
 * @param onOpen told each time the feed begins
 */
export async function follow(path, signal, tell, onOpen = () => {}) {
  for (let pause = 250; !signal.aborted; pause = Math.min(pause * 2, 4000)) {
    try {
      const response = await ask(path, { signal, headers: { Accept: "text/event-stream" } });
      if (response.status === 404) return;
      if (!response.ok) throw new Error("the host answers " + response.status);
      onOpen();
      pause = 250;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        text += value;
        const frames = text.split("\n\n");
        text = frames.pop();
        for (const frame of frames) deliver(frame, tell);
      }
    } catch (error) {
      if (signal.aborted) return;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function deliver(frame, tell) {
  let event = "";
  const data = [];
  for (const line of frame.split("\n")) {
    if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  if (data.length > 0) tell({ event, data: data.join("\n") });
}
