"""Diseases that stand beside the trial's own: of its cohorts, and of fixed company (ovary, tube and peritoneum).

By the rules of `condition_company.toml`, whose `value.role` says what a rule is for.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache

from extract.conditions.choose import Group, extends, group
from extract.conditions.hierarchy import GENERIC, METASTATIC, UMBRELLA, Hierarchy
from extract.conditions.model import Found
from extract.conditions.named import Told
from extract.lowered import lowered
from extract.model import SectionKind
from extract.rulebook import Rule, load_rulebook
from extract.text import RecordText, Sentence

FEWEST_KINDS = 2


@cache
def _rules() -> Mapping[str, tuple[Rule, ...]]:
    """The rules by their role, for text in lower case."""
    every = tuple(map(lowered, load_rulebook("condition_company").rules))
    roles = dict.fromkeys(str(rule.value["role"]) for rule in every)
    return {role: tuple(rule for rule in every if rule.value["role"] == role) for role in roles}


def add_cohorts(chosen: Group, found: Iterable[Found], hierarchy: Hierarchy) -> Group:
    """Where the record's disease is no more than "solid tumor", add the diseases that its cohorts are of.

    Args:
        chosen: the trial's diseases.
        found: those of its cohorts (`of_cohorts`).
        hierarchy: what is above what.
    """
    if not chosen or any(key not in UMBRELLA and key not in GENERIC for key in chosen):
        return chosen
    cohorts = group(item for item in found if not _is_wide(item, hierarchy))
    higher = frozenset().union(*(hierarchy.above.get(key, frozenset()) for key in cohorts))
    return {**chosen, **{key: items for key, items in cohorts.items() if key not in higher}}


def split(chosen: Group, lower: str) -> Group:
    """Put two diseases in the place of a name for both ("gastric or gastroesophageal junction adenocarcinoma").

    Args:
        chosen: the trial's diseases.
        lower: the record's text in lower case, in which they stand.
    """
    told: Group = {}
    for key, items in chosen.items():
        rules = [rule for rule in _rules()["both"] if rule.value["of"] == key]
        words = " ".join([lower[item.start : item.end] for item in items]) if rules else ""
        rule = next((rule for rule in rules if rule.pattern.search(words)), None)
        for kind in rule.value["kinds"] if rule else (key,):
            told.setdefault(kind, []).extend(items)
    return told


def kinds_of_cohorts(chosen: Group, found: Iterable[Found], hierarchy: Hierarchy, lower: str) -> Group:
    """Put the kinds that cohorts are of in the place of a disease: two at least, or the name stays.

    One is enough in a trial of several diseases whose cohorts name this one by that kind alone.

    Args:
        chosen: the trial's diseases.
        found: those of its cohorts (`of_cohorts`).
        hierarchy: what is above what.
        lower: the record's text in lower case.
    """
    kinds = split(group(item for item in found if item.key), lower)
    told: Group = {}
    for key, items in chosen.items():
        below = {k: v for k, v in kinds.items() if key in hierarchy.above.get(k, ()) and k not in chosen}
        alone = len(chosen) > 1 and key not in kinds and all(extends(k, key, hierarchy) for k in below)
        wide = key in UMBRELLA or key in GENERIC or len(below) < (1 if alone else FEWEST_KINDS)
        for kind, places in {key: items}.items() if wide else below.items():
            told.setdefault(kind, []).extend(places if wide else [*items, *places])
    return told


def tells_cohort(lower: str) -> bool:
    """Whether a sentence, in lower case, says of which patients a cohort or a part of the trial is."""
    return any(rule.pattern.search(lower) for rule in _rules()["cohort"])


def tells_population(lower: str) -> bool:
    """Whether a sentence of running text, in lower case, says of which patients the trial is."""
    return any(rule.pattern.search(lower) for rule in _rules()["population"])


def of_cohorts(told: Iterable[Told], kinds: Collection[SectionKind]) -> list[Found]:
    """The diseases of the sentences that tell cohorts, in sections of these kinds."""
    cohorts = (one for one in told if one.sentence.kind in kinds and tells_cohort(one.lower))
    return [item for one in cohorts for item in _of_patients(one)]


def patients_of(told: Iterable[Told], kinds: Collection[SectionKind]) -> list[Found]:
    """The diseases of the sentences that say of which patients the trial is, in sections of these kinds."""
    prose = (one for one in told if one.sentence.kind in kinds and tells_population(one.lower))
    return [item for one in prose for item in _of_patients(one)]


def _of_patients(told: Told) -> list[Found]:
    """The diseases of a sentence, up to the words that turn to other things (earlier therapy, an example)."""
    turns = [match.start() for rule in _rules()["turn"] if (match := rule.pattern.search(told.lower))]
    stop = told.sentence.start + min(turns, default=len(told.lower))
    return [item for item in told.diseases if item.start < stop]


def _is_wide(item: Found, hierarchy: Hierarchy) -> bool:
    """Whether a disease says no more than "a tumour", or only where one has spread to."""
    above = hierarchy.above.get(item.key or "", frozenset())
    return item.key is None or item.key in GENERIC or item.key in UMBRELLA or METASTATIC in above


def add_company(
    chosen: Group, sentences: Callable[[], Sequence[Sentence]], hierarchy: Hierarchy, record: RecordText
) -> Group:
    """Add the diseases named in one breath with a chosen one ("ovarian, primary peritoneal or tubal cancer").

    Args:
        chosen: the trial's diseases.
        sentences: gives those that say which patients the trial takes; called where some rule may match.
        hierarchy: what is above what.
        record: the record's text.
    """
    told = frozenset(chosen).union(*(hierarchy.above.get(key, ()) for key in chosen))
    rules = [rule for rule in _rules()["beside"] if rule.value["of"] in told and rule.value["kind"] not in told]
    rules = [rule for rule in rules if rule.value["trigger"] in record.lower]
    added = dict(chosen)
    if not rules:
        return added
    spent: list[tuple[str, int, int]] = []
    for sentence in sentences():
        lower = record.lower[sentence.start : sentence.end]
        for rule in rules:
            match = rule.pattern.search(lower) if rule.value["trigger"] in lower else None
            if match:
                start, end = (sentence.start + place for place in match.span("name"))
                item = Found(rule.value["kind"], record.text[start:end], start, end, rule.id)
                added[rule.value["kind"]] = [*added.get(rule.value["kind"], []), item]
                if rule.value.get("instead"):
                    spent.append((rule.value["of"], sentence.start + match.start(), sentence.start + match.end()))
    return _without_spent(added, spent)


def _without_spent(chosen: Group, spent: Iterable[tuple[str, int, int]]) -> Group:
    """Leave out a disease named only in words that another was read from ("brain metastatic tumors")."""
    for key, start, end in spent:
        if key in chosen:
            chosen[key] = [item for item in chosen[key] if not start <= item.start < end]
    return {key: items for key, items in chosen.items() if items}
