r"""One row of the registry's CSV download to a `Document`; today's column names and the classic ones.

Source: the "Download" of ClinicalTrials.gov, CSV, all columns; the classic form as it was in 2018. Only an id and a
title are required; what is absent is absent. A section is a whole cell, named by its column. Texts are kept exactly
as they stand in the cell, escapes such as `\[` included.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from extract.model import Document, InterventionItem, OutcomeItem, Registry, SectionKind, SourceFormat, Span
from extract.sources.dates import iso_date
from extract.sources.limits import BadRecordError, Limits
from extract.sources.outcomes import list_items, outcome_forms, split_outcomes
from extract.sources.registry_words import RegistryWords, enumerated, registry_words, split_interventions
from extract.sources.sections import SectionList, checked_id, digest

# The classic download writes an empty date so.
_EMPTY = "null"
_RESULTS = {"YES": True, "HAS_RESULTS": True, "NO": False, "NO_RESULTS_AVAILABLE": False, "HAS_NO_RESULTS": False}
_AGE = r"(\d+ (?:Years?|Months?|Weeks?|Days?|Hours?|Minutes?))"
_AGES = (
    re.compile(rf"(?P<low>{_AGE}) to (?P<high>{_AGE})", re.IGNORECASE),
    re.compile(rf"(?P<low>{_AGE}) and older", re.IGNORECASE),
    re.compile(rf"(?:up to|and younger) (?P<high>{_AGE})|(?P<older>{_AGE}) and younger", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class Header:
    """Where each column that we read is: value key, section kind or outcome rank, to its index."""

    names: tuple[str, ...]
    values: Mapping[str, int]
    texts: tuple[tuple[SectionKind, int], ...]
    outcomes: tuple[tuple[str, int], ...]
    measures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row, by the keys of its header."""

    header: Header
    cells: Sequence[str]

    def value(self, key: str) -> str | None:
        """The trimmed cell; None if it is empty or the column is absent."""
        index = self.header.values.get(key)
        text = self.cells[index].strip() if index is not None else ""
        return None if text in {"", _EMPTY} else text

    def values(self, key: str) -> tuple[str, ...]:
        """The items of a cell of several, each once."""
        cell = self.value(key) or ""
        return tuple(dict.fromkeys(item.strip() for item in cell.split("|") if item.strip()))

    def column(self, key: str) -> str:
        """The column's name, for a message."""
        index = self.header.values.get(key)
        return key if index is None else self.header.names[index]


def read_header(cells: Sequence[str]) -> Header:
    """The columns of a header row.

    Raises:
        BadRecordError: the id or the title column is missing.
    """
    words = registry_words()
    names = tuple(cell.strip() for cell in cells)
    folded = [name.casefold() for name in names]

    def found(table: Mapping[str, str]) -> list[tuple[str, int]]:
        first: dict[str, int] = {}
        for index, name in enumerate(folded):
            if name in table:
                first.setdefault(table[name], index)
        return list(first.items())

    values = dict(found(words.value_columns))
    texts = tuple((SectionKind(kind), index) for kind, index in found(words.text_columns))
    if "id" not in values:
        raise BadRecordError("the CSV has no id column", hint="the registry's download calls it 'NCT Number'")
    if not any(kind in {SectionKind.TITLE, SectionKind.OFFICIAL_TITLE} for kind, _ in texts):
        raise BadRecordError("the CSV has no title column", hint="the registry's download calls it 'Study Title'")
    measures = tuple(index for _, index in found(words.measure_columns))
    return Header(names, values, texts, tuple(found(words.outcome_columns)), measures)


def read_row(header: Header, cells: Sequence[str], source: str, limits: Limits) -> Document:
    """The document of one row with as many cells as the header.

    Raises:
        BadRecordError: no id or title, an enrollment that is no number, too much text.
    """
    row = Row(header, cells)
    record = checked_id(row.value("id"), row.column("id"))
    try:
        return _document(row, record, source, limits)
    except BadRecordError as error:
        error.record = record
        raise


def _document(row: Row, record: str, source: str, limits: Limits) -> Document:
    words, sections = registry_words(), SectionList(limits)
    found: dict[SectionKind, tuple[str, str]] = {}
    for kind, index in row.header.texts:
        cell = row.cells[index]
        if cell.strip() and cell != _EMPTY:
            sections.add(row.header.names[index], kind, cell)
            found[kind] = (row.header.names[index], cell)
    if SectionKind.TITLE not in found and SectionKind.OFFICIAL_TITLE not in found:
        raise BadRecordError("the record has no title", field="Study Title")
    outcomes = _outcomes(row, sections)
    return Document(
        id=record,
        format=SourceFormat.CSV,
        source=source,
        content_hash=digest(orjson.dumps([row.header.names, list(row.cells)])),
        sections=sections.done(),
        conditions=_terms(found, SectionKind.CONDITIONS),
        keywords=_terms(found, SectionKind.KEYWORDS),
        interventions=_interventions(found, words),
        outcomes=outcomes,
        phases=tuple(phase for item in row.values("phases") if (phase := enumerated(item, words)) in words.phases),
        enrollment=_enrollment(row),
        registry=_registry(row, found.get(SectionKind.ACRONYM, ("", ""))[1].strip() or None, words),
    )


def _terms(found: Mapping[SectionKind, tuple[str, str]], kind: SectionKind) -> tuple[Span, ...]:
    name, cell = found.get(kind, ("", ""))
    return tuple(Span(name, start, end) for start, end in list_items(cell))


def _interventions(found: Mapping[SectionKind, tuple[str, str]], words: RegistryWords) -> tuple[InterventionItem, ...]:
    name, cell = found.get(SectionKind.INTERVENTIONS, ("", ""))
    return split_interventions(name, cell, words)


def _outcomes(row: Row, sections: SectionList) -> tuple[OutcomeItem, ...]:
    """Items of every outcome column. The classic one lists measures without rank: all stand as `other`."""
    items: list[OutcomeItem] = []
    forms = outcome_forms()
    for rank, index in (*row.header.outcomes, *(("", index) for index in row.header.measures)):
        name, cell = row.header.names[index], row.cells[index]
        if not cell.strip() or cell == _EMPTY:
            continue
        sections.add(name, SectionKind.OUTCOMES, cell)
        if rank:
            items += split_outcomes(name, cell, rank, forms)
        else:
            items += [OutcomeItem("other", Span(name, start, end)) for start, end in list_items(cell)]
    return tuple(items)


def _enrollment(row: Row) -> int | None:
    value = row.value("enrollment")
    if value is None:
        return None
    digits = value.replace(",", "")
    if not (digits.isascii() and digits.isdigit()):
        raise BadRecordError(f"should be a whole number, is {value[:40]!r}", field=row.column("enrollment"))
    return int(digits)


def _registry(row: Row, acronym: str | None, words: RegistryWords) -> Registry:
    design = _design(row.value("design"))
    sponsors = row.values("sponsors")
    low, high = _ages(row.value("age"))
    date: Callable[[str], str | None] = lambda key: iso_date(row.value(key))  # noqa: E731
    return Registry(
        status=enumerated(row.value("status"), words),
        start=date("start"),
        primary_completion=date("primary_completion"),
        completion=date("completion"),
        first_posted=date("first_posted"),
        last_update=date("last_update"),
        sponsor=row.value("sponsor") or (sponsors[0] if sponsors else None),
        collaborators=row.values("collaborators") or sponsors[1:],
        countries=_countries(row),
        sex=enumerated(row.value("sex"), words),
        minimum_age=low,
        maximum_age=high,
        study_type=enumerated((row.value("study_type") or "").partition(":")[0], words),
        allocation=enumerated(design.get("allocation"), words),
        intervention_model=enumerated(design.get("intervention model"), words),
        masking=_masking(design.get("masking"), words),
        purpose=enumerated(design.get("primary purpose"), words),
        acronym=acronym,
        other_ids=row.values("other_ids"),
        has_results=_RESULTS.get(enumerated(row.value("results"), words) or ""),
    )


def _design(value: str | None) -> dict[str, str]:
    """`Allocation: RANDOMIZED|Masking: NONE` by lower-case names."""
    pairs = (item.partition(":") for item in (value or "").split("|"))
    return {name.strip().casefold(): text.strip() for name, _, text in pairs if text.strip()}


def _masking(value: str | None, words: RegistryWords) -> str | None:
    """Who is masked stands in brackets behind; `None (Open Label)` is NONE."""
    return enumerated((value or "").partition("(")[0], words)


def _ages(value: str | None) -> tuple[str | None, str | None]:
    """Lowest and highest age of the classic column; today's has only age groups."""
    for pattern in _AGES:
        if value and (found := pattern.search(value)):
            ages = found.groupdict()
            return ages.get("low"), ages.get("high") or ages.get("older")
    return None, None


def _countries(row: Row) -> tuple[str, ...]:
    """The last comma part of each location, two where the country's name itself has a comma; each once, in order."""
    inverted = registry_words().inverted_countries
    return tuple(dict.fromkeys(_country(place, inverted) for place in row.values("locations")))


def _country(place: str, inverted: frozenset[str]) -> str:
    parts = [part.strip() for part in place.split(",")]
    return ", ".join(parts[-2:]) if ", ".join(parts[-2:]) in inverted else parts[-1]
