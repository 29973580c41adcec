"""Queries that must not reach an engine, each with what a guard could overlook."""

from __future__ import annotations

ASKS_OTHERS = {
    "plain": "SELECT * WHERE { SERVICE <U> { ?a ?b ?c } }",
    "lower case": "select * where { service <U> { ?a ?b ?c } }",
    "silent": "SELECT * { SERVICE SILENT <U> { ?a ?b ?c } }",
    "no spaces": "SELECT*{SERVICE<U>{?a ?b ?c}}",
    "silent without spaces": "SELECT*{servicesilent<U>{?a ?b ?c}}",
    "variable endpoint": "SELECT * { VALUES ?u { <U> } SERVICE ?u { ?a ?b ?c } }",
    "prefixed endpoint": "PREFIX u: <U> SELECT * { SERVICE u: { ?a ?b ?c } }",
    "relative endpoint": "BASE <U> SELECT * { SERVICE <> { ?a ?b ?c } }",
    "after a comment": "SELECT * { # a comment }\n SERVICE <U> { ?a ?b ?c } }",
    "after a comment that ends in a return": "SELECT * { #\r SERVICE <U> { ?a ?b ?c } }",
    "between comments": "SELECT * { SERVICE#x\n<U>#y\n{ ?a ?b ?c } }",
    "hash in an IRI": "SELECT * { BIND(<http://x/#y> AS ?x) SERVICE <U> { ?a ?b ?c } }",
    "in OPTIONAL": "SELECT * { OPTIONAL { SERVICE <U> { ?a ?b ?c } } }",
    "in EXISTS": "SELECT * { FILTER EXISTS { SERVICE <U> { ?a ?b ?c } } }",
    "in MINUS": "SELECT * { ?s ?p ?o MINUS { SERVICE <U> { ?s ?p ?o } } }",
    "in UNION": "SELECT * { {} UNION { SERVICE <U> { ?a ?b ?c } } }",
    "in GRAPH": "SELECT * { GRAPH ?g { SERVICE <U> { ?a ?b ?c } } }",
    "in LATERAL": "SELECT * { LATERAL { SERVICE <U> { ?a ?b ?c } } }",
    "in a subquery": "SELECT * { { SELECT * { SERVICE <U> { ?a ?b ?c } } } }",
    "in ASK": "ASK { SERVICE <U> { ?a ?b ?c } }",
    "in CONSTRUCT": "CONSTRUCT { ?a ?b ?c } WHERE { SERVICE <U> { ?a ?b ?c } }",
    "in DESCRIBE": "DESCRIBE ?a WHERE { SERVICE <U> { ?a ?b ?c } }",
    "escaped": r"SELECT * { \u0053ERVICE <U> { ?a ?b ?c } }",
    "escaped in the middle": r"SELECT * { SERV\U00000049CE <U> { ?a ?b ?c } }",
    "escaped quote before": r'SELECT * { BIND("\u0022 AS ?x) SERVICE <U> { } #" AS ?x) }',
    "right after true": "SELECT * { ?s ?p trueSERVICE <U> { ?a ?b ?c } }",
    "right after a number": "SELECT * { ?s ?p 1e5SERVICE <U> { ?a ?b ?c } }",
    "comparison that looks like an IRI with a comment": (
        "SELECT * { FILTER(1<b:c#> '''\n) SERVICE <U> { ?a ?b ?c } } # '''"
    ),
    "comparison that looks like an IRI with a quote": (
        "SELECT * { FILTER(1<'x>') SERVICE <U> { ?a ?b ?c } } # '"
    ),
    "the same in SELECT": "SELECT (1<b:c#> '''\n AS ?x) { SERVICE <U> { ?a ?b ?c } } # '''",
    "the same in a subquery": (
        "SELECT * { { SELECT ?s (1<b:c#> '''\n AS ?x) { SERVICE <U> { ?a ?b ?c } } } } # '''"
    ),
    "the same in a function": (
        "SELECT * { FILTER STRSTARTS(\"a\", ?x<b:c#> '''\n) SERVICE <U> { ?a ?b ?c } } # '''"
    ),
    "the same in a function with a name of its own": (
        "SELECT * { FILTER ckg:f(1<b:c#> '''\n) SERVICE <U> { ?a ?b ?c } } # '''"
    ),
    "long string with an escape that is none": (
        "SELECT * { ?s ?p ('''abc') . SERVICE <U> { ?a ?b ?c } } # \\q '''"
    ),
    "long string with half a surrogate pair": (
        "SELECT * { ?s ?p ('''abc') . SERVICE <U> { ?a ?b ?c } } # \\uD800 '''"
    ),
    "after VALUES": "SELECT * { VALUES ?x { 1 } SERVICE <U> { ?a ?b ?c } }",
}

UPDATES = {
    "insert data": "INSERT DATA { <http://e/a> <http://e/b> <http://e/c> }",
    "delete where": "DELETE WHERE { ?s ?p ?o }",
    "with": "WITH <http://e/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "load": "LOAD <U>",
    "load silent": "LOAD SILENT <U> INTO GRAPH <http://e/g>",
    "clear": "CLEAR ALL",
    "create": "CREATE GRAPH <http://e/g>",
    "drop": "DROP ALL",
    "copy": "COPY DEFAULT TO <http://e/g>",
    "move": "MOVE DEFAULT TO <http://e/g>",
    "add": "ADD DEFAULT TO <http://e/g>",
    "after a query": "ASK {} ; DROP ALL",
    "after a prologue": "PREFIX a: <http://e/> # ask {}\nCLEAR ALL",
    "escaped": r"DR\u004FP ALL",
}

TOO_DEEP = {
    "brackets": "SELECT * { FILTER(" + "(" * 4500 + "1" + ")" * 4500 + ") }",
    "open brackets": "SELECT * { FILTER(" + "(" * 4500,
    "groups": "SELECT * " + "{" * 4000 + "}" * 4000,
    "exists": "SELECT * { " + "FILTER EXISTS { ?s ?p ?o " * 850 + "}" * 851,
    "blank nodes": "SELECT * { ?s ?p " + "[ ?p " * 100 + "?o" + "]" * 100 + " }",
    "collections": "SELECT * { ?s ?p " + "( " * 100 + "1" + ")" * 100 + " }",
    "conditions": "SELECT (" + "IF(1," * 1000 + "1" + ",2)" * 1000 + " AS ?x) {}",
    "subqueries": "SELECT * " + "{ SELECT * " * 500 + "{}" + "}" * 500,
    "triple terms": "SELECT * { ?s ?p " + "<<( :a :p " * 200 + ":b" + " )>>" * 200 + " }",
    "annotations": "SELECT * { ?s ?p :b " + "{| :a :b " * 200 + "|}" * 200 + " }",
    "in an IRI that is none": "SELECT * { FILTER(1<" + "(" * 4500 + "1" + ")" * 4500 + ">2) }",
}

TOO_MUCH = {
    "additions": "SELECT (1" + "+1" * 9900 + " AS ?x) {}",
    "disjunctions": "SELECT * { FILTER(1" + "||1" * 9000 + ") }",
    "negations": "SELECT * { FILTER(" + "!" * 19000 + "true) }",
    "path steps": "SELECT * { ?s " + ":p/" * 2000 + ":p ?o }",
    "patterns": "SELECT * { " + "?s ?p ?o . " * 2000 + "}",
    "objects": "SELECT * { ?s ?p " + ",".join(f"?o{n}" for n in range(5000)) + " }",
    "predicates": "SELECT * { ?s " + ";".join(f"?p{n} ?o" for n in range(500)) + " }",
    "items of a collection": "SELECT * { ?s ?p (" + "1 " * 9000 + ") }",
    "groups of one pattern": "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 2000 + "}",
    "words": "SELECT * { VALUES ?x { " + "1 " * 20_000 + "} }",
    "bytes": "SELECT * { # " + "x" * 100_000 + "\n}",
    "bytes of other scripts": 'ASK { FILTER("' + "ա" * 50_000 + '" = "") }',
}

HARMLESS = {
    "words in a string": 'ASK { ?x rdfs:label "the security service; DROP ALL { ((( " }',
    "words in a long string": 'ASK { ?x rdfs:label """SERVICE "INSERT" DATA""" }',
    "words in a comment": "ASK { # SERVICE LOAD ((((\n }",
    "words in an IRI": "ASK { ?x rdfs:seeAlso <http://example.org/SERVICE/#LOAD'> }",
    "words in a prefixed name": "PREFIX load: <http://e/> ASK { ?s load:service load:drop.add }",
    "words as variables": "SELECT ?service ?load WHERE { ?service ?load $drop }",
    "a language tag": 'ASK { ?x rdfs:label "x"@load }',
    "a blank node": "ASK { _:service ?p _:insert.add }",
    "an escaped string": r'ASK { ?x rdfs:label "\u0022 \\ \"LOAD\" \U0001F600" }',
    "quotes in a string": """ASK { ?x rdfs:label 'it"s', "it's", '''it''s "'''  }""",
    "an IRI after a value in VALUES": (
        "ASK { VALUES (?s ?p) { (ckg:a <http://e/x#y>) (UNDEF <http://e/o'neil>) } }"
    ),
    "an IRI after a value in a collection": "ASK { ?x ?y (ckg:a <http://e/x#y> 'x' <http://e/>) }",
    "an IRI after a value in a predicate's collection": "ASK { ?x <http://e/p> (1 <http://e/>) }",
    "an IRI as the last object": "ASK { FILTER(?a < 3) ?x <http://e/p#q> <http://e/> }",
    "a comparison": "ASK { FILTER(?a < ?b && ?c > ?d) }",
    "a comparison with a prefixed name": "ASK { FILTER(?a <= ckg:b || ckg:b>?a) }",
    "paths": "ASK { ?s (ckg:a/ckg:b)*|^ckg:c+/!(ckg:d|^ckg:e)? ?o }",
    "many values": "SELECT * { VALUES ?x { " + "ckg:a " * 15_000 + "} }",
    "many rows": "SELECT * { VALUES (?x ?y) { " + "(1 2) " * 4_000 + "} }",
    "a long list": "SELECT * { ?x ?y ?z FILTER(?x IN (" + ",".join(["ckg:a"] * 5_000) + ")) }",
    "fifty patterns": "SELECT * { " + "".join(f"?s ckg:p{n} ?o{n} . " for n in range(50)) + "}",
    "nested brackets": "ASK { FILTER(" + "(" * 60 + "1" + ")" * 60 + ") }",
    "triple terms": "ASK { << ?s ?p ?o >> ?q <<( ckg:a ckg:b ckg:c )>> {| ?x ?y |} ~ _:r }",
    "a version": 'VERSION "1.2" ASK {}',
    "names in other scripts": "SELECT ?имя WHERE { ?имя rdfs:label 'Հայաստան'@hy }",
}
