// Exchanges what differs between an element and its newer version, and nothing else: what is being read,
// selected, unfolded or focused stays where it is.

export function merge(here, there) {
  for (const fold of there.querySelectorAll("details[id]")) {
    const known = here.querySelector(`#${CSS.escape(fold.id)}`);
    if (known) fold.open = known.open;
  }
  const focused = here.contains(document.activeElement) ? document.activeElement : null;
  const trail = focused ? ids(focused, here) : [];
  const before = focused?.getBoundingClientRect().top;
  exchange(here, document.importNode(there, true));
  if (!focused) return;
  const now = focused.isConnected ? focused : refocus(trail);
  const moved = now ? now.getBoundingClientRect().top - before : 0;
  if (moved) window.scrollBy({ top: moved, behavior: "instant" });
}

function exchange(here, there) {
  if (here.isEqualNode(there)) return;
  if (!keyed(here) || !keyed(there)) {
    here.replaceChildren(...there.childNodes);
    attributes(here, there);
    return;
  }
  attributes(here, there);
  const old = new Map([...here.children].map((child) => [child.id, child]));
  let place = here.firstElementChild;
  for (const wanted of [...there.children]) {
    const known = old.get(wanted.id);
    old.delete(wanted.id);
    if (!known) {
      here.insertBefore(wanted, place);
      continue;
    }
    // An element that moves loses the focus, so those before it are moved instead where that is possible.
    if (known !== place) here.insertBefore(known, place);
    else place = place.nextElementSibling;
    exchange(known, wanted);
  }
  for (const gone of old.values()) gone.remove();
}

function keyed(element) {
  return element.children.length > 0 && [...element.children].every((child) => child.id);
}

function attributes(here, there) {
  for (const { name } of [...here.attributes]) if (!there.hasAttribute(name)) here.removeAttribute(name);
  for (const { name, value } of [...there.attributes]) if (here.getAttribute(name) !== value) here.setAttribute(name, value);
}

function ids(element, outermost) {
  const found = [];
  for (let at = element; at && at !== outermost.parentElement; at = at.parentElement) if (at.id) found.push(at.id);
  return found;
}

// The focused thing is gone: focus its newer version, or the nearest thing around it that can have the focus.
function refocus(trail) {
  const focusable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  for (const id of trail) {
    const element = document.getElementById(id);
    const target = element?.matches(focusable) ? element : element?.querySelector(focusable);
    if (target) {
      target.focus({ preventScroll: true });
      return target;
    }
  }
  document.getElementById("main").focus({ preventScroll: true });
  return null;
}
