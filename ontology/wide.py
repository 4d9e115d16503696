"""Every disease of MONDO by id and by name, for records outside oncology.

The table is large and a record needs a row or two of it: rows become values when they are asked for, and all names
become keys in one go, in a tenth of the time that all values would take.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from ontology.lookup import normalise_all
from ontology.model import Condition, Name, NameForm, Xref
from ontology.tables import WIDE, read_table
from ontology.tsv import parse, parts

COLUMNS = ("id", "name", "names", "xrefs", "parents")
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class WideConditions:
    """The rows of the table by id, and the id of each normalised name."""

    rows: Mapping[str, Row]
    ids: Mapping[str, str]

    def get(self, key: str) -> Condition | None:
        """The disease of an id."""
        row = self.rows.get(key)
        return _condition(row) if row else None

    def named(self, name: str) -> Condition | None:
        """The disease of a normalised name; a preferred name goes before a synonym, an earlier row before a later."""
        return self.get(self.ids.get(name, ""))

    def __iter__(self) -> Iterator[Condition]:
        """All diseases, in the order of their rows."""
        return map(_condition, self.rows.values())


def load_wide_conditions(root: Traversable | None = None) -> WideConditions:
    """Every disease of MONDO: id, name, exact synonyms, identifiers and parents.

    Raises:
        VocabularyError: the table is missing or breaks its schema.
    """
    rows = parse(WIDE, read_table(root or files("ontology") / "vocabulary", WIDE), COLUMNS).rows
    diseases = [row for row in rows if "susceptibility" not in row[1]]
    every = [(row[0], name) for row in diseases for name in (row[1], *parts(row[2]))]
    first = [(row[0], row[1]) for row in diseases]
    return WideConditions({row[0]: row for row in rows}, index_names([*first, *every]))


def index_names(named: Sequence[tuple[str, str]]) -> dict[str, str]:
    """From (id, name) the first id of each normalised name."""
    keys = normalise_all([name for _, name in named])
    index = dict(zip(reversed(keys), [key for key, _ in reversed(named)], strict=True))
    index.pop("", None)
    return index


def _condition(row: Row) -> Condition:
    key, name, names, xrefs, parents = row
    source = f"mondo:{key.removeprefix('mondo-')}"
    every = (
        Name(name, NameForm.PREFERRED, source=source),
        *(Name(text, NameForm.SYNONYM, source=source) for text in parts(names)),
    )
    return Condition(
        key, name, None, parts(parents), every, tuple(Xref(curie, source) for curie in parts(xrefs)), source
    )
