import assert from "node:assert/strict";
import { test } from "node:test";
import { read, types, wantsClass } from "../src/positions.js";

const SLOTS = [
  ["SELECT * WHERE { ", "subject"],
  ["SELECT * WHERE { ?x ", "predicate"],
  ["SELECT * WHERE { ?x a ckg:Claim ; ", "predicate"],
  ["SELECT * WHERE { ?x ckg:about/", "predicate"],
  ["SELECT * WHERE { ?x ckg:about ", "object"],
  ["SELECT * WHERE { ?x ckg:about ?y , ", "object"],
  ["SELECT * WHERE { ?x ckg:about ?y . ", "subject"],
  ["SELECT * WHERE { ?x ckg:low 1.5 . FILTER(?x = 1) ?y ", "predicate"],
];

test("the slot of a position follows from what stands before it", () => {
  const found = SLOTS.map(([text]) => [text, read(text).slot]);
  assert.deepEqual(found, SLOTS);
});

test("after `a` a class is wanted, and nowhere else", () => {
  assert.equal(wantsClass(read("SELECT * { ?x a ")), true);
  assert.equal(wantsClass(read("SELECT * { ?x ckg:about ")), false);
});

test("the classes of a variable are those that any triple gives it", () => {
  const found = types("SELECT * { ?x a ckg:Claim ; ckg:content ?c . ?c rdf:type ckg:Content . ?x a ckg:Other }");
  assert.deepEqual([...found], [["?x", ["ckg:Claim", "ckg:Other"]], ["?c", ["ckg:Content"]]]);
});
