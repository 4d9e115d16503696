"""The sides of a comparison: therapies or diseases that a question names one after the other."""

from dataclasses import dataclass, field, replace

from api.ask.query import Atom, Slot, TrialQuery


@dataclass(slots=True)
class Sides:
    """What has been named so far: therapies with their partners, and diseases."""

    therapies: list[tuple[Slot, ...]] = field(default_factory=list)
    conditions: list[tuple[str, ...]] = field(default_factory=list)
    partner_next: bool = False

    def add(self, groups: tuple[tuple[Atom, ...], ...], *, beside: bool) -> None:
        """One more therapy: a side of its own, one more condition on the last, or its partner ("plus")."""
        last = self.therapies[-1] if self.therapies else ()
        if last and beside:
            self.therapies[-1] = (*last[:-1], Slot((*last[-1].groups, *groups)))
        elif last and self.partner_next:
            self.therapies[-1] = (*last, Slot(groups))
        else:
            self.therapies.append((Slot(groups),))
        self.partner_next = False

    def forget(self) -> None:
        """The last therapy was none of this kind: past therapy, or a control."""
        del self.therapies[-1:]

    def of(self, query: TrialQuery) -> tuple[TrialQuery, tuple[TrialQuery, ...]]:
        """The query that holds for any side, and each side's own; none where there are not two.

        Sides of more than one condition each have no query in common: theirs stays as it was read.
        """
        if len(self.therapies) > 1:
            return self._any(query), tuple(replace(query, therapies=slots) for slots in self.therapies)
        if len(self.conditions) > 1:
            return query, tuple(replace(query, conditions=ids) for ids in self.conditions)
        return query, ()

    def _any(self, query: TrialQuery) -> TrialQuery:
        simple = all(len(slots) == 1 and len(slots[0].groups) == 1 for slots in self.therapies)
        if not simple:
            return query
        atoms = dict.fromkeys(atom for slots in self.therapies for atom in slots[0].atoms())
        return replace(query, therapies=(Slot((tuple(atoms),)),))
