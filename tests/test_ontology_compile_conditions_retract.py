"""Rows of the overlay that take parents from a condition."""

import pytest

from ontology.compile.conditions import Entry, _retract
from ontology.compile.overlay import COLUMNS
from ontology.errors import VocabularyError
from ontology.tsv import Table


def row(parents: str) -> list[str]:
    return ["retract", "invented leukemia", "", "", parents, "", "us", "why", "whence"]


def test_a_parent_is_taken_or_the_row_is_wrong() -> None:
    entry = Entry("invented-leukemia", "invented leukemia", "", "", parents=["lymphoma", "leukemia"])
    table = Table("overlay/conditions.tsv", COLUMNS["conditions.tsv"], [row("lymphoma")])
    _retract(row("lymphoma"), table, 0, {entry.key: entry})
    assert entry.parents == ["leukemia"]
    with pytest.raises(VocabularyError, match="no parent"):
        _retract(row("lymphoma"), table, 0, {entry.key: entry})
