// Keeps the session while somebody works, warns before it ends, and says so when it has ended.
const WARN = 120; // seconds before the end
const KEEP = 240; // seconds between two signs of life

let over = false;

export function guard() {
  const idle = Number(document.body.dataset.idle);
  const warn = Math.min(WARN, idle / 2);
  let used = performance.now();
  const passed = () => (performance.now() - used) / 1000;

  const keep = async () => {
    const { keep: address, csrf } = document.body.dataset;
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams({ csrf }) });
    if (!answer.ok) return ended();
    used = performance.now();
    return notice(null);
  };
  const alive = () => {
    if (!over && passed() > Math.min(KEEP, warn) && passed() < idle - warn) keep().catch(() => {});
  };
  for (const sign of ["keydown", "pointerdown", "input"]) document.addEventListener(sign, alive);

  setInterval(() => {
    if (over) return;
    if (passed() >= idle) ended();
    else if (passed() >= idle - warn && !document.getElementById("timeout")) {
      const button = element("button", "kern-btn kern-btn--primary");
      button.type = "button";
      button.append(element("span", "kern-label", "Angemeldet bleiben"));
      button.addEventListener("click", () => keep().catch(() => {}));
      notice("Sie werden in Kürze abgemeldet, weil hier länger nichts geschehen ist.", button);
    }
  }, 1000);
}

export function ended() {
  if (over) return;
  over = true;
  const link = element("a", "kern-link", "Neu anmelden");
  link.href = document.body.dataset.login;
  notice("Sie sind abgemeldet. Was Sie gerade schreiben, steht noch da; bitte kopieren Sie es vor dem Anmelden.", link);
}

function notice(text, offer) {
  document.getElementById("timeout")?.remove();
  if (text === null) return;
  const box = element("div", "kern-alert kern-alert--warning timeout");
  box.id = "timeout";
  box.setAttribute("role", "alert");
  const head = element("div", "kern-alert__header");
  const icon = element("span", "kern-icon kern-icon--warning");
  icon.setAttribute("aria-hidden", "true");
  head.append(icon, element("p", "kern-title", text));
  const body = element("div", "kern-alert__body");
  body.append(offer);
  box.append(head, body);
  document.body.append(box);
}

function element(name, classes, text = "") {
  const made = document.createElement(name);
  made.className = classes;
  made.textContent = text;
  return made;
}
