"""The parameters of `/api/trials` as a typed query; every value may be a name, an identifier or one of our ids."""

from collections.abc import Mapping, Sequence

from api.ask.numbers import ORDINALS
from api.ask.query import Atom, AtomKind, EndpointFilter, Slot, TrialQuery
from api.ask.service import AskService
from ontology.errors import NotFoundError, UsageError
from ontology.lookup import Term
from ontology.model import Condition, Drug, DrugClass, Endpoint, Target

TERM_TYPES: Mapping[str, type] = {
    "target": Target,
    "drug": Drug,
    "class": DrugClass,
    "condition": Condition,
    "endpoint": Endpoint,
}
ATOMS = {"target": AtomKind.TARGET, "drug": AtomKind.DRUG, "class": AtomKind.CLASS}
BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def facet_query(values: Mapping[str, Sequence[str]], service: AskService) -> TrialQuery:
    """All parameters must hold; a parameter given twice asks for both, `a|b` inside one for either.

    Raises:
        NotFoundError: a name or identifier is not in the vocabulary.
        UsageError: a line, phase or flag is not one.
    """
    endpoints = tuple(EndpointFilter(tuple(ids)) for ids in _ids("endpoint", values, service))
    prior = tuple(Slot((_atoms_of_any(value, service),)) for value in values.get("prior", ()))
    line, line_from = _line(_one("line", values))
    return TrialQuery(
        therapies=tuple(Slot((atoms,)) for kind in ATOMS for atoms in _atoms(kind, values, service)),
        combination=_flag(_one("combination", values)),
        line=line,
        line_from=line_from,
        settings=tuple(value.lower() for value in values.get("setting", ())),
        conditions=tuple(key for ids in _ids("condition", values, service) for key in ids),
        endpoints=endpoints,
        phases=tuple(_phase(value) for value in values.get("phase", ())),
        prior=prior,
        statuses=tuple(value.upper().replace(" ", "_") for value in values.get("status", ())),
        since=_one("since", values),
    )


def _one(name: str, values: Mapping[str, Sequence[str]]) -> str | None:
    found = values.get(name, ())
    return found[-1] if found else None


def _ids(kind: str, values: Mapping[str, Sequence[str]], service: AskService) -> list[list[str]]:
    """For each value of a parameter the ids of its alternatives."""
    return [
        [key for name in value.split("|") for key in resolve(kind, name, service)] for value in values.get(kind, ())
    ]


def _atoms(kind: str, values: Mapping[str, Sequence[str]], service: AskService) -> list[tuple[Atom, ...]]:
    return [tuple(Atom(ATOMS[kind], key) for key in ids) for ids in _ids(kind, values, service)]


def resolve(kind: str, name: str, service: AskService) -> list[str]:
    """The ids of the terms of a kind that a name or identifier stands for.

    Raises:
        NotFoundError: there is none.
    """
    found: list[Term] = [term for term in service.find(name.strip()) if isinstance(term, TERM_TYPES[kind])]
    if not found:
        raise NotFoundError(
            f"no {kind} is called {name!r}", hint=f"see /api/ask?q= for free words, /api/{kind}s for names"
        )
    return list(dict.fromkeys(term.id for term in found))


def _atoms_of_any(name: str, service: AskService) -> tuple[Atom, ...]:
    """A prior therapy may be a drug, a class or a target."""
    kinds = {Drug: AtomKind.DRUG, DrugClass: AtomKind.CLASS, Target: AtomKind.TARGET}
    atoms = [Atom(kinds[type(term)], term.id) for term in service.find(name.strip()) if type(term) in kinds]
    if not atoms:
        raise NotFoundError(f"no drug, class or target is called {name!r}")
    return tuple(dict.fromkeys(atoms))


def _line(text: str | None) -> tuple[tuple[int, ...], int | None]:
    """`2` or `second` is that line; `3+` or `third+` reaches it or beyond."""
    if text is None:
        return (), None
    number = ORDINALS.get(text.rstrip("+ ").lower())
    if number is None:
        raise UsageError(f"{text!r} is no line of therapy", hint="give 1 to 5, or 3+ for third line or later")
    return ((), number) if text.rstrip().endswith("+") else ((number,), None)


def _phase(text: str) -> str:
    number = ORDINALS.get(text.lower().removeprefix("phase").strip(" _-"))
    if number is None:
        raise UsageError(f"{text!r} is no phase", hint="give 1 to 4, or PHASE1 to PHASE4")
    return f"PHASE{number}"


def _flag(text: str | None) -> bool | None:
    if text is None:
        return None
    if text.lower() not in BOOLEANS:
        raise UsageError(f"{text!r} is neither true nor false")
    return BOOLEANS[text.lower()]
