"""Where each fact of a trial lies: the IRIs of its nodes and how names inside a record are resolved.

Nodes are numbered from 1 in the order of the facts, so the same facts always give the same IRIs. All lie in the
trial's own namespace; that is what lets one trial's graph be replaced without a look at any other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from extract.facts import Regimen, TrialFacts
from ontology import iri
from ontology.lookup import normalise


@dataclass(frozen=True, slots=True)
class Layout:
    """The names of a trial's nodes."""

    trial: str
    arms: tuple[str, ...]
    names: dict[str, int]

    def node(self, *path: str | int) -> str:
        """A node of the trial: `node("line", 1)`."""
        return "/".join((self.trial, *(str(step) if isinstance(step, int) else iri.encode(step) for step in path)))

    def evidence(self, section: str, start: int, end: int) -> str:
        """The node of a stretch of text; most nodes of a trial are such."""
        return f"{self.trial}/evidence/{iri.encode(section)}/{start}-{end}"

    def arm(self, label: str) -> str:
        """The node of the arm with that label."""
        return self.node("arm", self.arms.index(label) + 1)

    def given(self, regimen: int, position: int) -> str:
        """The node of a regimen's n-th therapy, both counted from 1."""
        return self.node("regimen", regimen, position)

    def intervention(self, name: str) -> int | None:
        """The number, from 1, of the intervention that bears this name, or None."""
        return self.names.get(normalise(name) or name)


def layout(facts: TrialFacts) -> Layout:
    """The layout of one trial's facts."""
    named = [r.arm for r in facts.regimens] + [line.arm for line in facts.lines]
    return Layout(iri.trial(facts.id), tuple(dict.fromkeys(arm for arm in named if arm)), _names(facts))


def offsets(evidence: str) -> tuple[int, int]:
    """Where the stretch of text that an evidence node stands for starts and ends in its section, in code points."""
    start, _, end = evidence.rpartition("/")[2].partition("-")
    return int(start), int(end)


def choice_members(regimen: Regimen, group: Iterable[str]) -> tuple[list[int], list[str]]:
    """The positions, from 1, of a choice's members in the regimen, and the names that are not in it."""
    places = {normalise(name) or name: place for place, name in enumerate(regimen.interventions, 1)}
    keys = [(name, normalise(name) or name) for name in group]
    return [places[key] for _, key in keys if key in places], [name for name, key in keys if key not in places]


def _names(facts: TrialFacts) -> dict[str, int]:
    """Every normalised name to its intervention's number; a preferred name wins over a mention."""
    found: dict[str, int] = {}
    for number, intervention in enumerate(facts.interventions, 1):
        found.setdefault(normalise(intervention.name) or intervention.name, number)
    for number, intervention in enumerate(facts.interventions, 1):
        for mention in intervention.mentions:
            found.setdefault(normalise(mention) or mention, number)
    return found
