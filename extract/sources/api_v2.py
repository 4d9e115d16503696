"""One study of the registry's API v2 to a `Document`.

Source: ClinicalTrials.gov API v2, "Study Data Structure". Section names are module paths under `protocolSection`.
Texts are kept exactly as they stand in the JSON.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import orjson

from extract.model import (
    ArmItem,
    Document,
    Heading,
    InterventionItem,
    OutcomeItem,
    SectionKind,
    SourceFormat,
    Span,
)
from extract.sources.fields import Node, flag, join, module, modules, text, texts, whole_number
from extract.sources.limits import BadRecordError, Limits
from extract.sources.registry_v2 import last_update, phases, registry
from extract.sources.sections import SectionList, checked_id, digest

_ID_FIELD = "identificationModule.nctId"
_SINGLE_TEXTS = (
    ("identificationModule", "briefTitle", SectionKind.TITLE),
    ("identificationModule", "officialTitle", SectionKind.OFFICIAL_TITLE),
    ("identificationModule", "acronym", SectionKind.ACRONYM),
    ("descriptionModule", "briefSummary", SectionKind.SUMMARY),
    ("descriptionModule", "detailedDescription", SectionKind.DESCRIPTION),
)
_LATE_TEXTS = (
    ("eligibilityModule", "eligibilityCriteria", SectionKind.ELIGIBILITY),
    ("eligibilityModule", "studyPopulation", SectionKind.ELIGIBILITY),
    ("statusModule", "whyStopped", SectionKind.OTHER),
)
_OUTCOME_LISTS = (("primary", "primaryOutcomes"), ("secondary", "secondaryOutcomes"), ("other", "otherOutcomes"))


def is_study(value: object) -> bool:
    """Whether parsed JSON has the outer form of a study."""
    return isinstance(value, dict) and "protocolSection" in value


def read_heading(study: Node) -> Heading:
    """What tells one state of a study from another.

    Raises:
        BadRecordError: no id, a field of a wrong type, too deep nesting.
    """
    protocol = module(study, "protocolSection", "")
    identity = module(protocol, "identificationModule", "")
    record = checked_id(text(identity, "nctId", "identificationModule"), _ID_FIELD)
    with _named(record):
        updated = last_update(module(protocol, "statusModule", ""))
        return Heading(record, SourceFormat.API_V2, digest(content_of(study)), updated or "")


def read_study(study: Node, source: str, limits: Limits, heading: Heading | None = None) -> Document:
    """The document of one parsed study; its heading need not be read again where it is known.

    Raises:
        BadRecordError: no id or title, a field of a wrong type, too much text, too deep nesting.
    """
    known = heading or read_heading(study)
    with _named(known.id):
        return _document(study, known, source, limits)


@contextmanager
def _named(record: str) -> Iterator[None]:
    """Faults tell which record they are of."""
    try:
        yield
    except BadRecordError as error:
        error.record = record
        raise


def _document(study: Node, heading: Heading, source: str, limits: Limits) -> Document:
    protocol = module(study, "protocolSection", "")
    sections = SectionList(limits)
    _add_texts(sections, protocol, _SINGLE_TEXTS)
    _require_title(protocol)
    conditions = _add_list(sections, protocol, "conditions", SectionKind.CONDITIONS)
    keywords = _add_list(sections, protocol, "keywords", SectionKind.KEYWORDS)
    arms_module = module(protocol, "armsInterventionsModule", "")
    interventions = tuple(_interventions(sections, arms_module))
    arms = tuple(_arms(sections, arms_module, interventions))
    outcomes = tuple(_outcomes(sections, module(protocol, "outcomesModule", "")))
    _add_design(sections, protocol)
    _add_texts(sections, protocol, _LATE_TEXTS)
    design = module(protocol, "designModule", "")
    enrollment = module(design, "enrollmentInfo", "designModule")
    return Document(
        id=heading.id,
        format=heading.format,
        source=source,
        content_hash=heading.content_hash,
        sections=sections.done(),
        conditions=conditions,
        keywords=keywords,
        interventions=interventions,
        arms=arms,
        outcomes=outcomes,
        phases=phases(design),
        enrollment=whole_number(enrollment, "count", "designModule.enrollmentInfo"),
        registry=registry(protocol, has_results=flag(study, "hasResults", "")),
    )


def content_of(study: Node) -> bytes:
    """The whole study with sorted keys, so that the layout of the file does not count.

    `miscInfoModule.versionHolder` is left out: it is the day of the registry's own release, a new one every day in
    every record.

    Raises:
        BadRecordError: a value that JSON cannot hold.
    """
    try:
        return orjson.dumps(_undated(study), option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise BadRecordError(f"the record cannot be written back as JSON: {error}") from error


def _undated(study: Node) -> Node:
    derived = study.get("derivedSection")
    misc = derived.get("miscInfoModule") if isinstance(derived, dict) else None
    if not isinstance(derived, dict) or not isinstance(misc, dict):
        return study
    kept = {key: value for key, value in misc.items() if key != "versionHolder"}
    return {**study, "derivedSection": {**derived, "miscInfoModule": kept}}


def _require_title(protocol: Node) -> None:
    identity = module(protocol, "identificationModule", "")
    if not any(text(identity, key, "identificationModule") for key in ("briefTitle", "officialTitle")):
        raise BadRecordError("the record has no title", field="identificationModule.briefTitle")


def _add_texts(sections: SectionList, protocol: Node, wanted: tuple[tuple[str, str, SectionKind], ...]) -> None:
    for name, key, kind in wanted:
        sections.add(join(name, key), kind, text(module(protocol, name, ""), key, name))


def _add_design(sections: SectionList, protocol: Node) -> None:
    path = "designModule.designInfo"
    info = module(module(protocol, "designModule", ""), "designInfo", "designModule")
    key = "interventionModelDescription"
    sections.add(join(path, key), SectionKind.DESIGN, text(info, key, path))
    masking, key, path = module(info, "maskingInfo", path), "maskingDescription", join(path, "maskingInfo")
    sections.add(join(path, key), SectionKind.DESIGN, text(masking, key, path))


def _add_list(sections: SectionList, protocol: Node, key: str, kind: SectionKind) -> tuple[Span, ...]:
    path = "conditionsModule"
    spans = []
    for index, value in texts(module(protocol, path, ""), key, path):
        span = sections.add(f"{path}.{key}[{index}]", kind, value)
        if span:
            spans.append(span)
    return tuple(spans)


def _interventions(sections: SectionList, arms_module: Node) -> Iterator[InterventionItem]:
    for path, item in modules(arms_module, "interventions", "armsInterventionsModule"):
        name = sections.add(join(path, "name"), SectionKind.INTERVENTIONS, text(item, "name", path))
        described = text(item, "description", path)
        description = sections.add(join(path, "description"), SectionKind.INTERVENTION_DESCRIPTION, described)
        others = [
            sections.add(f"{path}.otherNames[{index}]", SectionKind.OTHER_NAME, value)
            for index, value in texts(item, "otherNames", path)
        ]
        if name:
            yield InterventionItem(
                type=text(item, "type", path),
                name=name,
                description=description,
                other_names=tuple(span for span in others if span),
                arm_labels=tuple(label for _, label in texts(item, "armGroupLabels", path)),
            )


def _arms(sections: SectionList, arms_module: Node, interventions: tuple[InterventionItem, ...]) -> Iterator[ArmItem]:
    names = _intervention_names(arms_module)
    for path, item in modules(arms_module, "armGroups", "armsInterventionsModule"):
        label_text = text(item, "label", path)
        label = sections.add(join(path, "label"), SectionKind.ARM_LABEL, label_text)
        described = text(item, "description", path)
        description = sections.add(join(path, "description"), SectionKind.ARM_DESCRIPTION, described)
        given = [value for _, value in texts(item, "interventionNames", path)]
        if label and label_text:
            yield ArmItem(
                label=label,
                type=text(item, "type", path),
                description=description,
                interventions=_given(given, label_text, names, interventions),
            )


def _intervention_names(arms_module: Node) -> dict[str, int]:
    """Name to index, for the interventions that have a name."""
    path = "armsInterventionsModule"
    named = [item for place, item in modules(arms_module, "interventions", path) if text(item, "name", place)]
    return {item["name"].strip().casefold(): index for index, item in reversed(list(enumerate(named)))}


def _given(
    given: list[str], label: str, names: dict[str, int], interventions: tuple[InterventionItem, ...]
) -> tuple[int, ...]:
    """Indexes of what an arm gives: as it lists them (`Drug: x`), then those that name the arm themselves."""
    listed = [names.get(value.split(":", 1)[-1].strip().casefold()) for value in given]
    naming = [index for index, item in enumerate(interventions) if label in item.arm_labels]
    return tuple(dict.fromkeys([index for index in listed if index is not None] + naming))


def _outcomes(sections: SectionList, outcomes_module: Node) -> Iterator[OutcomeItem]:
    for rank, key in _OUTCOME_LISTS:
        for path, item in modules(outcomes_module, key, "outcomesModule"):
            parts = [
                sections.add(join(path, part), SectionKind.OUTCOMES, text(item, part, path))
                for part in ("measure", "description", "timeFrame")
            ]
            if parts[0]:
                yield OutcomeItem(rank, parts[0], parts[1], parts[2])
