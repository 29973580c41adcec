// An editor for SPARQL or Turtle in place of a text area, which keeps the text for the form.
import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { turtle } from "@codemirror/legacy-modes/mode/turtle";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { el } from "./dom.js";
import { english } from "./messages.js";
import { S } from "./strings.js";
import { tokenUnder } from "./tokens.js";

const MODES = { sparql, turtle };

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--link)", fontWeight: "600" },
  { tag: [tags.string, tags.literal], color: "var(--string)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: tags.variableName, color: "var(--visited)" },
  { tag: [tags.atom, tags.propertyName, tags.tagName], color: "var(--warn)" },
]);

/**
 * Put an editor in the place of a text area.
 * `language` is "sparql" or "turtle"; `keys` are bindings that win over all others.
 */
export function editorOf(area, { language, label, nonce, keys = [], extensions = [], changed = () => {} }) {
  const state = EditorState.create({
    doc: area.value,
    extensions: [
      EditorView.cspNonce.of(nonce),
      EditorState.phrases.of(S.phrases),
      keymap.of(keys),
      lineNumbers(), history(), drawSelection(), highlightActiveLine(),
      bracketMatching(), closeBrackets(),
      StreamLanguage.define(MODES[language]), syntaxHighlighting(colours),
      keymap.of([...completionKeymap, ...closeBracketsKeymap, ...lintKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
      EditorView.lineWrapping,
      typedOverSelection,
      EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", dir: "ltr", translate: "no" }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        area.value = update.state.doc.toString();
        changed(area.value);
      }),
      extensions,
    ],
  });
  const view = new EditorView({ state });
  area.before(view.dom);
  area.hidden = true;
  area.required = false; // a hidden field cannot be focused to say what is missing
  return view;
}

/**
 * What is typed over a selection goes into the document without the browser's help: it would keep
 * the look of what was selected in an inline style, which the policy of the page forbids.
 */
const typedOverSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== "insertText" || !event.data || empty || view.composing) return false;
    const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    const taken = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, insert));
    if (!taken) view.dispatch(insert());
    return true;
  },
});

export function textOf(view) {
  return view.state.doc.toString();
}

export function setText(view, text) {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

/** Underline findings `{line, column, message, severity}`; lines and columns begin at one. */
export function underline(view, findings) {
  view.dispatch(setDiagnostics(view.state, findings.map((finding) => diagnostic(view, finding))));
}

export function diagnostic(view, { line, column, message, severity }) {
  const { doc } = view.state;
  const at = doc.line(Math.min(Math.max(line ?? 1, 1), doc.lines));
  const ahead = [...at.text].slice(0, (column ?? 1) - 1).join("").length; // columns are characters
  const from = Math.min(at.from + ahead, doc.length);
  const token = tokenUnder(doc.toString(), from);
  const to = Math.max(token?.start <= from ? token.end : from, Math.min(from + 1, doc.length));
  return { from: Math.min(from, Math.max(0, to - 1)), to, severity, message, renderMessage: () => el("span", english, message) };
}
