"""Diseases that cohorts, company and marks tell; all records are made up."""

from functools import cache

import pytest
from spacy.language import Language

from extract.conditions.hierarchy import build_hierarchy
from extract.model import Document, Section, SectionKind, SourceFormat, Span
from extract.pipeline import build_pipeline, extract_facts
from ontology.tables import built_in


@cache
def pipeline() -> Language:
    return build_pipeline(built_in())


def names(field: str, title: str = "A Trial", description: str = "") -> list[str]:
    sections = (
        Section("title", SectionKind.TITLE, title),
        Section("conditions", SectionKind.CONDITIONS, field),
        Section("description", SectionKind.DESCRIPTION, description),
    )
    spans = (Span("conditions", 0, len(field)),) if field else ()
    document = Document("sample-3", SourceFormat.CSV, "sample.csv", "0", sections, conditions=spans)
    return [condition.name for condition in extract_facts(pipeline(), document).conditions]


def test_cohorts_tell_the_diseases_of_a_trial_in_solid_tumors() -> None:
    told = "Cohort 1 takes patients with melanoma and cohort 2 those with chordoma. Patients with osteosarcoma wait."
    assert names("Solid Tumor", description=told) == ["solid tumor", "melanoma", "chordoma"]
    assert names("Thymoma", description=told) == ["thymoma"]


@pytest.mark.parametrize("turn", ["such as melanoma", "after prior melanoma", "excluding melanoma"])
def test_examples_and_exceptions_of_a_cohort_are_no_diseases_of_the_trial(turn: str) -> None:
    assert names("Solid Tumor", description=f"The expansion takes any tumor, {turn}.") == ["solid tumor"]


def test_cohorts_of_two_kinds_give_both_kinds() -> None:
    told = "Cohort A is for non-squamous NSCLC and cohort B is for squamous NSCLC."
    assert names("NSCLC", description=told) == [
        "non-squamous non-small cell lung cancer",
        "squamous non-small cell lung cancer",
    ]


@pytest.mark.parametrize(
    ("title", "added"),
    [
        (
            "Foo in Ovarian, Fallopian Tube, or Primary Peritoneal Cancer",
            ["fallopian tube cancer", "primary peritoneal"],
        ),
        ("Foo in Primary Peritoneal or Ovarian Carcinoma", ["primary peritoneal"]),
        ("Foo in Ovarian Cancer With Peritoneal Metastases", []),
    ],
)
def test_tube_and_peritoneum_stand_beside_the_ovary(title: str, added: list[str]) -> None:
    found = [name.removesuffix(" cancer") for name in names("Ovarian Cancer", title)]
    assert sorted(found) == sorted(["ovarian", *(name.removesuffix(" cancer") for name in added)])


def test_junction_and_esophagus_stand_beside_the_stomach() -> None:
    title = "Foo in Gastric, Gastroesophageal Junction, or Esophageal Adenocarcinoma"
    assert set(names("Gastric Cancer", title)) >= {"gastroesophageal junction cancer", "esophageal adenocarcinoma"}


def test_an_entry_with_the_spread_of_a_disease_is_of_that_disease() -> None:
    assert names("Rectal Cancer With Lung Metastases") == ["rectal cancer"]
    assert names("Bone Metastases") == ["bone metastases"]


def test_an_infection_that_marks_tumors_is_no_disease() -> None:
    assert names("Chordoma", "Foo in EBV+ Chordoma") == ["chordoma"]


def test_families_keep_leukemia_and_lymphoma_apart() -> None:
    conditions = built_in().conditions
    assert "non-hodgkin-lymphoma" not in conditions["acute-lymphoblastic-leukemia"].parents
    assert "acute-lymphoblastic-leukemia" not in conditions["chronic-lymphocytic-leukemia"].parents
    assert names("Large B-cell Lymphoma") == ["large B-cell lymphoma"]
    assert names("Acute Leukemia") == ["acute leukemia"]


def test_a_name_for_two_diseases_gives_both() -> None:
    assert names("Gastric or Gastroesophageal Junction Adenocarcinoma") == [
        "gastric adenocarcinoma",
        "gastroesophageal junction cancer",
    ]
    told = "Cohort 2 takes other bone and soft tissue sarcomas."
    assert names("Sarcoma", description=told) == ["bone sarcoma", "soft tissue sarcoma"]
    assert names("Sarcoma", description="Cohort 2 takes osteosarcoma.") == ["sarcoma"]


def test_every_way_up_counts() -> None:
    hierarchy = build_hierarchy(built_in())
    assert {"lymphoma", "hematologic-malignancy"} <= hierarchy.above["chronic-lymphocytic-leukemia"]
    assert "lymphoma" not in hierarchy.above["multiple-myeloma"]
    assert "lymphoma" not in hierarchy.above["acute-lymphoblastic-leukemia"]


def test_where_the_tumours_of_a_title_have_spread_to() -> None:
    title = "Drug A for Liver and Bone Metastatic Solid Tumors"
    assert names("Solid Tumor", title) == ["solid tumor", "liver metastases", "bone metastases"]


def test_a_description_of_the_patients_tells_the_kind() -> None:
    told = "Adults with non-squamous NSCLC will be enrolled."
    aside = "Drug A helps non-squamous NSCLC more than squamous NSCLC."
    assert names("NSCLC", description=told) == ["non-squamous non-small cell lung cancer"]
    assert names("NSCLC", description=aside) == ["non-small cell lung cancer"]


def test_words_within_another_disease_tell_no_kind() -> None:
    title = "Drug A in Lung Cancer and Head and Neck Squamous Cell Carcinoma"
    assert names("NSCLC", title)[0] == "non-small cell lung cancer"
    both = "Patients with leukemia of the B or T lineage (T-cell ALL) will be enrolled."
    assert names("Acute Lymphoblastic Leukemia", description=both) == ["acute lymphoblastic leukemia"]


def test_the_patients_that_a_description_names_say_which_kind_of_a_disease() -> None:
    told = "The study population consists of adults with diffuse midline glioma. Survivors of thymoma are sought."
    assert names("Brain Tumors", description=told) == ["diffuse midline glioma"]
    assert names("Thymoma", description=told) == ["thymoma"]


def test_a_list_of_blood_cancers_is_not_one_of_them() -> None:
    told = "Patients with acute myeloid leukemia or mantle cell lymphoma will be enrolled."
    assert names("Leukemia", description=told) == ["leukemia"]


def test_one_cohort_names_a_disease_of_several_by_its_kind() -> None:
    told = "Cohort 1 is of endometrial cancer. Cohort 2 takes patients with HNSCC."
    found = names("Endometrial Cancer", title="Head and Neck Cancer or Endometrial Cancer", description=told)
    assert sorted(found) == ["endometrial cancer", "head and neck squamous cell carcinoma"]
    both = told + " Cohort 3 takes any other head and neck cancer."
    found = names("Endometrial Cancer", title="Head and Neck Cancer or Endometrial Cancer", description=both)
    assert "head and neck cancer" in found


def test_tumors_that_have_spread_to_an_organ_are_named_by_it() -> None:
    assert names("", title="Foo in Spinal Cord Metastatic Solid Tumors") == ["spinal metastases"]
    assert names("Solid Tumor", title="Foo in Brain Metastatic Solid Tumors") == ["solid tumor", "brain metastases"]


def test_the_cancer_institutes_names_of_metastases_are_known() -> None:
    assert names("Metastatic Carcinoma in the Liver") == ["liver metastases"]


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("Acute Lymphoblastic Leukemia, Adult B-Cell", "B-cell acute lymphoblastic leukemia"),
        ("Untreated Adult Acute Myeloid Leukemia", "acute myeloid leukemia"),
        ("Unspecified Childhood Solid Tumor, Protocol Specific", "solid tumor"),
    ],
)
def test_age_group_and_earlier_treatment_are_no_part_of_a_disease(field: str, name: str) -> None:
    assert names(field) == [name]


def test_a_lung_cancer_of_either_histology_is_of_neither() -> None:
    told = "Adults with adenocarcinoma or squamous cell NSCLC will be enrolled."
    assert names("NSCLC", description=told) == ["non-small cell lung cancer"]


def test_initials_that_only_a_thesaurus_knows_name_no_disease() -> None:
    told = "The study population consists of adults with thymoma. Cohort 1 is told the drug's MOA and PLAT status."
    assert names("Solid Tumor", description=told) == ["solid tumor"]


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("T-cell Acute Lymphoid Leukaemia", "T-cell acute lymphoblastic leukemia"),
        ("Metastatic Cancer Lung", "lung cancer"),
        ("Cancer Pain", "cancer pain"),
    ],
)
def test_the_conditions_field_tells_kind_and_organ(field: str, name: str) -> None:
    assert names(field) == [name]


def test_a_state_before_a_disease_is_no_disease_of_its_own() -> None:
    hierarchy = build_hierarchy(built_in())
    slashed = [
        key for key, condition in hierarchy.conditions.items() if condition.name.startswith("relapsed/refractory ")
    ]
    assert slashed, "the vocabulary names such a disease"
    assert {hierarchy.conditions[hierarchy.base(key)].name.partition(" ")[0] for key in slashed}.isdisjoint(
        {"relapsed/refractory", "relapsed", "refractory"}
    )
