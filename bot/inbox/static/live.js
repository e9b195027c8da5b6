// Follows the stream. It only says that something changed; the page then fetches itself and exchanges its parts
// marked data-live. XMLHttpRequest parses the answer, so no markup is ever assigned to anything.
import { compose } from "./composer.js";
import { merge } from "./merge.js";
import { ended } from "./session.js";

const GATHER = 150; // milliseconds: several changes at once are fetched once
const AGES = 60_000; // lists say how old things are
const AGAIN = 10_000;

export function follow() {
  const { stream } = document.body.dataset;
  if (!stream) return;
  let seen = figures(document);
  let timer = 0;
  let running = false;
  let wanted = false;

  const refresh = async () => {
    if (running) {
      wanted = true;
      return;
    }
    running = true;
    try {
      const page = await fetched(document.body.dataset.page ?? location.href);
      if (page) seen = show(page, seen);
    } finally {
      running = false;
      if (wanted) {
        wanted = false;
        soon();
      }
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, GATHER);
  };
  const connect = () => {
    const source = new EventSource(stream);
    source.addEventListener("change", soon);
    source.addEventListener("ended", () => {
      source.close();
      ended();
    });
    source.addEventListener("error", () => {
      // A lost connection comes back by itself; a refused one does not.
      if (source.readyState !== EventSource.CLOSED) return;
      soon();
      setTimeout(connect, AGAIN);
    });
    window.addEventListener("pagehide", () => source.close(), { once: true });
  };
  connect();
  if (document.querySelector("#cases, #channels")) setInterval(() => document.hidden || soon(), AGES);
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
}

function fetched(address) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.setRequestHeader("Lotse-Live", "1");
    request.addEventListener("loadend", () => {
      if (request.responseURL && new URL(request.responseURL).pathname === document.body.dataset.login) ended();
      else if (request.status === 200) return resolve(request.response);
      return resolve(null);
    });
    request.send();
  });
}

function show(page, seen) {
  const now = figures(page);
  document.title = page.title;
  for (const part of document.querySelectorAll("[data-live]")) {
    const newer = page.getElementById(part.id);
    if (newer) merge(part, newer);
  }
  compose(page);
  tell(seen, now);
  return now;
}

function figures(page) {
  const { open, alarms } = page.getElementById("nav-cases").dataset;
  return { open: Number(open), alarms: Number(alarms), said: page.querySelectorAll(".message").length };
}

// Politely how many; a new alarm at once, and only when it is new.
function tell(before, now) {
  if (now.alarms > before.alarms) say("assertive", `Neuer Alarm. ${now.alarms} ${now.alarms === 1 ? "Fall" : "Fälle"} mit Alarm.`);
  if (now.said > before.said) say("polite", now.said - before.said === 1 ? "Eine neue Nachricht im Gespräch." : "Neue Nachrichten im Gespräch.");
  else if (now.open !== before.open) say("polite", `${now.open} offene Fälle.`);
}

function say(where, text) {
  document.getElementById(where).textContent = text;
}
