"""Diseases of a trial: entries of the field, titles, kinds, stages; all records are made up."""

from functools import cache

import pytest
from spacy.language import Language

from extract.conditions.field import clean, is_junk
from extract.conditions.stages import stage_of
from extract.facts import TrialCondition
from extract.model import Document, Section, SectionKind, SourceFormat, Span
from extract.pipeline import build_pipeline, extract_facts
from ontology.tables import built_in


@cache
def pipeline() -> Language:
    return build_pipeline(built_in())


def conditions_of(entries: list[str], title: str = "A Trial", criteria: str = "") -> tuple[TrialCondition, ...]:
    field = "|".join(entries)
    sections = [Section("title", SectionKind.TITLE, title), Section("conditions", SectionKind.CONDITIONS, field)]
    if criteria:
        sections.append(Section("eligibility", SectionKind.ELIGIBILITY, criteria))
    spans, at = [], 0
    for entry in entries:
        spans.append(Span("conditions", at, at + len(entry)))
        at += len(entry) + 1
    document = Document(
        "sample-1", SourceFormat.CSV, "sample.csv", "0", tuple(sections), conditions=tuple(spans) if field else ()
    )
    return extract_facts(pipeline(), document).conditions


def names(entries: list[str], title: str = "A Trial", criteria: str = "") -> list[str]:
    return [condition.name for condition in conditions_of(entries, title, criteria)]


@pytest.mark.parametrize(
    ("entries", "title", "expected"),
    [
        (["NSCLC"], "", ["non-small cell lung cancer"]),
        (["Carcinoma, Non-Small-Cell Lung"], "", ["non-small cell lung cancer"]),
        (["Immunotherapy", "Second-line Treatment"], "Foo for ES-SCLC", ["extensive-stage small cell lung cancer"]),
        (["Esophageal Cancer"], "Foo in ESCC", ["esophageal squamous cell carcinoma"]),
        (["Breast Cancer", "Triple Negative Breast Cancer"], "", ["triple-negative breast cancer"]),
        (["Advanced Solid Tumor", "Metastatic Solid Tumor"], "", ["solid tumor"]),
        (["Cancer", "Melanoma"], "", ["melanoma"]),
        (["ALL, Adult", "AML, Adult"], "", ["acute lymphoblastic leukemia", "acute myeloid leukemia"]),
        (["Stage IIIA Rectal Cancer AJCC v8"], "", ["rectal cancer"]),
        ([], "Foo Plus Bar in Pancreatic Cancer", ["pancreatic cancer"]),
        (["Frobnication Disorder, Acute"], "", ["acute frobnication disorder"]),
    ],
)
def test_names(entries: list[str], title: str, expected: list[str]) -> None:
    assert names(entries, title or "A Trial") == expected


def test_criteria_tell_the_kind_where_they_let_in_one() -> None:
    one = "Inclusion Criteria:\n* Histologically confirmed non-squamous NSCLC"
    both = "Inclusion Criteria:\n* Squamous or non-squamous NSCLC"
    assert names(["NSCLC"], criteria=one) == ["non-squamous non-small cell lung cancer"]
    assert names(["NSCLC"], criteria=both) == ["non-small cell lung cancer"]
    excluded = "Inclusion Criteria:\n* NSCLC\nExclusion Criteria:\n* Non-squamous histology"
    assert names(["NSCLC"], criteria=excluded) == ["non-small cell lung cancer"]


def test_the_general_name_is_a_mention_of_the_exact_one() -> None:
    (condition,) = conditions_of(["Esophageal Cancer"], "Foo in ESCC")
    assert set(condition.mentions) == {"Esophageal Cancer", "ESCC"}
    assert all(evidence.quote in {"Esophageal Cancer", "ESCC"} for evidence in condition.evidence)
    assert condition.term == "condition/esophageal-squamous-cell-carcinoma"
    assert any(xref.startswith("mondo:") for xref in condition.xrefs)


def test_a_drug_or_a_marker_is_no_condition() -> None:
    assert names(["Melanoma", "Nivolumab", "MSI-H"]) == ["melanoma"]


def test_titles_add_what_the_field_leaves_out() -> None:
    assert names(["Osteosarcoma"], "Foo for Osteosarcoma and Other Solid Tumors") == ["osteosarcoma", "solid tumor"]
    assert names(["Non-small Cell Lung Cancer"], "Foo for Non-Small Cell Carcinoma") == ["non-small cell lung cancer"]


def test_criteria_list_the_members_of_a_family() -> None:
    criteria = "Inclusion Criteria:\n* Acute myeloid leukemia\n* Chronic myeloid leukemia\n* Hodgkin lymphoma"
    assert names(["High-risk Leukemias"], criteria=criteria) == [
        "leukemia",
        "acute myeloid leukemia",
        "chronic myeloid leukemia",
        "Hodgkin lymphoma",
    ]


def test_an_agent_of_a_disease_is_no_disease_of_its_own() -> None:
    assert names(["EBV-Related Gastric Carcinoma"]) == ["gastric cancer"]
    assert names(["EBV Infection"]) == ["Epstein-Barr virus infection"]


def test_diseases_outside_oncology_have_no_stage() -> None:
    (condition,) = conditions_of(["Asthma"], "Early Treatment of Refractory Asthma")
    assert (condition.name, condition.stage) == ("asthma", None)


def test_nothing_named_is_an_abstention() -> None:
    section = Section("title", SectionKind.TITLE, "A Trial of Foo")
    document = Document("sample-2", SourceFormat.TEXT, "sample.txt", "0", (section,))
    facts = extract_facts(pipeline(), document)
    assert facts.conditions == ()
    assert "conditions" in {abstention.field for abstention in facts.abstained}


@pytest.mark.parametrize("entry", ["Immunotherapy", "Second-line Treatment", "PD-L1", "Quality of Life", "-"])
def test_junk(entry: str) -> None:
    assert is_junk(entry)


@pytest.mark.parametrize("entry", ["Therapy-related Acute Myeloid Leukemia", "Chemotherapy-induced Nausea", "Asthma"])
def test_no_junk(entry: str) -> None:
    assert not is_junk(entry)


@pytest.mark.parametrize(
    ("entry", "cleaned"),
    [
        ("Diabetes Mellitus, Type 2", "type 2 diabetes mellitus"),
        ("Nasal Polyps", "nasal polyp"),
        ("Allergies", "allergy"),
        ("HIV Infections", "HIV infection"),
        ("Rhinosinusitis (CRSwNP)", "rhinosinusitis"),
        ("Stage II Contiguous Frob Cell Lymphoma AJCC v8", "contiguous frob cell lymphoma"),
        ("IgE Mediated Frob Allergy", "IgE mediated frob allergy"),
        ("CHRONIC FROBNICATION", "chronic frobnication"),
        ("Portal Frob Tumour", "portal frob tumor"),
    ],
)
def test_clean(entry: str, cleaned: str) -> None:
    assert clean(entry) == cleaned


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("Metastatic pancreatic cancer", "metastatic"),
        ("locally advanced or metastatic disease", "advanced"),
        ("locally advanced rectal cancer", "locally advanced"),
        ("relapsed or refractory acute myeloid leukemia", "recurrent"),
        ("extensive-stage small cell lung cancer", "extensive"),
        ("resectable gastric cancer", "early"),
        ("asthma", None),
    ],
)
def test_stages(text: str, stage: str | None) -> None:
    assert stage_of([text]) == stage


@pytest.mark.parametrize(
    ("entries", "title", "expected"),
    [
        (
            ["Refractory Diffuse Large B-Cell Lymphoma"],
            "Drug A in Diffuse Large B-cell Lymphoma or Primary Mediastinal Large B-cell Lymphoma",
            ["diffuse large B-cell lymphoma", "primary mediastinal B-cell lymphoma"],
        ),
        (["Non-hodgkin Lymphoma,B Cell"], "Drug A", ["B-cell non-Hodgkin lymphoma"]),
        (["Locally Advanced or Metastatic FOOX Carcinoma"], "Drug A", ["FOOX carcinoma"]),
    ],
)
def test_names_that_another_may_hide(entries: list[str], title: str, expected: list[str]) -> None:
    assert names(entries, title) == expected


def test_where_tumours_spread_to_is_no_disease_that_criteria_give() -> None:
    criteria = "Inclusion Criteria:\n\n* Adults\n* Untreated brain metastases are allowed if they are stable"
    assert names(["Advanced Malignancies"], "Drug A in Advanced Malignancies", criteria) == ["cancer"]


@pytest.mark.parametrize(
    ("entries", "title", "expected"),
    [
        (["Relapsed/Refractory Diffuse Large B-Cell Lymphoma"], "A Trial", ["diffuse large B-cell lymphoma"]),
        (["Gastric/Esophageal Cancer"], "A Trial", ["gastric cancer", "esophageal cancer"]),
        (["Ovarian Cancer", "Prostate"], "A Trial", ["ovarian cancer", "prostate cancer"]),
        (["Constipation", "Prostate"], "A Trial", ["constipation disorder", "prostate"]),
        (["Melanoma"], "Drug A in Melanoma With Undetectable MRD", ["melanoma"]),
        (["Lymphoma", "Excluding Mantle Cell Lymphoma"], "A Trial", ["lymphoma"]),
    ],
)
def test_entries_that_say_more_or_less_than_a_disease(entries: list[str], title: str, expected: list[str]) -> None:
    assert names(entries, title) == expected


def test_a_disease_that_criteria_leave_out_is_none_of_the_trial() -> None:
    criteria = (
        "Inclusion Criteria:\n* Acute myeloid leukemia (excluding APL)\n* Hodgkin lymphoma\n* Chronic myeloid leukemia"
    )
    found = names(["Leukemia"], criteria=criteria)
    assert "acute myeloid leukemia" in found
    assert "acute promyelocytic leukemia" not in found
