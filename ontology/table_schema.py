"""The schema of the vocabulary's tables: their columns, what a cell may hold, and what refers to what."""

from collections.abc import Iterable, Mapping

from ontology.tsv import Table, bad_cell, parts

NAMES = ("term", "name", "form", "flags", "source")
XREFS = ("term", "curie", "source")
SCHEMA: Mapping[str, tuple[str, ...]] = {
    "drugs.tsv": ("id", "name", "type", "molecule", "purpose", "targets", "classes", "source"),
    "drug_names.tsv": NAMES,
    "drug_xrefs.tsv": XREFS,
    "drug_redirects.tsv": ("old", "name", "id", "source"),
    "share_alike/drug_names.tsv": NAMES,
    "share_alike/drug_xrefs.tsv": XREFS,
    "share_alike/class_xrefs.tsv": XREFS,
    "share_alike/drug_facts.tsv": ("drug", "targets", "classes", "source"),
    "classes.tsv": ("id", "label", "type", "therapy", "parents", "targets", "source"),
    "class_names.tsv": NAMES,
    "class_xrefs.tsv": XREFS,
    "targets.tsv": ("id", "label", "source"),
    "target_names.tsv": NAMES,
    "target_xrefs.tsv": XREFS,
    "conditions.tsv": ("id", "name", "stage", "parents", "source"),
    "condition_names.tsv": NAMES,
    "condition_xrefs.tsv": XREFS,
    "endpoints.tsv": ("id", "label", "source"),
    "endpoint_names.tsv": NAMES,
    "endpoint_xrefs.tsv": XREFS,
    "regimens.tsv": ("id", "name", "drugs", "source"),
    "regimen_names.tsv": NAMES,
    "stems.tsv": ("suffix", "molecule", "type", "classes", "source"),
}
TYPES = frozenset(
    {
        "drug",
        "biological",
        "cell_gene",
        "radiation",
        "procedure",
        "device",
        "behavioral",
        "dietary",
        "diagnostic",
        "other",
    }
)
PURPOSES = frozenset({"treatment", "preparative", "supportive", "placebo", "diagnostic"})
STAGES = frozenset({"", "early", "locally advanced", "advanced", "metastatic", "recurrent", "limited", "extensive"})
# (table, column, the tables whose first column it must point into)
REFERENCES = (
    ("drugs.tsv", "targets", ("targets.tsv",)),
    ("drugs.tsv", "classes", ("classes.tsv",)),
    ("drug_names.tsv", "term", ("drugs.tsv",)),
    ("drug_xrefs.tsv", "term", ("drugs.tsv",)),
    ("drug_redirects.tsv", "id", ("drugs.tsv",)),
    ("share_alike/drug_names.tsv", "term", ("drugs.tsv",)),
    ("share_alike/drug_xrefs.tsv", "term", ("drugs.tsv",)),
    ("share_alike/drug_facts.tsv", "drug", ("drugs.tsv",)),
    ("share_alike/drug_facts.tsv", "targets", ("targets.tsv",)),
    ("share_alike/drug_facts.tsv", "classes", ("classes.tsv",)),
    ("classes.tsv", "parents", ("classes.tsv",)),
    ("classes.tsv", "targets", ("targets.tsv",)),
    ("class_names.tsv", "term", ("classes.tsv",)),
    ("class_xrefs.tsv", "term", ("classes.tsv",)),
    ("share_alike/class_xrefs.tsv", "term", ("classes.tsv",)),
    ("target_names.tsv", "term", ("targets.tsv",)),
    ("target_xrefs.tsv", "term", ("targets.tsv",)),
    ("conditions.tsv", "parents", ("conditions.tsv",)),
    ("condition_names.tsv", "term", ("conditions.tsv",)),
    ("condition_xrefs.tsv", "term", ("conditions.tsv",)),
    ("endpoint_names.tsv", "term", ("endpoints.tsv",)),
    ("endpoint_xrefs.tsv", "term", ("endpoints.tsv",)),
    ("regimens.tsv", "drugs", ("drugs.tsv", "classes.tsv")),
    ("regimen_names.tsv", "term", ("regimens.tsv",)),
    ("stems.tsv", "classes", ("classes.tsv",)),
)
CHOICES = (
    ("drugs.tsv", "type", TYPES),
    ("drugs.tsv", "purpose", PURPOSES),
    ("classes.tsv", "type", TYPES),
    ("classes.tsv", "therapy", frozenset({"yes", "no"})),
    ("conditions.tsv", "stage", STAGES),
    ("stems.tsv", "type", TYPES),
)


def check(tables: Mapping[str, Table]) -> None:
    """Check every choice, reference and key of the tables.

    Raises:
        VocabularyError: the first cell that breaks the schema, with file, line and column.
    """
    for file, column, allowed in CHOICES:
        _check_cells(tables[file], column, allowed, single=True)
    for file, column, others in REFERENCES:
        known = frozenset(row[0] for other in others for row in tables[other].rows)
        _check_cells(tables[file], column, known, single=False)
    for file, columns in SCHEMA.items():
        if columns[0] in ("id", "old", "drug", "suffix"):
            _check_unique(tables[file])


def _check_cells(table: Table, column: str, allowed: frozenset[str], *, single: bool) -> None:
    at = table.columns.index(column)
    if {row[at] for row in table.rows} <= allowed:
        return
    for number, row in enumerate(table.rows):
        wrong = _unknown((row[at],) if single else parts(row[at]), allowed)
        if wrong is not None:
            raise bad_cell(table, number, column, f"{wrong!r} is not known here")


def _unknown(values: Iterable[str], allowed: frozenset[str]) -> str | None:
    return next((value for value in values if value not in allowed), None)


def _check_unique(table: Table) -> None:
    seen: set[str] = set()
    for number, row in enumerate(table.rows):
        if row[0] in seen or not row[0]:
            raise bad_cell(table, number, table.columns[0], f"{row[0]!r} is empty or stands twice")
        seen.add(row[0])
