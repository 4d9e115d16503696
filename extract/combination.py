"""Whether a trial gives a combination: the one definition, used by the facts, the graph and the questions."""

from collections.abc import Iterable
from itertools import combinations

from extract.facts import Intervention, Regimen


def treatments(regimen: Regimen, interventions: Iterable[Intervention]) -> tuple[str, ...]:
    """The names that a regimen gives as treatment: no placebo, premedication, lymphodepletion or diagnostic."""
    active = {item.name for item in interventions if item.purpose == "treatment"}
    return tuple(name for name in dict.fromkeys(regimen.interventions) if name in active)


def together(regimen: Regimen, first: str, second: str) -> bool:
    """True where one patient of the regimen gets both, false where they are alternatives (`one_of`)."""
    return first != second and not any(first in group and second in group for group in regimen.one_of)


def is_combination(interventions: tuple[Intervention, ...], regimens: tuple[Regimen, ...]) -> bool:
    """True where an experimental regimen gives one patient two treatments or more (GUIDELINES, `is_combination`)."""
    return any(
        together(regimen, first, second)
        for regimen in regimens
        if regimen.role == "experimental"
        for first, second in combinations(treatments(regimen, interventions), 2)
    )
