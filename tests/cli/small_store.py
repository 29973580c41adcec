"""A store with a little of everything, for commands that ask."""

from __future__ import annotations

import atexit
import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pyoxigraph as ox

from kg.namespaces import PREFIXES
from kg.store.embedded import EmbeddedStore
from kg.store.interface import CommitMeta, Patch

META = CommitMeta("a curator", "a fixture", datetime(2024, 1, 2, tzinfo=UTC))

DATA = """
GRAPH graph:ontology {
  ckg:Person rdfs:label "person"@en . ckg:Claim rdfs:label "claim"@en .
  ckg:Place rdfs:label "place"@en . ckg:Event rdfs:label "event"@en .
  ckg:claimant rdfs:label "claimant"@en . ckg:standing rdfs:label "standing"@en .
  ckg:hostedBy rdfs:label "hosted by"@en . ckg:roleAgent rdfs:label "agent"@en .
  ckg:contradicts rdfs:label "contradicts"@en . ckg:disputes rdfs:label "disputes"@en .
  ckg:kind rdfs:label "kind"@en . ckg:content rdfs:label "content"@en .
  mode:fact skos:prefLabel "fact"@en . certainty:certain skos:prefLabel "certain"@en .
  mode:judgement skos:prefLabel "judgement"@en .
  polarity:positive skos:prefLabel "positive"@en .
  polarity:negative skos:prefLabel "negative"@en .
  standing:uncontested skos:prefLabel "uncontested"@en .
  kind:accuse skos:prefLabel "accuse"@en .
  name-status:needs-review skos:prefLabel "needs review"@en .
}
GRAPH graph:curated {
  person:ada-host a ckg:Person ; rdfs:label "Ada Host"@en ; skos:altLabel "A. Höst"@en ;
    skosxl:prefLabel name:1 ; owl:sameAs <http://example.org/ada> .
  name:1 a skosxl:Label ; skosxl:literalForm "Ադա Հոստ"@hy ;
    ckg:nameStatus name-status:needs-review .
  person:bo-guest a ckg:Person ; rdfs:label "Bo Guest"@en .
  event:tea a ckg:Event ; rdfs:label "tea of 2022"@en .
  event:old-tea a ckg:Event ; rdfs:label "tea of 1999"@en .
  place:tea a ckg:Place ; rdfs:label "Tea"@en .
  document:paper a ckg:Document ; rdfs:label "The Paper"@en ; schema:url <https://paper.example/1> .
  sentence:paper-3 ckg:number 3 ; ckg:inDocument document:paper .
  passage:paper-10-20 oa:hasSource document:paper ; ckg:inSentence sentence:paper-3 ;
    oa:hasSelector passage:paper-10-20-position .
  passage:paper-10-20-position oa:start 10 ; oa:end 20 .
  proposition:1 a ckg:Proposition ; rdf:subject event:tea ; rdf:predicate ckg:hostedBy ;
    rdf:object person:ada-host .
  claim:paper-3-1 a ckg:Claim ; rdfs:label "Ada hosted the tea"@en ; ckg:claimant document:paper ;
    ckg:mode mode:fact ; ckg:certainty certainty:certain ; ckg:polarity polarity:positive ;
    ckg:content proposition:1 ; ckg:evidence passage:paper-10-20 .
  claim:paper-3-2 a ckg:Claim ; rdfs:label "Ada says that Bo accused her"@en ;
    ckg:claimant person:ada-host ; ckg:mode mode:fact ; ckg:certainty certainty:certain ;
    ckg:polarity polarity:positive ; ckg:content claim:paper-3-10 ;
    ckg:evidence passage:paper-10-20 .
  claim:paper-3-10 a ckg:Claim ; rdfs:label "Bo accused Ada"@en ; ckg:claimant person:bo-guest ;
    ckg:mode mode:judgement ; ckg:certainty certainty:certain ; ckg:polarity polarity:negative ;
    ckg:content situation:accusation ; ckg:evidence passage:paper-10-20 ;
    ckg:disputes claim:paper-3-1 .
  situation:accusation a ckg:Situation ; rdfs:label "an accusation"@en ; ckg:kind kind:accuse ;
    ckg:roleAgent person:bo-guest .
}
GRAPH graph:consensus { event:tea ckg:hostedBy person:ada-host }
GRAPH graph:derived {
  person:ada-host rdfs:label "Ադա Հոստ"@hy . proposition:1 ckg:sourceCount 2 .
  proposition:1 ckg:standing standing:uncontested . claim:paper-3-10 ckg:nestedIn claim:paper-3-2 .
  claim:paper-3-1 ckg:about person:ada-host , event:tea .
  claim:paper-3-2 ckg:about person:bo-guest . claim:paper-3-10 ckg:about person:bo-guest .
}
"""


@cache
def _made() -> Path:
    """Made once a process, and removed at its end."""
    place = Path(mkdtemp(prefix="kg-small-"))
    atexit.register(shutil.rmtree, place)
    head = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    quads = tuple(ox.parse(head + DATA, format=ox.RdfFormat.TRIG))
    EmbeddedStore(place / "home").commit(Patch(quads), META, commit_id="fixture")
    return place / "home"


def fill(home: Path) -> EmbeddedStore:
    """A store in this folder with the data above in its first generation."""
    shutil.copytree(_made(), home, symlinks=True)
    return EmbeddedStore(home)
