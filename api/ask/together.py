"""What a therapy is given together with, counted from the texts of trials (`graph.counted`): no query is run for it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from api.ask.query import Slot, TrialQuery
from graph.counted import counted_values, lexical
from ontology import iri

NAMES = frozenset({"givesTogether", "givesClass", "givesTarget"})


@dataclass(frozen=True, slots=True)
class Together:
    """One trial: its pairs of therapies, and classes and targets of each therapy of a pair, as the text has them."""

    pairs: tuple[tuple[str, str], ...]
    classes: Mapping[str, Collection[str]]
    targets: Mapping[str, Collection[str]]

    def ways(self, groups: Collection[frozenset[str]]) -> Iterator[tuple[str, str]]:
        """The therapies for which of each group one thing holds, each with a partner."""
        for one, other in self.pairs:
            if self._is(one, groups):
                yield one, other
            if one != other and self._is(other, groups):
                yield other, one

    def _is(self, therapy: str, groups: Collection[frozenset[str]]) -> bool:
        things = (therapy, *self.classes.get(therapy, ()), *self.targets.get(therapy, ()))
        return not any(group.isdisjoint(things) for group in groups)


def only_therapy(query: TrialQuery) -> Slot | None:
    """The therapy of a question that has one and says nothing of its partners: what pairs alone can answer."""
    alone = len(query.therapies) == 1 and not query.beside and not query.without
    return query.therapies[0] if alone else None


def classes_with(texts: Iterable[str], therapy: Slot) -> dict[str, int]:
    """The classes of what the therapy is given with, each with its number of trials."""
    counts: Counter[str] = Counter()
    groups = _groups(therapy)
    for one in _read(texts):
        counts.update({found for _, partner in one.ways(groups) for found in one.classes.get(partner, ())})
    return {lexical(value): number for value, number in counts.items()}


def pairs_with(texts: Iterable[str], therapy: Slot) -> dict[tuple[str, str], int]:
    """What the therapy is in a trial, with what it is given there, and the number of trials."""
    groups = _groups(therapy)
    counts = Counter(pair for one in _read(texts) for pair in set(one.ways(groups)))
    return {(lexical(one), lexical(other)): number for (one, other), number in counts.items()}


def _groups(therapy: Slot) -> tuple[frozenset[str], ...]:
    return tuple(
        frozenset(iri.thing(atom.kind, atom.id).removeprefix(iri.BASE) for atom in group) for group in therapy.groups
    )


def _read(texts: Iterable[str]) -> Iterator[Together]:
    """The trials that give anything together."""
    for text in texts:
        found = counted_values(text, NAMES)
        if "givesTogether" in found:
            pairs = ((one, other) for one, _, other in (pair.partition("+") for pair in found["givesTogether"]))
            yield Together(tuple(pairs), _things(found.get("givesClass", ())), _things(found.get("givesTarget", ())))


def _things(values: Iterable[str]) -> dict[str, list[str]]:
    return {therapy: things.split("+") for therapy, _, things in (value.partition("+") for value in values)}
