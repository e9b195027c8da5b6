// Lines as they come. The browser's own reconnect knows neither back-off nor jitter, so we do it ourselves.

import { add, lastSeq } from "./lines.js";

const state = document.getElementById("state");
const form = document.getElementById("composer");
const query = new URLSearchParams({ authority: form.elements.authority.value, lang: form.elements.lang.value });
const FIRST = 1000;
const LONGEST = 30000;

let source = null;
let pause = FIRST;
let timer = 0;
let failures = 0;
let started = false;

export function start() {
  started = true;
  if (!source && !timer) open();
}

function open() {
  clearTimeout(timer);
  timer = 0;
  source?.close();
  if (failures >= 3) {
    source = null;
    ask();
    return;
  }
  query.set("after", lastSeq());
  source = new EventSource(`/chat/stream?${query}`);
  source.addEventListener("line", (event) => {
    heard();
    add(JSON.parse(event.data));
  });
  source.addEventListener("state", (event) => {
    heard();
    tell(JSON.parse(event.data));
  });
  source.addEventListener("error", () => {
    const refused = source.readyState === EventSource.CLOSED;
    source.close();
    source = null;
    // A stream that was refused outright is asked about the other way, which can say why.
    failures = refused ? 3 : failures + 1;
    later();
  });
}

// Some networks hold streams up until they end; then we ask instead.
async function ask() {
  try {
    query.set("after", lastSeq());
    const answer = await fetch(`/chat/lines?${query}`);
    if (answer.status === 204) {
      // The server does not know us: our cookie was not kept.
      document.dispatchEvent(new Event("nocookie"));
      say(form.dataset.noCookie);
      return;
    }
    if (!answer.ok) throw new Error("refused");
    const told = await answer.json();
    pause = FIRST;
    told.lines.forEach(add);
    tell(told);
    timer = setTimeout(() => ask(), 500);
  } catch {
    failures = 0;
    later();
  }
}

function heard() {
  pause = FIRST;
  failures = 0;
}

function later() {
  if (failures > 1 || !navigator.onLine) say(state.dataset.offline);
  clearTimeout(timer);
  timer = setTimeout(open, pause * (0.5 + Math.random()));
  pause = Math.min(LONGEST, pause * 2);
}

function tell(told) {
  say(told.human ? state.dataset.human : told.working ? state.dataset.working : "");
}

function say(text) {
  if (state.textContent !== text) state.textContent = text;
}

function now() {
  if (!started || source?.readyState === EventSource.OPEN) return;
  pause = FIRST;
  failures = 0;
  open();
}

window.addEventListener("online", now);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") now();
});
