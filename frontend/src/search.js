// The search box of every page: a list of what may be meant, below what is being typed.
// A combobox as the ARIA Authoring Practices have it: the focus stays in the box.
import { get, Refused } from "./asking.js";
import { el } from "./dom.js";
import { english } from "./messages.js";
import { S } from "./strings.js";

const ASK_AFTER = 180; // milliseconds without a key
const ASK_AGAIN_AFTER = 1500; // while the server makes its index
const FEWEST = 2;
const LIST = "suggestions";
const form = document.querySelector("form.search");
const box = form.querySelector("input");
const list = el("ul", { id: LIST, class: "suggestions", role: "listbox", "aria-label": S.suggestions, hidden: true });
const status = el("span", { class: "unseen", role: "status" });
let [asking, timer, active] = [null, 0, -1];

for (const [name, value] of Object.entries({
  role: "combobox", "aria-autocomplete": "list", "aria-controls": LIST, "aria-expanded": "false",
})) box.setAttribute(name, value);
form.append(list, status);
box.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(suggest, ASK_AFTER);
});
box.addEventListener("keydown", onKey);
form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || close());
list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
form.addEventListener("submit", close);

async function suggest() {
  asking?.abort();
  const text = box.value.trim();
  if (text.length < FEWEST) return close();
  asking = new AbortController();
  try {
    const { suggestions, again } = await get(`${form.dataset.suggestions}?q=${encodeURIComponent(text)}`, asking.signal);
    if (again) timer = setTimeout(suggest, ASK_AGAIN_AFTER);
    else if (document.activeElement === box) show(suggestions.filter(({ href }) => href));
  } catch (error) {
    if (!(error instanceof Refused || error instanceof TypeError || error.name === "AbortError")) throw error;
    if (error.name !== "AbortError") close(); // the page with all hits says what is wrong
  }
  return undefined;
}

function show(suggestions) {
  list.replaceChildren(...suggestions.map(option));
  active = -1;
  box.removeAttribute("aria-activedescendant");
  expand(suggestions.length > 0);
  status.textContent = S.suggested(suggestions.length);
}

function option({ label, type, near, parts, href }, i) {
  const words = parts.map(([text]) => text).join("");
  const where = words === label ? null : el("span", { class: "note", ...english, dir: "auto" }, ...parts.map(part));
  return el("li", { role: "option", id: `${LIST}-${i}`, "aria-selected": "false", "data-href": href,
    onclick: () => location.assign(href) },
    near ? S.maybe : null, el("span", english, ...(where ? [label] : parts.map(part))), " ", el("span", { class: "count", ...english }, type), where);
}

function part([text, fits]) {
  return fits ? el("mark", {}, text) : text;
}

function onKey(event) {
  const { key } = event;
  if (key === "Escape" && isOpen()) {
    event.preventDefault();
    close();
  } else if (key === "ArrowDown" || key === "ArrowUp") {
    event.preventDefault();
    if (isOpen()) choose(key === "ArrowDown" ? active + 1 : active - 1);
    else suggest();
  } else if (key === "Enter" && isOpen() && active >= 0) {
    event.preventDefault();
    location.assign(list.children[active].dataset.href);
  }
}

/** Make one option the active one; before the first and after the last there is none. */
function choose(index) {
  const count = list.children.length;
  active = ((index + 1 + count + 1) % (count + 1)) - 1;
  for (const [i, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(i === active));
  if (active < 0) return box.removeAttribute("aria-activedescendant");
  list.children[active].scrollIntoView({ block: "nearest" });
  return box.setAttribute("aria-activedescendant", list.children[active].id);
}

function isOpen() {
  return !list.hidden;
}

function expand(is) {
  list.hidden = !is;
  box.setAttribute("aria-expanded", String(is));
}

function close() {
  clearTimeout(timer);
  asking?.abort();
  active = -1;
  box.removeAttribute("aria-activedescendant");
  status.textContent = "";
  expand(false);
}
