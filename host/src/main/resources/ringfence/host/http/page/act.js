import { get, post, service } from "./api.js";
import { el, text } from "./format.js";

const $ = (id) => document.getElementById(id);
const VERBS = { start: "Start", restart: "Restart", close: "Close" };
const DOING = { start: "starts", restart: "restarts", close: "closes" };

/** Carries out a command, after asking where it concerns other services too. */
export async function act(command, name, refresh) {
  try {
    const plan = await get(service(name, "/plan?act=" + command));
    const closed = plan.closes.filter((other) => other !== name);
    const started = plan.starts.filter((other) => other !== name && !plan.closes.includes(other));
    if (closed.length + started.length > 0 && !(await confirmed(command, name, plan, closed))) return;
    say(`${name} ${DOING[command]}`);
    const done = post(service(name, "/" + command));
    refresh();
    await done;
  } catch (error) {
    toast(`${VERBS[command]} ${name}: ${error.message}`);
  }
  refresh();
}

function confirmed(command, name, plan, closed) {
  text($("confirm-title"), `${VERBS[command]} ${name}?`);
  const order = command === "start" ? plan.starts : plan.closes;
  text(
    $("confirm-text"),
    command === "start"
      ? "It imports services that do not run, so these start first, in this order:"
      : `${closed.length === 1 ? "One other service needs it and closes" : closed.length + " other services need it and close"} before it, in this order:`,
  );
  $("confirm-list").replaceChildren(...order.map((each) => el("li", { class: each === name ? "self" : "" }, each)));
  text(
    $("confirm-after"),
    command === "restart" ? "Then they start again: " + plan.starts.join(", ") + "."
      : command === "close" ? "They stay closed until you start " + name + " again; then those return that were wanted." : "",
  );
  text($("confirm-yes"), `${VERBS[command]} ${order.length} ${order.length === 1 ? "service" : "services"}`);
  $("confirm-yes").className = command === "start" ? "first" : "danger";
  return new Promise((resolve) => {
    const dialog = $("confirm");
    const yes = () => dialog.close("yes");
    const no = () => dialog.close("no");
    $("confirm-yes").addEventListener("click", yes);
    $("confirm-no").addEventListener("click", no);
    dialog.addEventListener(
      "close",
      () => {
        $("confirm-yes").removeEventListener("click", yes);
        $("confirm-no").removeEventListener("click", no);
        resolve(dialog.returnValue === "yes");
      },
      { once: true },
    );
    dialog.returnValue = "no";
    dialog.showModal();
    $("confirm-no").focus();
  });
}

/** For those who listen: few words, and only of what changed. */
export function say(words) {
  text($("said"), words);
}

export function toast(words) {
  const box = el("div", { class: "toast" }, el("span", {}, words));
  box.append(el("button", { type: "button", class: "quiet", "aria-label": "Dismiss", onclick: () => box.remove() }, "✕"));
  $("toasts").append(box);
  setTimeout(() => box.remove(), 12000);
}
