// The page for contributions: an editor in the place of its text area, with findings at their lines.
import { forceLinting, linter } from "@codemirror/lint";
import { get, post, Refused } from "./asking.js";
import { completion } from "./completion.js";
import { el } from "./dom.js";
import { diagnostic, editorOf, setText, textOf } from "./editor.js";
import { S } from "./strings.js";

const CHECK_AFTER = 700; // milliseconds without a key
const MOST_MEGABYTES = 2; // a larger text is no pleasure to edit
const BUSY = [429, 503];
const MEDIA_TYPES = {
  ttl: "text/turtle", trig: "application/trig", nt: "application/n-triples", nq: "application/n-quads",
  jsonld: "application/ld+json", json: "application/ld+json", rdf: "application/rdf+xml", csv: "text/csv",
};
const form = document.getElementById("contribute");
const { format } = form.elements;
const area = document.getElementById("added");
const file = document.getElementById("file");
const status = el("p", { class: "note", role: "status" });
let checking = null;

const view = editorOf(area, {
  language: "turtle",
  label: S.turtle,
  nonce: document.querySelector("script[nonce]").nonce,
  extensions: [completion(() => get(form.dataset.schema)), linter(check, { delay: CHECK_AFTER })],
});
view.dom.after(status, el("p", { class: "note keys" }, S.writes));
format.addEventListener("change", () => forceLinting(view));
file.addEventListener("change", load);

/** What is wrong with the text as it stands; a later look ends one that is still going on. */
async function check(editor) {
  checking?.abort();
  const text = textOf(editor);
  if (!text.trim()) return told("");
  checking = new AbortController();
  told(S.checking);
  try {
    const { signal } = checking;
    const report = await post(form.dataset.validate, null, { text, format: format.value }, signal);
    return report.fault ? refused(editor, report.fault) : reported(editor, report);
  } catch (error) {
    if (error.name === "AbortError") return [];
    if (error instanceof Refused) return refused(editor, error.problem);
    if (error instanceof TypeError || error instanceof SyntaxError) return told(S.unreachable);
    throw error;
  }
}

function reported(editor, { violations, warnings, violation_count: count }) {
  const others = warnings.filter((finding) => finding.problem);
  const all = [...violations, ...others];
  const unplaced = all.filter((finding) => !finding.line);
  if (!all.length) return told(S.conforms);
  told(S.found(count, others.length), unplaced.length ? S.unplaced(unplaced.length) + unplaced[0].problem : "");
  return all.filter((finding) => finding.line).map((finding) => diagnostic(editor, {
    ...finding, message: finding.problem, severity: finding.severity === "violation" ? "error" : finding.severity,
  }));
}

function refused(editor, { line, column, detail, title, hint, status: code }) {
  if (BUSY.includes(code)) return told(S.busy);
  const words = hint ? `${detail ?? title}\n${S.hint(hint)}` : detail ?? title;
  told(S.unreadable(detail ?? title));
  return line ? [diagnostic(editor, { line, column, severity: "error", message: words })] : [];
}

/** Say something below the editor; there is nothing to underline. */
function told(...words) {
  status.textContent = words.join("");
  return [];
}

/** Put a chosen file into the editor, where its findings have lines. */
async function load() {
  const [chosen] = file.files;
  if (!chosen) return undefined;
  if (chosen.size > MOST_MEGABYTES * 1_000_000) return told(S.tooLarge(MOST_MEGABYTES));
  const type = MEDIA_TYPES[chosen.name.split(".").pop().toLowerCase()];
  if (!type) return undefined; // it is sent as it is, and the server says what it cannot read
  setText(view, await chosen.text());
  format.value = type;
  file.value = "";
  forceLinting(view);
  return told(S.loaded(chosen.name));
}
