"""ChEMBL's drug mechanisms: a CSV of the table, or pages of the REST service (`/api/data/mechanism.json`).

A mechanism tells which target a molecule acts on and how; the molecule is named by its identifier alone.
"""

from collections.abc import Mapping
from typing import Any

import ijson

from ontology.importers import xrefs
from ontology.importers.files import VocabularyFile
from ontology.importers.model import BadRow, ImportedKind, ImportedTerm, Layout, Rows
from ontology.importers.tables import has_columns, rows

COLUMNS = ("molecule_chembl_id", "target_chembl_id", "mechanism_of_action")


def recognise_csv(head: str) -> str | None:
    """`chembl` for a table with these columns."""
    return "chembl" if has_columns(head, ",", COLUMNS) else None


def recognise_json(head: str) -> str | None:
    """`chembl` for an object that holds mechanisms."""
    return "chembl" if head.lstrip()[:1] == "{" and '"mechanisms"' in head and '"molecule_chembl_id"' in head else None


def read_csv(file: VocabularyFile, source: str) -> Rows:
    """One term a row."""
    del source  # molecules and targets have prefixes of their own
    return (_term(place, row) for place, row in rows(file, ","))


def read_json(file: VocabularyFile, source: str) -> Rows:
    """One term a mechanism."""
    del source
    with file.open() as stream:
        try:
            for number, item in enumerate(ijson.items(stream, "mechanisms.item"), 1):
                yield _term(f"mechanism {number}", item if isinstance(item, dict) else {})
        except ijson.JSONError as error:
            raise file.error(f"the JSON is broken or cut: {error}") from error


def _term(place: str, row: Mapping[str, Any]) -> ImportedTerm | BadRow:
    molecule = xrefs.of("chembl.compound", [str(row.get("molecule_chembl_id") or "")])
    target = xrefs.of("chembl.target", [str(row.get("target_chembl_id") or "")])
    mechanism = str(row.get("mechanism_of_action") or "").strip()
    if not molecule:
        return BadRow(place, "the mechanism has no molecule")
    notes = (mechanism,) if mechanism else ()
    return ImportedTerm(molecule[0], "", ImportedKind.DRUG, targets=target, notes=notes)


CSV_LAYOUT = Layout("chembl-mechanism-csv", recognise_csv, read_csv)
JSON_LAYOUT = Layout("chembl-mechanism-json", recognise_json, read_json)
