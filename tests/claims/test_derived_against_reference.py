"""On random worlds the SPARQL rules and the plain-Python reading of the model agree."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.examples import examples

from kg.claims.explain import explain
from kg.claims.names import node

from . import reference as ref
from .world import claim, infer, prop, store_of

MODES = ("fact", "fact", "fact", "judgement", "fear")
CERTAINTIES = ("certain", "certain", "probable", "underspecified")
POLARITIES = ("positive", "positive", "positive", "negative")

TYPES = {
    "document:gazette": "Document",
    "document:photo": "Photograph",
    "dataset-release:tally-1": "DatasetRelease",
    "unnamed-source:someone": "UnnamedSource",
    "person:mira": "Person",
    "person:olan": "Person",
    "state:lowland": "State",
    "place:ford": "Place",
    "event:feast": "Event",
    "event:raid": "Event",
    "conflict:long-feud": "Conflict",
    "post:warden": "Post",
    "reference:a-host": "Reference",
    "estimate:many": "CasualtyEstimate",
    "time:2001": "Time",
    "time:2001-05-01": "Time",
    "time:2002": "Time",
    "time:until-2001": "Time",
    "time:1999-to-2001": "Time",
    "time:2001-to-2003": "Time",
    "time:2000-to-2002": "Time",
    "time:monday": "RelativeTime",
    "time:tuesday": "RelativeTime",
    "membership:open": "Membership",
    "membership:early": "Membership",
    "membership:middle": "Membership",
    "membership:late": "Membership",
    "membership:day": "Membership",
    "membership:bare": "Membership",
}
TIMES = {
    "time:2001": ref.Time(date(2001, 1, 1), date(2001, 12, 31)),
    "time:2001-05-01": ref.Time(date(2001, 5, 1), date(2001, 5, 1)),
    "time:2002": ref.Time(date(2002, 1, 1), date(2002, 12, 31)),
    "time:until-2001": ref.Time(None, date(2001, 12, 31), None, date(2001, 1, 1)),
    "time:1999-to-2001": ref.Time(
        date(1999, 1, 1), date(2001, 12, 31), date(1999, 12, 31), date(2001, 1, 1)
    ),
    "time:2001-to-2003": ref.Time(
        date(2001, 1, 1), date(2003, 12, 31), date(2001, 12, 31), date(2003, 1, 1)
    ),
    "time:2000-to-2002": ref.Time(
        date(2000, 1, 1), date(2002, 12, 31), date(2000, 12, 31), date(2002, 1, 1)
    ),
    "time:monday": ref.Time(),
    "time:tuesday": ref.Time(date(2003, 1, 7), date(2003, 1, 7)),
}
PERIODS = {
    "membership:open": "time:until-2001",
    "membership:early": "time:1999-to-2001",
    "membership:middle": "time:2000-to-2002",
    "membership:late": "time:2001-to-2003",
    "membership:day": "time:2001-05-01",
}
MEMBERS = {
    name: ["person:mira", "post:warden"] for name, type_ in TYPES.items() if type_ == "Membership"
}
PEOPLE = ("person:mira", "person:olan", "reference:a-host")
EVENTS = ("event:feast", "event:raid", "conflict:long-feud")
OBJECTS = {
    "hostedBy": PEOPLE,
    "participant": (*PEOPLE, "event:raid", "document:photo"),
    "happenedOn": tuple(TIMES),
    "before": EVENTS,
    "casualties": ("estimate:many",),
    "heldPosition": tuple(MEMBERS),
}
TOPICS = [
    ("person:mira" if predicate == "heldPosition" else event, predicate)
    for predicate in OBJECTS
    for event in EVENTS[:2]
]
CLAIMANTS = (
    "document:gazette", "document:gazette", "document:photo", "dataset-release:tally-1",
    "person:olan", "unnamed-source:someone",
)  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> ref.World:
    topics = draw(st.lists(st.sampled_from(TOPICS), min_size=1, max_size=3, unique=True))
    triples = [
        (subject, predicate, value)
        for subject, predicate in topics
        for value in draw(st.lists(st.sampled_from(OBJECTS[predicate]), min_size=1, max_size=3))
    ]
    propositions = {f"proposition:p{n}": t for n, t in enumerate(dict.fromkeys(triples))}
    situations: dict[str, list[str]] = {}
    for n in range(draw(st.integers(0, 2))):
        fillers = [*EVENTS, *PEOPLE, "time:2001", *propositions, *situations]
        situations[f"situation:s{n}"] = draw(st.lists(st.sampled_from(fillers), max_size=2))
    world = ref.World(TYPES, TIMES, PERIODS, MEMBERS, propositions, situations)
    for n in range(draw(st.integers(2, 9))):
        earlier = sorted(world.claims)
        contents = [*propositions, *propositions, *propositions, *situations, *earlier]
        disputes = draw(st.lists(st.sampled_from(earlier), max_size=1)) if n % 3 == 2 else []
        contradicts = draw(st.lists(st.sampled_from(earlier), max_size=1)) if n % 4 == 3 else []
        name = f"claim:c{n}"
        world.claims[name] = ref.Claim(
            name,
            draw(st.sampled_from(CLAIMANTS)),
            draw(st.sampled_from(contents)),
            draw(st.sampled_from(MODES)),
            draw(st.sampled_from(CERTAINTIES)),
            draw(st.sampled_from(POLARITIES)),
            tuple(disputes),
            tuple(contradicts),
        )
    return world


def turtle(world: ref.World) -> str:
    lines = [f"{thing} a {class_of(type_)} .\n" for thing, type_ in world.types.items()]
    for name, time in world.times.items():
        for bound in ("earliest", "latest", "latest_start", "earliest_end"):
            if day := getattr(time, bound):
                head, *tail = bound.split("_")
                term = head + "".join(map(str.title, tail))
                lines.append(f'{name} ckg:{term} "{day}"^^xsd:date .\n')
    for name, (person, post) in world.members.items():
        lines.append(f"{name} org:member {person} ; org:role {post} .\n")
    lines += [f"{name} org:memberDuring {time} .\n" for name, time in world.periods.items()]
    for name, (s, p, o) in world.propositions.items():
        lines.append(prop(name.partition(":")[2], s, f"ckg:{p}", o))
    for name, fillers in world.situations.items():
        lines.append(f"{name} a ckg:Situation .\n")
        lines += [f"{name} ckg:roleTheme {filler} .\n" for filler in fillers]
    for one in world.claims.values():
        slug = one.name.partition(":")[2]
        axes = {"mode": one.mode, "certainty": one.certainty, "polarity": one.polarity}
        lines.append(claim(slug, one.content, by=one.claimant, **axes))
        lines += [f"{one.name} ckg:disputes {other} .\n" for other in one.disputes]
        lines += [f"{one.name} ckg:contradicts {other} .\n" for other in one.contradicts]
    return "".join(lines)


def class_of(type_: str) -> str:
    return "org:Membership" if type_ == "Membership" else f"ckg:{type_}"


@settings(max_examples=examples(100), suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_the_rules_and_the_plain_reading_of_the_model_agree(world: ref.World) -> None:
    found = infer(turtle(world))
    claims, outer = world.claims.values(), {n: ref.outer_claims(world, n) for n in world.claims}
    assert found.consensus == {
        f"{s} ckg:{p} {o}"
        for name, (s, p, o) in world.propositions.items()
        if ref.in_consensus(world, name)
    }
    expected = {
        "ckg:nestedIn": {f"{inner} {o}" for inner, names in outer.items() for o in names},
        "ckg:innermost": {f"{n} {ref.innermost(world, n)}" for n in outer},
        "ckg:accordingTo": {
            f"{n} {world.claims[o].claimant}" for n in outer for o in {n, *outer[n]}
        },
        "ckg:voice": {
            f"{c.name} voice:{'own' if ref.own_voice(world, c) else 'attributed'}" for c in claims
        },
        "ckg:about": {f"{n} {thing}" for n in outer for thing in ref.about(world, n)},
        "ckg:mayContradict": {
            f"{a.name} {b.name}" for a in claims for b in claims if ref.may_contradict(world, a, b)
        },
        "ckg:standing": {
            f"{content} standing:{value}"
            for content in (*world.propositions, *world.situations, *world.claims)
            if (value := ref.standing(world, content))
        },
    }
    assert {predicate: found.about(predicate) for predicate in expected} == expected


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_every_triple_of_the_consensus_leads_back_to_its_claims(world: ref.World) -> None:
    found = infer(turtle(world))
    for triple in found.consensus:
        names = [n for n, (s, p, o) in world.propositions.items() if triple == f"{s} ckg:{p} {o}"]
        sources = {c.claimant for name in names for c in ref.own_facts(world, name)}
        count = {line.split('"')[1] for n in names for line in found.about("ckg:sourceCount", n)}
        assert len(names) == 1
        assert count == {str(len(sources))}
        assert sources


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_explanations_agree_with_the_plain_reading_of_the_model(world: ref.World) -> None:
    name, triple = next(iter(world.propositions.items()))
    s, p, o = (node(part) for part in (triple[0], f"ckg:{triple[1]}", triple[2]))
    found = explain(store_of(turtle(world)), s, p, o)
    carrying = {c.name for c in ref.own_facts(world, name)}
    assert found.in_consensus == ref.in_consensus(world, name)
    assert found.in_consensus == all(condition.holds for condition in found.conditions)
    assert {c.claim for c in found.claims} == {c.name for c in world.on(name)}
    assert {c.claim for c in found.claims if not c.lacks} == carrying
