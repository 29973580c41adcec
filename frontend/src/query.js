// The query page: what its form can do without scripts, with an editor, tabs and pictures.
import { forceLinting, linter } from "@codemirror/lint";
import { get, post, Refused } from "./asking.js";
import { completion } from "./completion.js";
import { el } from "./dom.js";
import { diagnostic, editorOf, setText, textOf, underline } from "./editor.js";
import { format } from "./format.js";
import { moment } from "./messages.js";
import { refusal, Results } from "./results.js";
import { Session } from "./session.js";
import { S } from "./strings.js";

const CHECK_AFTER = 600; // milliseconds without a key
const form = document.getElementById("ask");
const area = document.getElementById("query");
const place = document.getElementById("result");
const asked = area.value;
const session = new Session(window.localStorage, asked);
let running = null; // what stops the request that is being answered
let lastRun = null; // `{text, generation}`

area.value = session.text;
const nonce = document.querySelector("script[nonce]").nonce;
const view = editorOf(area, {
  language: "sparql",
  label: S.editor,
  nonce,
  keys: [
    { key: "Mod-Enter", run: () => (run(), true) },
    { key: "Escape", run: () => (running ? (cancel(), true) : false) },
    { key: "Shift-Alt-f", run: () => (formatText(), true) },
  ],
  extensions: [completion(() => get(form.dataset.schema)), linter(check, { delay: CHECK_AFTER })],
  changed: (text) => session.write(text),
});

const results = new Results(place, {
  more,
  explain: form.dataset.explain ? explain : null,
  sources: {
    atlas: () => get(form.dataset.map),
    neighbours: (iri) => get(`${form.dataset.neighbours}?${new URLSearchParams({ of: iri })}`),
  },
});
const status = el("p", { class: "note", role: "status" });
const runButton = form.querySelector("button");
const cancelButton = el("button", { type: "button", hidden: true, onclick: cancel }, S.cancel);
const formatButton = el("button", { type: "button", onclick: formatText }, S.format);
const linkButton = el("button", { type: "button", onclick: copyLink }, S.link);
const tabs = el("div", { class: "tabs", role: "group", "aria-label": S.tabs });
const past = el("details", { class: "history" }, el("summary", {}, S.history), el("ul", { class: "plain" }));

for (const button of form.querySelectorAll(".keep, .explain")) button.remove();
runButton.after(cancelButton, formatButton, form.dataset.link ? linkButton : "", status);
runButton.parentElement.after(el("p", { class: "note keys" }, S.keys), past);
view.dom.before(tabs);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
document.addEventListener("keydown", (event) => event.key === "Escape" && running && cancel());
showTabs();
showHistory();
const answered = document.getElementById("answered"); // the server has asked it for us
if (answered) show(asked, JSON.parse(answered.textContent));

async function run() {
  const text = textOf(view);
  cancel();
  if (!text.trim()) return view.focus();
  const answer = await ask({ text });
  if (!answer) return undefined;
  await show(text, answer);
  return document.getElementById("answer").focus();
}

/** Show an answer, and remember what was asked. */
function show(text, answer) {
  session.ran(text, answer.more ? null : answer.rows.length);
  showHistory();
  lastRun = { text, generation: answer.generation };
  document.getElementById("gallery")?.remove();
  underline(view, answer.warnings.map((w) => ({ ...w, severity: "warning" })));
  return results.show(answer);
}

/** Other rows of the last answer. */
function more(fields) {
  return ask({ text: lastRun.text, fields });
}

/** How the last answer came about; it is asked once more for that. */
function explain() {
  return ask({ text: lastRun.text, fields: { format: "explain" }, address: form.dataset.explain });
}

/** Ask the server, and show what is going on; undefined where there is no answer. */
async function ask({ text, fields = {}, address = form.dataset.answer }) {
  const mine = new AbortController();
  running?.abort();
  running = mine;
  busy(true, S.running);
  try {
    return await post(address, form, { query: text, ...fields }, mine.signal);
  } catch (error) {
    return running === mine || mine.signal.aborted ? failed(error) : undefined;
  } finally {
    if (running === mine) {
      running = null;
      busy(false);
    }
  }
}

function failed(error) {
  if (error.name === "AbortError") return undefined;
  const known = error instanceof Refused;
  if (!known && !(error instanceof TypeError) && !(error instanceof SyntaxError)) throw error;
  const problem = known ? error.problem : { detail: S.unreachable };
  place.replaceChildren(refusal(problem));
  if (problem.line) underline(view, [fault(problem)]);
  return undefined;
}

function fault({ line, column, detail, hint }) {
  return { line, column, severity: "error", message: hint ? `${detail}\n${S.hint(hint)}` : detail };
}

function cancel() {
  if (!running) return;
  running.abort();
  running = null;
  busy(false);
  status.textContent = S.cancelled;
}

function busy(is, words = "") {
  cancelButton.hidden = !is;
  status.textContent = words;
  place.setAttribute("aria-busy", String(is));
}

function formatText() {
  setText(view, format(textOf(view)));
  forceLinting(view);
}

/** What is wrong with the text as it stands; nothing where the server cannot say. */
async function check(editor) {
  const query = textOf(editor);
  if (!query.trim()) return [];
  try {
    const { warnings, fault: wrong } = await post(form.dataset.check, form, { query });
    if (wrong) return wrong.line ? [diagnostic(editor, fault(wrong))] : [];
    return warnings.map((w) => diagnostic(editor, { ...w, severity: "warning" }));
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError || error instanceof Refused) return [];
    throw error;
  }
}

async function copyLink() {
  try {
    const generation = lastRun?.text === textOf(view) ? lastRun.generation : "";
    const { address } = await post(form.dataset.link, form, { query: textOf(view), generation });
    status.replaceChildren(S.made, el("a", { href: address }, address));
    await navigator.clipboard?.writeText(address);
    status.replaceChildren(S.copied, el("a", { href: address }, address));
  } catch (error) {
    if (error instanceof Refused) status.textContent = error.message;
    else if (!(error instanceof DOMException)) throw error; // the link can be copied by hand
  }
}

function showTabs() {
  const shown = session.tabs.map((tab, i) => {
    const name = S.tab(tab.number);
    const active = i === session.active;
    return el("span", { class: active ? "tab active" : "tab" },
      el("button", { type: "button", "aria-pressed": String(active), onclick: () => choose(i) }, name),
      el("button", { type: "button", class: "close", "aria-label": S.close(name), onclick: () => close(i) }, "×"));
  });
  tabs.replaceChildren(...shown,
    el("button", { type: "button", "aria-label": S.newTab, title: S.newTab, onclick: open }, "+"));
}

function choose(index) {
  session.choose(index);
  changedTab();
}

function close(index) {
  session.close(index);
  changedTab();
}

function open() {
  session.add();
  changedTab();
}

function changedTab() {
  setText(view, session.text);
  showTabs();
  view.focus();
}

function showHistory() {
  const entries = session.history.map((entry) => el("li", {},
    el("button", { type: "button", class: "plain-button", onclick: () => reuse(entry.text) },
      el("code", {}, entry.text.replace(/\s+/g, " ").slice(0, 100))),
    " ", el("span", { class: "note" }, S.ran(moment(entry.when), entry.rows))));
  const forget = el("li", {}, el("button", { type: "button", onclick: () => (session.forget(), showHistory()) }, S.historyClear));
  past.lastElementChild.replaceChildren(...(entries.length ? [...entries, forget] : [el("li", {}, S.historyEmpty)]));
}

function reuse(text) {
  session.show(text);
  changedTab();
}
