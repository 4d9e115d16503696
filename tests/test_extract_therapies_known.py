"""The vocabulary's terms as therapies: present names, classes over them, and what is in no table."""

from extract.therapies.known import Known, know
from extract.therapies.made import Therapies
from ontology.model import TermKind, Vocabulary


def test_a_former_id_gives_what_the_drug_is_now(small_vocabulary: Vocabulary) -> None:
    known = know(small_vocabulary)
    (now,) = known.of_key("drug/xyz123")
    assert (now.key, now.name, now.targets, now.classes) == (
        "drug/onelimab",
        "onelimab",
        ("CD274",),
        ("PD-L1 inhibitor",),
    )
    assert known.find("XYZ-123 brand") == known.find("Onelimab") == now
    assert known.classes_over("drug/xyz123") == {"pd-l1-inhibitor", "checkpoint-inhibitor", "immunotherapy"}


def test_a_therapy_is_made_once(small_vocabulary: Vocabulary) -> None:
    made = Therapies(small_vocabulary)
    assert made.get("drug/onelimab") is made.get("drug/onelimab") is not None
    assert made.get("class/chemotherapy") is made.get("class/chemotherapy") is not None


def test_what_no_table_has_gives_nothing(small_vocabulary: Vocabulary) -> None:
    known: Known = know(small_vocabulary)
    keys = ("drug/none", "class/none", "name/onelimab", "onelimab", "")
    assert [known.by_key.get(key) for key in keys] == [None] * len(keys)
    assert [known.classes_over(key) for key in ("drug/none", "name/onelimab")] == [frozenset()] * 2
    assert [given["none"] for given in known.given.values()] == [()] * len(known.given)
    assert list(known.given) == [TermKind.DRUG, TermKind.REGIMEN, TermKind.CLASS]


def test_a_class_of_treatment_is_spoken_and_a_kind_of_molecule_is_not(small_vocabulary: Vocabulary) -> None:
    known = know(small_vocabulary)
    assert [known.is_spoken_class(f"class/{key}") for key in ("chemotherapy", "platinum-based-chemotherapy")] == [
        True
    ] * 2
    assert not known.is_spoken_class("class/pd-l1-inhibitor")
    assert not known.is_spoken_class("class/none")
