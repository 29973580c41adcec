import assert from "node:assert/strict";
import { test } from "node:test";
import { firstView, pictures } from "../src/kinds.js";

const thing = (name) => ({ iri: `http://example.org/${name}`, label: name });
const text = { value: "words", language: "en", datatype: null };
const triples = (...rows) => ({ form: "CONSTRUCT", columns: ["subject", "predicate", "object"], rows });

test("triples are a graph of subjects and objects, whose predicates say how", () => {
  const answer = triples([thing("a"), thing("p"), thing("b")], [thing("a"), thing("q"), text]);
  assert.deepEqual(pictures(answer).get("graph"), { things: [0, 2], how: 1 });
});

test("triples without an object that is a thing are no graph", () => {
  assert.equal(pictures(triples([thing("a"), thing("p"), text])).has("graph"), false);
});

test("solutions are a graph of their columns of things", () => {
  const answer = { form: "SELECT", columns: ["x", "y"], rows: [[thing("a"), thing("b")]] };
  assert.deepEqual(pictures(answer).get("graph"), { things: [0, 1] });
});

test("an answer without rows is shown as it is", () => {
  assert.equal(firstView({ form: "ASK", columns: [], rows: [] }), "answer");
});
