// The chat page with JavaScript: sends without leaving the page. Without it the same forms work.

import { add, addWaiting, markFailed, markTaken } from "./lines.js";
import { start } from "./stream.js";

const form = document.getElementById("composer");
const field = document.getElementById("text");
const error = document.getElementById("error");
const LIMIT = 2000;

let lastText = "";
let plain = false;

function complain(text) {
  error.replaceChildren();
  error.hidden = !text;
  field.setAttribute("aria-invalid", text ? "true" : "false");
  if (!text) return;
  const line = document.createElement("p");
  line.textContent = text;
  error.append(line);
}

function newKey() {
  // crypto.randomUUID is missing on pages that were not reached by https.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The same key every time: however often it is tried, the message counts once.
async function send(text, choice, key) {
  lastText = text;
  const waiting = addWaiting(text);
  const again = () => send(text, choice, key);
  let answer;
  try {
    answer = await fetch("/chat/message", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": key },
      body: JSON.stringify({
        text,
        choice,
        authority: form.elements.authority.value,
        lang: form.elements.lang.value,
      }),
    });
  } catch {
    markFailed(waiting, again);
    return;
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.status === 202) {
    markTaken(waiting);
    complain(told.hint || "");
    start();
    return;
  }
  markFailed(waiting, again);
  complain(told.message || form.dataset.notSent);
  (told.lines || []).forEach(add);
}

form.addEventListener("submit", (event) => {
  if (plain) return;
  event.preventDefault();
  const text = field.value.trim();
  if (!text) {
    complain(form.dataset.empty);
    return;
  }
  if ([...text].length > LIMIT) {
    complain(form.dataset.tooLong);
    return;
  }
  complain("");
  field.value = "";
  field.focus();
  send(text, "", newKey());
});

// Without a cookie nothing can be fetched later; a plain form brings its answer along.
document.addEventListener("nocookie", () => {
  plain = true;
  if (!lastText) return;
  field.value = lastText;
  form.requestSubmit();
});

field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

// Buttons of the page as it came are forms; those of later lines are bare buttons.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (plain || !button?.classList.contains("choice")) return;
  event.preventDefault();
  send(button.textContent, button.value, newKey());
  field.focus();
});

document.getElementById("choices").addEventListener("click", (event) => {
  const button = event.target.closest("button[data-choice]");
  if (!button) return;
  send(button.textContent, button.dataset.choice, newKey());
  field.focus();
});

if (form.dataset.started === "1") {
  document.getElementById("ende").scrollIntoView({ block: "end" });
  start();
}
