"""All diseases of MONDO: values on request, by id and by name."""

from pathlib import Path

import pytest

from ontology.errors import VocabularyError
from ontology.lookup import normalise, normalise_all
from ontology.model import NameForm
from ontology.wide import COLUMNS, load_wide_conditions


def write(root: Path, *rows: tuple[str, ...]) -> Path:
    (root / "conditions_wide.tsv").write_text("\n".join("\t".join(row) for row in (COLUMNS, *rows)) + "\n", "utf-8")
    return root


def test_diseases_have_names_and_identifiers_and_known_parents() -> None:
    wide = load_wide_conditions()
    asthma = wide.named("asthma")
    assert asthma is not None
    assert asthma.names[0].form is NameForm.PREFERRED
    assert any(xref.curie.startswith("mondo:") for xref in asthma.xrefs)
    assert wide.get(asthma.id) == asthma
    assert not {key for condition in wide for key in condition.parents} - set(wide.rows)


def test_a_preferred_name_goes_before_a_synonym_and_the_first_row_before_the_next(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        ("mondo-1", "red fever", "blue fever|Grün fever", "", ""),
        ("mondo-2", "Blue Fever", "red-fever|green fever", "", "mondo-1"),
        ("mondo-3", "susceptibility to green fever", "", "", ""),
        ("mondo-4", "lime fever", "green fever", "", ""),
    )
    wide = load_wide_conditions(root)
    found = {
        name: disease.id
        for name in ("redfever", "bluefever", "grunfever", "greenfever")
        if (disease := wide.named(name))
    }
    assert found == {"redfever": "mondo-1", "bluefever": "mondo-2", "grunfever": "mondo-1", "greenfever": "mondo-2"}
    assert wide.named("susceptibilitytogreenfever") is None
    assert wide.get("mondo-3") is not None
    assert wide.get("mondo-9") is None


def test_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match=r"conditions_wide\.tsv"):
        load_wide_conditions(tmp_path)


def test_many_names_are_normalised_as_each_alone() -> None:
    names = [
        "PD-(L)1",
        "TGF-β1",
        "",
        "a_b c",
        "two\nlines",
        "é",
        *(f"name {number}" for number in range(40)),
        "µ-opioid",
    ]
    assert normalise_all(names) == [normalise(name) for name in names]
