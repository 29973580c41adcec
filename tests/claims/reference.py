"""The rules of consensus and derived graph once more, in plain Python, written from the model.

Nothing here knows SPARQL or reads the rules. A `World` is what claims, contents and things there
are; the functions say what follows. Slow and obvious on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

ELIGIBLE = {"hostedBy", "happenedOn", "participant", "before", "heldPosition"}
EXCLUSIVE = {"hostedBy", "happenedOn", "heldPosition"}
FLUENT = {"heldPosition"}
ATTESTS = {"hostedBy", "happenedOn", "participant"}
EVENTS = {"Event", "Conflict"}
SOURCES = {"Document", "Photograph", "DatasetRelease"}
SPOKEN_OF = {
    "Person", "State", "Place", "Event", "Conflict", "Post", "Document", "Photograph", "Reference",
}  # fmt: skip


@dataclass(frozen=True)
class Claim:
    name: str
    claimant: str
    content: str
    mode: str
    certainty: str
    polarity: str
    disputes: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Time:
    """An interval has all four, an instant two, a relative time none."""

    earliest: date | None = None
    latest: date | None = None
    latest_start: date | None = None
    earliest_end: date | None = None

    @property
    def bounded(self) -> bool:
        return self.earliest is not None and self.latest is not None


@dataclass
class World:
    types: dict[str, str]
    times: dict[str, Time]
    periods: dict[str, str]
    """Membership to the time of its `org:memberDuring`."""
    members: dict[str, list[str]]
    """Membership to member, role and organisation."""
    propositions: dict[str, tuple[str, str, str]]
    situations: dict[str, list[str]]
    """Situation to what its roles point at."""
    claims: dict[str, Claim] = field(default_factory=dict)

    def on(self, content: str) -> list[Claim]:
        return [c for c in self.claims.values() if c.content == content]

    def claimed(self, content: str) -> bool:
        return any(c.polarity == "positive" for c in self.on(content))


def outer_claims(world: World, name: str) -> set[str]:
    direct = {c.name for c in world.on(name)}
    return direct.union(*(outer_claims(world, outer) for outer in direct))


def innermost(world: World, name: str) -> str:
    content = world.claims[name].content
    return innermost(world, content) if content in world.claims else name


def own_voice(world: World, one: Claim) -> bool:
    return world.types[one.claimant] in SOURCES and not outer_claims(world, one.name)


def own_facts(world: World, content: str) -> list[Claim]:
    wanted = ("fact", "certain", "positive")
    return [
        c
        for c in world.on(content)
        if (c.mode, c.certainty, c.polarity) == wanted and own_voice(world, c)
    ]


def rivals(world: World, name: str) -> set[str]:
    subject, predicate, value = world.propositions[name]
    if predicate not in EXCLUSIVE or not world.claimed(name):
        return set()
    return {
        other
        for other, (s, p, v) in world.propositions.items()
        if (s, p) == (subject, predicate)
        and v != value
        and world.claimed(other)
        and excludes(world, predicate, value, v)
    }


def excludes(world: World, predicate: str, one: str, other: str) -> bool:
    if predicate in FLUENT:
        if one not in world.periods or other not in world.periods:
            return False
        a, b = world.times[world.periods[one]], world.times[world.periods[other]]
        return a.bounded and b.bounded and surely_begun_before_end(a, b, b, a)
    if one in world.times or other in world.times:
        a, b = world.times.get(one, Time()), world.times.get(other, Time())
        return bool(a.bounded and b.bounded) and (ends_before(a, b) or ends_before(b, a))
    return True


def surely_begun_before_end(a: Time, b: Time, c: Time, d: Time) -> bool:
    """`a` has begun at the latest before `b` can have ended, and `c` before `d`."""
    return begun(a) <= can_end(b) and begun(c) <= can_end(d)


def begun(time: Time) -> date:
    assert time.latest
    return time.latest_start or time.latest


def can_end(time: Time) -> date:
    assert time.earliest
    return time.earliest_end or time.earliest


def ends_before(a: Time, b: Time) -> bool:
    assert a.latest
    assert b.earliest
    return a.latest < b.earliest


def disputed(world: World, content: str) -> bool:
    on = {c.name for c in world.on(content)}
    against = any(on & {*c.disputes, *c.contradicts} for c in world.claims.values())
    return against or any(world.claims[name].contradicts for name in on)


def attested(world: World, event: str) -> bool:
    return any(
        s == event and p in ATTESTS and own_facts(world, name)
        for name, (s, p, _) in world.propositions.items()
    )


def in_consensus(world: World, name: str) -> bool:
    subject, predicate, value = world.propositions[name]
    ends = (subject, value)
    return bool(
        predicate in ELIGIBLE
        and own_facts(world, name)
        and not any(c.polarity == "negative" for c in world.on(name))
        and not disputed(world, name)
        and not rivals(world, name)
        and not any(world.types[end] == "Reference" for end in ends)
        and not any(
            world.types[end] == "RelativeTime" and not world.times[end].bounded for end in ends
        )
        and world.types[value] != "CasualtyEstimate"
        and (predicate not in FLUENT or has_closed_period(world, value))
        and all(attested(world, end) for end in ends if world.types[end] in EVENTS)
    )


def has_closed_period(world: World, value: str) -> bool:
    return value in world.periods and world.times[world.periods[value]].bounded


def standing(world: World, content: str) -> str | None:
    claims = world.on(content)
    if not claims or content in world.claims:
        return None
    yes = [c for c in claims if c.polarity == "positive"]
    is_proposition = content in world.propositions
    facts = [c for c in yes if c.mode == "fact"]
    table = {
        "contested": bool(yes and len(yes) < len(claims))
        or disputed(world, content)
        or bool(is_proposition and rivals(world, content)),
        "uncontested": is_proposition and in_consensus(world, content),
        "own-voice-fact": bool(own_facts(world, content)),
        "denied": not yes,
        "hedged-fact": bool(facts) and all(c.certainty != "certain" for c in facts),
        "attributed-fact": bool(facts),
        "own-voice-view": any(own_voice(world, c) for c in yes),
        "attributed-view": True,
    }
    return next(value for value, fits in table.items() if fits)


def about(world: World, name: str) -> set[str]:
    return {thing for thing in inside(world, name) if world.types.get(thing) in SPOKEN_OF}


def inside(world: World, node: str) -> set[str]:
    parts: list[str] = []
    if node in world.claims:
        parts = [world.claims[node].content]
    elif node in world.propositions:
        parts = [world.propositions[node][0], world.propositions[node][2]]
    else:
        parts = world.situations.get(node, []) + world.members.get(node, [])
    return set(parts).union(*(inside(world, part) for part in parts))


def may_contradict(world: World, one: Claim, other: Claim) -> bool:
    if one == other or other.name in outer_claims(world, one.name):
        return False
    if one.content == other.content:
        return one.polarity != other.polarity
    return (
        one.polarity == other.polarity == "positive"
        and one.content in world.propositions
        and other.content in rivals(world, one.content)
    )
