"""The registry's plain facts of an API v2 study: status, dates, sponsor, places, people, design."""

from extract.model import Registry
from extract.sources.fields import Node, module, modules, text, texts

_REAL_PHASES = frozenset({"EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4"})


def phases(design: Node) -> tuple[str, ...]:
    """The phases; `NA` (a trial without phase) is none."""
    return tuple(value for _, value in texts(design, "phases", "designModule") if value in _REAL_PHASES)


def registry(protocol: Node, *, has_results: bool | None) -> Registry:
    """All plain facts, as the registry writes them."""
    status = module(protocol, "statusModule", "")
    people = module(protocol, "eligibilityModule", "")
    sponsors = module(protocol, "sponsorCollaboratorsModule", "")
    design = module(protocol, "designModule", "")
    info = module(design, "designInfo", "designModule")
    info_path = "designModule.designInfo"
    return Registry(
        status=text(status, "overallStatus", "statusModule"),
        start=_date(status, "startDateStruct"),
        primary_completion=_date(status, "primaryCompletionDateStruct"),
        completion=_date(status, "completionDateStruct"),
        first_posted=_date(status, "studyFirstPostDateStruct"),
        last_update=last_update(status),
        sponsor=_sponsor(sponsors),
        collaborators=_collaborators(sponsors),
        countries=_countries(protocol),
        sex=text(people, "sex", "eligibilityModule"),
        minimum_age=text(people, "minimumAge", "eligibilityModule"),
        maximum_age=text(people, "maximumAge", "eligibilityModule"),
        study_type=text(design, "studyType", "designModule"),
        allocation=text(info, "allocation", info_path),
        intervention_model=text(info, "interventionModel", info_path),
        masking=text(module(info, "maskingInfo", info_path), "masking", f"{info_path}.maskingInfo"),
        purpose=text(info, "primaryPurpose", info_path),
        acronym=text(module(protocol, "identificationModule", ""), "acronym", "identificationModule"),
        other_ids=_other_ids(module(protocol, "identificationModule", "")),
        has_results=has_results,
    )


def last_update(status: Node) -> str | None:
    """The day of the newest version, of a study's status module."""
    return _date(status, "lastUpdatePostDateStruct")


def _date(status: Node, key: str) -> str | None:
    return text(module(status, key, "statusModule"), "date", f"statusModule.{key}")


def _sponsor(sponsors: Node) -> str | None:
    path = "sponsorCollaboratorsModule"
    return text(module(sponsors, "leadSponsor", path), "name", f"{path}.leadSponsor")


def _collaborators(sponsors: Node) -> tuple[str, ...]:
    named = modules(sponsors, "collaborators", "sponsorCollaboratorsModule")
    return tuple(name for path, item in named if (name := text(item, "name", path)))


def _countries(protocol: Node) -> tuple[str, ...]:
    """Each once, in the order of the record's locations."""
    path = "contactsLocationsModule"
    places = modules(module(protocol, path, ""), "locations", path)
    return tuple(dict.fromkeys(name for place, item in places if (name := text(item, "country", place))))


def _other_ids(identity: Node) -> tuple[str, ...]:
    """The sponsor's own id, the secondary ids, and NCT ids that this record replaced; each once."""
    path = "identificationModule"
    own = text(module(identity, "orgStudyIdInfo", path), "id", f"{path}.orgStudyIdInfo")
    secondary = [text(item, "id", place) for place, item in modules(identity, "secondaryIdInfos", path)]
    aliases = [value for _, value in texts(identity, "nctIdAliases", path)]
    return tuple(dict.fromkeys(value for value in [own, *secondary, *aliases] if value))
