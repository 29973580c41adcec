// Where in a query a position is: subject, predicate or object of a triple, and of what subject.
import { tokens } from "./tokens.js";

const TERMS = new Set(["iri", "variable", "name", "blank", "string", "number"]);
const TYPE = new Set(["a", "rdf:type"]);

/** The triples that the text has, and the slot that its end is in. */
export function read(text) {
  const state = { slot: "subject", subject: null, predicate: null, triples: [], round: 0 };
  for (const token of tokens(text)) step(state, token);
  return state;
}

/** The classes of each subject that the text gives one, by its text, as in `{"?x": ["ckg:Claim"]}`. */
export function types(text) {
  const found = new Map();
  for (const [subject, predicate, object] of read(text).triples) {
    if (TYPE.has(predicate)) found.set(subject, [...(found.get(subject) ?? []), object]);
  }
  return found;
}

export function wantsClass(state) {
  return state.slot === "object" && TYPE.has(state.predicate);
}

function step(state, token) {
  if (token.kind === "comment" || token.kind === "language") return;
  if (token.text === "(") state.round += 1;
  else if (token.text === ")") state.round = Math.max(0, state.round - 1);
  else if (state.round) return;
  else if (token.kind === "sign") sign(state, token.text);
  else if (token.kind === "word" && token.text !== "a") Object.assign(state, { slot: "subject" });
  else if (TERMS.has(token.kind) || token.text === "a") term(state, token.text);
}

function sign(state, text) {
  if (text === ";") state.slot = "predicate";
  else if (text === ",") state.slot = "object";
  else if (text === "{" || text === "}" || text === ".") state.slot = "subject";
  else if (state.slot === "object" && (text === "/" || text === "|")) state.slot = "predicate";
}

function term(state, text) {
  if (state.slot === "subject") Object.assign(state, { subject: text, slot: "predicate" });
  else if (state.slot === "predicate") Object.assign(state, { predicate: text, slot: "object" });
  else if (state.slot === "object") {
    state.triples.push([state.subject, state.predicate, text]);
    state.slot = "after";
  }
}
