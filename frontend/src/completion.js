// Completion and documentation of terms, from what our own data uses: one file, no query per key.
import { autocompletion } from "@codemirror/autocomplete";
import { hoverTooltip } from "@codemirror/view";
import { el } from "./dom.js";
import { english, language } from "./messages.js";
import { read, types, wantsClass } from "./positions.js";
import { S } from "./strings.js";
import { tokens, tokenUnder } from "./tokens.js";

const KEYWORDS = (
  "SELECT CONSTRUCT ASK DESCRIBE WHERE OPTIONAL FILTER UNION MINUS BIND VALUES GRAPH DISTINCT " +
  "ORDER BY GROUP HAVING LIMIT OFFSET PREFIX COUNT LANG STR NOT EXISTS"
).split(" ");

/** Extensions of an editor that complete and explain terms; `load` gives the schema. */
export function completion(load) {
  const schema = load().then(indexed, () => null); // without a schema there is nothing to offer
  return [
    autocompletion({ override: [async (context) => complete(context, await schema)], icons: false }),
    hoverTooltip(async (view, offset) => explained(view, offset, await schema)),
  ];
}

function indexed(schema) {
  const terms = new Map([...schema.classes, ...schema.properties].map((term) => [term.name, term]));
  return { ...schema, terms };
}

function complete(context, schema) {
  if (!schema) return null;
  const word = context.matchBefore(/[?$]?[\p{L}\p{N}_.-]*:?[\p{L}\p{N}_.-]*/u);
  const text = context.state.doc.toString();
  const before = text.slice(0, word.from);
  if (inside(text, context.pos)) return null;
  const state = read(before);
  const listed = options(state, schema, text, word);
  const asked = context.explicit || word.text || (state.slot === "predicate" && /\s$/.test(before));
  if (!asked || !listed.length) return null;
  return { from: word.from, options: listed, validFor: /^[?$]?[\p{L}\p{N}_.:-]*$/u };
}

/** Whether this is in a comment, a string or an IRI, where nothing is completed. */
function inside(text, offset) {
  const token = tokens(text).find((t) => t.start < offset && offset < t.end + (t.kind === "comment"));
  return token && ["comment", "string", "iri"].includes(token.kind);
}

function options(state, schema, text, word) {
  if (/^[?$]/.test(word.text)) return variables(text, word);
  if (wantsClass(state)) return schema.classes.map((term) => option(term, "class"));
  if (state.slot === "predicate") return properties(state, schema, text);
  const names = [...variables(text, word), ...prefixes(schema)];
  const colon = word.text.includes(":");
  const terms = colon ? [...schema.classes, ...schema.properties].map((t) => option(t, "term")) : [];
  return [...names, ...terms, ...(state.slot === "subject" ? keywords() : [])];
}

/** The properties that things of the subject's classes have, before all others. */
function properties(state, schema, text) {
  const classes = types(text).get(state.subject) ?? [];
  const first = new Map(classes.flatMap((name) => schema.ofClass[name] ?? []).map((n, i) => [n, i]));
  const all = schema.properties.map((term) => {
    const place = first.get(term.name);
    return { ...option(term, "property"), boost: place === undefined ? -20 : 99 - place };
  });
  return [...all, ...prefixes(schema)];
}

function option(term, type) {
  return { label: term.name, detail: term.label, type, info: () => documentation(term) };
}

function prefixes(schema) {
  return Object.entries(schema.prefixes).map(([prefix, iri]) => ({
    label: `${prefix}:`, detail: iri, type: "namespace", boost: -50,
  }));
}

function variables(text, word) {
  const found = tokens(text).filter((t) => t.kind === "variable" && t.start !== word.from);
  return [...new Set(found.map((t) => t.text))].map((label) => ({ label, type: "variable" }));
}

function keywords() {
  return KEYWORDS.map((label) => ({ label, type: "keyword", boost: -10 }));
}

function explained(view, offset, schema) {
  const token = tokenUnder(view.state.doc.toString(), offset);
  const term = token && schema?.terms.get(token.text);
  if (!term) return null;
  return { pos: token.start, end: token.end, create: () => ({ dom: documentation(term) }) };
}

function documentation(term) {
  return el(
    "div",
    { class: "documentation", ...english },
    el("p", {}, el("strong", {}, term.label || term.name), ` ${term.name}`),
    term.definition ? el("p", {}, term.definition) : null,
    el("p", { class: "note", lang: language, dir: "auto" }, S.uses(term.count)),
  );
}
