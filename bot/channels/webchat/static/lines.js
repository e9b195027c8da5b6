// Builds what the conversation shows. Texts only ever become text nodes.

export const log = document.getElementById("log");
const choices = document.getElementById("choices");
const form = document.getElementById("composer");
const names = { citizen: form.dataset.you, bot: form.dataset.bot, staff: form.dataset.staff };

let last = Number(form.dataset.last);

export const lastSeq = () => last;

function bubble(author, pieces, lang, dir) {
  const line = document.createElement("article");
  line.className = `line line--${author}`;
  const who = document.createElement("p");
  who.className = "who";
  who.textContent = names[author];
  const said = document.createElement("div");
  said.className = "said";
  said.dir = dir;
  if (lang) said.lang = lang;
  for (const [text, href] of pieces) said.append(href ? link(text, href) : text);
  line.append(who, said);
  return line;
}

function link(text, href) {
  const anchor = document.createElement("a");
  anchor.className = "kern-link";
  anchor.href = href;
  if (href.startsWith("http")) anchor.rel = "noopener noreferrer nofollow";
  anchor.textContent = text;
  return anchor;
}

// A line of the server. The same number is shown once, however often the stream tells it.
export function add(line) {
  if (line.seq && line.seq <= last) return;
  if (line.seq) last = line.seq;
  const near = nearEnd();
  if (line.author === "citizen") pending(line.pieces.map(([text]) => text).join(""))?.remove();
  const shown = bubble(line.author, line.pieces, line.lang, line.dir);
  shown.dataset.seq = line.seq;
  if (line.alert) {
    shown.classList.add("line--alert");
    shown.querySelector(".said").setAttribute("role", "alert");
  }
  const waiting = log.querySelector(".line--waiting");
  if (waiting) waiting.before(shown);
  else log.append(shown);
  offer(line.choices);
  document.getElementById("topics")?.remove();
  if (near) follow(shown);
}

// The line that was shown before the server told it back. What asked to be deleted is never told back.
function pending(text) {
  const lines = [...log.querySelectorAll(".line--waiting, .line--taken")];
  return lines.find((line) => line.querySelector(".said").textContent === text) ?? lines.at(-1);
}

// What was just sent, until the server tells it back.
export function addWaiting(text) {
  const line = bubble("citizen", [[text, ""]], "", "auto");
  line.classList.add("line--waiting");
  line.querySelector(".who").textContent = form.dataset.sending;
  log.append(line);
  offer([]);
  document.getElementById("topics")?.remove();
  follow(line);
  return line;
}

// The server has it; what comes now stands below.
export function markTaken(line) {
  line.classList.replace("line--waiting", "line--taken");
  line.querySelector(".who").textContent = names.citizen;
}

export function markFailed(line, again) {
  line.classList.replace("line--waiting", "line--failed");
  line.querySelector(".who").textContent = form.dataset.notSent;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet retry";
  button.textContent = form.dataset.again;
  button.addEventListener("click", () => {
    line.remove();
    again();
  });
  line.append(button);
}

function offer(offered) {
  choices.replaceChildren(
    ...offered.map(([id, label]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "choice";
      button.dataset.choice = id;
      button.textContent = label;
      return button;
    }),
  );
  choices.hidden = offered.length === 0;
}

function nearEnd() {
  return window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 240;
}

// To the end of the page, but never past the beginning of what is new: the numbers stand in an answer's first line.
function follow(line) {
  const asked = [...log.querySelectorAll(".line--citizen")].at(-1);
  const visible = asked && asked.getBoundingClientRect().top >= 0;
  const start = (visible ? asked : line).getBoundingClientRect().top + window.scrollY - 12;
  const end = document.documentElement.scrollHeight - window.innerHeight;
  window.scrollTo({ top: Math.min(start, end), behavior: "instant" });
}
