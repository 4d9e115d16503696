"""Chosen diseases as facts: names, synonyms, identifiers, stage and evidence."""

import re
from collections.abc import Callable, Sequence
from functools import cache

from extract.conditions.choose import Group
from extract.conditions.field import clean
from extract.conditions.model import Found
from extract.conditions.stages import stage_of
from extract.facts import Certainty, TrialCondition
from extract.text import RecordText
from ontology.model import Condition, NameForm

AROUND = 70  # characters beside a disease's name in which its stage stands
TUMOUR = re.compile(
    r"oma\b|cancer|tumou?r|malignan|neoplas|leuk|metasta|myelodys|myelofib|macroglob|polycyth|thrombocythem|histiocyt"
    r"|mastocyt|neurofib|carcin",
    re.IGNORECASE,
)
LOOKED_AT = 2_000  # characters of a title or a conditions field in which the stage is looked for
MOST_EVIDENCE = 6
ABBREVIATION = NameForm.ABBREVIATION


def as_facts(
    chosen: Group, record: RecordText, known: Callable[[str], Condition | None], stages: Sequence[str]
) -> tuple[TrialCondition, ...]:
    """One fact a disease; `stages` are the texts that tell the stage where the words beside the name do not."""
    stage = cache(lambda: stage_of(text[:LOOKED_AT] for text in stages))
    return tuple(_fact(items, key, record, known(key), stage) for key, items in chosen.items())


def _fact(
    items: Sequence[Found], key: str, record: RecordText, term: Condition | None, stage: Callable[[], str | None]
) -> TrialCondition:
    places = list(dict.fromkeys((item.start, item.end) for item in items))
    mentions = tuple(dict.fromkeys(record.text[start:end] for start, end in places))
    own = next((item for item in items if (item.key or "") == key), items[0])
    return TrialCondition(
        name=_plain(term.name) if term else own.name,
        mentions=mentions,
        synonyms=_synonyms(term) if term else (),
        xrefs=tuple(xref.curie for xref in term.xrefs) if term else (),
        stage=_stage(own, term, _beside(record, places[:MOST_EVIDENCE]), stage),
        term=f"condition/{key}" if term else None,
        certainty=Certainty.STATED,
        rule=own.rule,
        evidence=tuple(record.evidence(start, end) for start, end in places[:MOST_EVIDENCE]),
    )


def _plain(name: str) -> str:
    """A disease's name without MeSH inversion."""
    return clean(name) if "," in name else name


def _stage(
    own: Found, term: Condition | None, beside: Sequence[str], record_stage: Callable[[], str | None]
) -> str | None:
    """The stage that the name implies, else the words beside it, else the record; of tumours alone."""
    name = term.name if term else own.name
    if term is not None and term.stage:
        return term.stage
    return (stage_of(beside) or record_stage()) if TUMOUR.search(name) else None


def _synonyms(term: Condition) -> tuple[str, ...]:
    """Its other names, full ones first."""
    others = [name for name in term.names if name.text != term.name]
    return tuple(name.text for name in sorted(others, key=lambda name: name.form is ABBREVIATION))


def _beside(record: RecordText, places: Sequence[tuple[int, int]]) -> list[str]:
    """The words beside each place, inside its section."""
    texts = []
    for start, end in places:
        section, base = record.section_at(start)
        left, right = max(base, start - AROUND), min(base + len(section.text), end + AROUND)
        texts.append(record.text[left:right])
    return texts
