// Keeps what is being written while the conversation around it changes.
import { merge } from "./merge.js";

export function compose(page) {
  const here = document.getElementById("composer");
  const there = page.getElementById("composer");
  if (!here || !there) return;
  const form = here.querySelector("#reply");
  const text = form?.elements.text;
  if (!text || (!text.value.trim() && document.activeElement !== text)) {
    if (!same(here, there)) merge(here, there);
    return;
  }
  const answers = [...document.querySelectorAll(".message--staff")].filter(
    (message) => Number(message.id.slice(1)) > Number(form.elements.seen.value),
  );
  const { holder } = document.getElementById("head").dataset;
  const news = document.getElementById("news");
  if (holder) put(news, `${holder} bearbeitet jetzt diesen Fall. Ihr Entwurf bleibt hier stehen.`);
  else if (!there.querySelector("#reply")) put(news, "Der Fall ist inzwischen geschlossen. Ihr Entwurf bleibt hier stehen.");
  else if (answers.length) put(news, "Inzwischen wurde geantwortet. Bitte prüfen Sie im Gespräch, ob Ihre Antwort noch passt.");
  else {
    put(news, "");
    // A colleague's answer must be noticed before it is talked over; anything else counts as read.
    form.elements.seen.value = document.getElementById("conversation").dataset.last;
  }
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function same(here, there) {
  return here.isEqualNode(document.importNode(there, true));
}
