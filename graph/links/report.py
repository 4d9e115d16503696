"""How much is linked, ambiguous and unlinked, by kind and source."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.links.model import Fate, Linked

ANY = "any"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report; `used` has only things that a trial speaks of. `source` is `any` for all together."""

    kind: str
    source: str
    counts: Counter[Fate]
    used: Counter[Fate]


def report(outcomes: Sequence[Linked]) -> Iterator[Line]:
    """A line for each kind and source, and one for each kind over all sources: the best of them counts."""
    pairs = sorted({(outcome.entity.kind, outcome.source) for outcome in outcomes})
    for kind in dict.fromkeys(kind for kind, _ in pairs):
        own = [outcome for outcome in outcomes if outcome.entity.kind == kind]
        for source in (source for other, source in pairs if other == kind):
            yield _line(kind, source, [outcome for outcome in own if outcome.source == source])
        yield _line(kind, ANY, best(own))


def best(outcomes: Sequence[Linked]) -> list[Linked]:
    """The best outcome of each thing."""
    order = {Fate.LINKED: 0, Fate.AMBIGUOUS: 1, Fate.UNLINKED: 2}
    found: dict[str, Linked] = {}
    for outcome in outcomes:
        known = found.get(outcome.entity.iri)
        if known is None or order[outcome.fate] < order[known.fate]:
            found[outcome.entity.iri] = outcome
    return list(found.values())


def _line(kind: str, source: str, outcomes: Sequence[Linked]) -> Line:
    counts = Counter(outcome.fate for outcome in outcomes)
    used = Counter(outcome.fate for outcome in outcomes if outcome.entity.used)
    return Line(kind, source, counts, used)
