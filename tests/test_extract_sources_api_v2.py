"""API v2: section names, structure, and every field with a null or a wrong type in it."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from extract.model import Document, SectionKind, Span
from extract.sources.api_v2 import read_study
from extract.sources.limits import BadRecordError, Limits

STUDY: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "nct99000911",
            "orgStudyIdInfo": {"id": "EX-1"},
            "secondaryIdInfos": [{"id": "2020-000001-01"}],
            "briefTitle": "Drug One With Drug Two (invented)",
            "officialTitle": "An Official Title (invented)",
            "acronym": "INVENT",
        },
        "statusModule": {
            "overallStatus": "RECRUITING",
            "startDateStruct": {"date": "2024-05"},
            "completionDateStruct": {"date": "2027-01-01"},
        },
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "A Sponsor"}, "collaborators": [{"name": "A Partner"}]},
        "descriptionModule": {"briefSummary": "Summary.\r\nSecond line.", "detailedDescription": "Details."},
        "conditionsModule": {"conditions": ["Lung Cancer", "Melanoma"], "keywords": ["second line"]},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": ["PHASE1", "PHASE2", "NA"],
            "enrollmentInfo": {"count": 56},
            "designInfo": {
                "allocation": "RANDOMIZED",
                "interventionModel": "PARALLEL",
                "interventionModelDescription": "Two arms side by side.",
                "primaryPurpose": "TREATMENT",
                "maskingInfo": {"masking": "NONE", "maskingDescription": "Nobody is masked."},
            },
        },
        "armsInterventionsModule": {
            "armGroups": [
                {"label": "A", "type": "EXPERIMENTAL", "interventionNames": ["Drug: Two", "Drug: One: liquid"]},
                {"label": "B", "type": "ACTIVE_COMPARATOR", "description": "Drug Two alone."},
            ],
            "interventions": [
                {"type": "DRUG", "name": "One: liquid", "otherNames": ["X-1"], "armGroupLabels": ["A"]},
                {"type": "DRUG", "name": "Two", "description": "By mouth.", "armGroupLabels": ["A", "B"]},
            ],
        },
        "outcomesModule": {
            "primaryOutcomes": [{"measure": "PFS", "description": "Time.", "timeFrame": "1 year"}],
            "otherOutcomes": [{"measure": "OS"}],
        },
        "eligibilityModule": {
            "eligibilityCriteria": "Inclusion Criteria:\n\n* Adults",
            "sex": "ALL",
            "minimumAge": "18 Years",
            "maximumAge": "75 Years",
        },
        "contactsLocationsModule": {
            "locations": [{"country": "China"}, {"country": "Spain"}, {"country": "China"}, {"city": "x"}]
        },
    },
    "hasResults": True,
}


def read(study: dict[str, Any]) -> Document:
    return read_study(study, "file.json", Limits())


def text_of(document: Document, span: Span | None) -> str | None:
    texts = {section.name: section.text for section in document.sections}
    return texts[span.section][span.start : span.end] if span else None


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value below the top."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield (*path, key)
        yield from places(below, (*path, key))


def changed(place: tuple[str | int, ...], value: object) -> dict[str, Any]:
    study = copy.deepcopy(STUDY)
    node: Any = study
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = value
    return study


def test_sections_are_module_paths_with_the_texts_as_they_stand() -> None:
    sections = {section.name: section.text for section in read(STUDY).sections}
    assert sections["identificationModule.briefTitle"] == "Drug One With Drug Two (invented)"
    assert sections["descriptionModule.briefSummary"] == "Summary.\r\nSecond line."
    assert sections["conditionsModule.conditions[1]"] == "Melanoma"
    assert sections["conditionsModule.keywords[0]"] == "second line"
    assert sections["armsInterventionsModule.armGroups[1].description"] == "Drug Two alone."
    assert sections["armsInterventionsModule.interventions[0].otherNames[0]"] == "X-1"
    assert sections["outcomesModule.primaryOutcomes[0].timeFrame"] == "1 year"
    assert sections["designModule.designInfo.interventionModelDescription"] == "Two arms side by side."
    assert sections["designModule.designInfo.maskingInfo.maskingDescription"] == "Nobody is masked."


def test_kinds_tell_what_a_section_is_for() -> None:
    kinds = {section.name: section.kind for section in read(STUDY).sections}
    assert kinds["eligibilityModule.eligibilityCriteria"] is SectionKind.ELIGIBILITY
    assert kinds["armsInterventionsModule.armGroups[0].label"] is SectionKind.ARM_LABEL
    assert kinds["armsInterventionsModule.interventions[1].description"] is SectionKind.INTERVENTION_DESCRIPTION


def test_arms_point_at_their_interventions_in_their_own_order() -> None:
    document = read(STUDY)
    assert [arm.interventions for arm in document.arms] == [(1, 0), (1,)]
    assert [text_of(document, item.name) for item in document.interventions] == ["One: liquid", "Two"]
    assert document.arms[1].type == "ACTIVE_COMPARATOR"


def test_outcomes_keep_rank_and_parts() -> None:
    document = read(STUDY)
    assert [(item.rank, text_of(document, item.measure)) for item in document.outcomes] == [
        ("primary", "PFS"),
        ("other", "OS"),
    ]
    assert text_of(document, document.outcomes[0].time_frame) == "1 year"
    assert document.outcomes[1].time_frame is None


def test_plain_facts() -> None:
    document = read(STUDY)
    registry = document.registry
    assert (document.id, document.phases, document.enrollment) == ("NCT99000911", ("PHASE1", "PHASE2"), 56)
    assert registry.countries == ("China", "Spain")
    assert (registry.start, registry.completion, registry.has_results) == ("2024-05", "2027-01-01", True)
    assert registry.other_ids == ("EX-1", "2020-000001-01")
    assert (registry.sponsor, registry.collaborators, registry.acronym) == ("A Sponsor", ("A Partner",), "INVENT")


@pytest.mark.parametrize("place", list(places(STUDY)), ids=lambda place: ".".join(map(str, place)))
def test_a_null_is_absent_and_never_a_crash(place: tuple[str | int, ...]) -> None:
    required = {("protocolSection",), ("protocolSection", "identificationModule")}
    if place in required or place[-1] == "nctId":
        with pytest.raises(BadRecordError, match="no id"):
            read(changed(place, None))
    else:
        assert read(changed(place, None)).id == "NCT99000911"


# Values of the record that the readers do not use: their type is nobody's business.
UNREAD = {"city"}


@pytest.mark.parametrize("place", list(places(STUDY)), ids=lambda place: ".".join(map(str, place)))
def test_a_wrong_type_names_its_field(place: tuple[str | int, ...]) -> None:
    if place[-1] in UNREAD:
        assert read(changed(place, 3.5)).id == "NCT99000911"
        return
    with pytest.raises(BadRecordError) as caught:
        read(changed(place, 3.5))
    names = [key for key in place if isinstance(key, str) and key != "protocolSection"] or ["protocolSection"]
    assert caught.value.field is not None
    assert names[-1] in caught.value.field


def test_a_record_without_any_title_is_refused() -> None:
    study = changed(("protocolSection", "identificationModule", "briefTitle"), " ")
    del study["protocolSection"]["identificationModule"]["officialTitle"]
    with pytest.raises(BadRecordError, match="no title"):
        read(study)


def test_the_hash_knows_no_order_of_keys_but_every_value() -> None:
    turned = {"hasResults": True, "protocolSection": dict(reversed(STUDY["protocolSection"].items()))}
    assert read(turned).content_hash == read(STUDY).content_hash
    assert read(changed(("hasResults",), False)).content_hash != read(STUDY).content_hash  # noqa: FBT003


@pytest.mark.parametrize(
    "derived", [{"miscInfoModule": {"versionHolder": "2026-02-01"}}, {"miscInfoModule": 1}, 1, None]
)
def test_the_day_of_the_registrys_release_does_not_count(derived: object) -> None:
    study = {**STUDY, "derivedSection": derived}
    anew = {**STUDY, "derivedSection": {"miscInfoModule": {"versionHolder": "2026-02-02"}}}
    same = isinstance(derived, dict) and isinstance(derived["miscInfoModule"], dict)
    assert (read(study).content_hash == read(anew).content_hash) == same


def test_too_much_text_is_refused_with_the_section_that_went_over() -> None:
    with pytest.raises(BadRecordError, match="longer than a record may be") as caught:
        read_study(STUDY, "file.json", Limits(record_chars=80))
    assert caught.value.field == "descriptionModule.briefSummary"
