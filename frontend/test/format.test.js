import assert from "node:assert/strict";
import { test } from "node:test";
import { format } from "../src/format.js";
import { tokens } from "../src/tokens.js";

const MESSY = `select ?x (count(?y) as ?n) where{?x a ckg:Claim;ckg:claimant ?y.# who
optional{?x ckg:mode/skos:prefLabel ?m filter(lang(?m)="en")} filter not exists{?x ckg:hedge "a b"@en}}
group by ?x order by desc(?n) limit 5`;

const NEAT = `SELECT ?x (COUNT(?y) AS ?n) WHERE {
  ?x a ckg:Claim ;
    ckg:claimant ?y . # who
  OPTIONAL {
    ?x ckg:mode/skos:prefLabel ?m
    FILTER(LANG(?m) = "en")
  }
  FILTER NOT EXISTS {
    ?x ckg:hedge "a b"@en
  }
}
GROUP BY ?x
ORDER BY DESC(?n)
LIMIT 5
`;

const OTHERS = [
  'SELECT * WHERE { { ?s ?p 1.5 } UNION { ?s ?p -2 } MINUS { ?s ^ckg:about+ ?o } } # end',
  'PREFIX ex: <http://example.org/> CONSTRUCT { ?s ex:p """two\nlines""" } WHERE { GRAPH ?g { ?s ?p ?o } }',
  "ASK { ?s ?p ?o FILTER(?o > 1 && ?o < 5 || !BOUND(?s)) VALUES (?s ?o) { (claim:x UNDEF) } }",
  "SELECT (-1 AS ?a) (2 -1 AS ?b) { ?s ?p [ ckg:kind kind:accuse ; ckg:about ?x ] . }",
];

const significant = (text) => tokens(text).map((t) => (t.kind === "word" ? t.text.toUpperCase() : t.text));

test("a query gets a line for each triple and clause", () => assert.equal(format(MESSY), NEAT));

test("what was laid out stays as it is", () => {
  for (const text of [MESSY, ...OTHERS]) assert.equal(format(format(text)), format(text));
});

test("no token is lost, made or joined with another", () => {
  for (const text of [MESSY, ...OTHERS]) assert.deepEqual(significant(format(text)), significant(text));
});
