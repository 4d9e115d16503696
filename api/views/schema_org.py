"""Our things in schema.org's words (health and life sciences), as a page embeds them for search engines."""

from collections.abc import Mapping
from typing import Any

from ontology import iri

CONTEXT = "https://schema.org"
TYPES = {
    "drug": "Drug",
    "class": "DrugClass",
    "target": "DefinedTerm",
    "condition": "MedicalCondition",
    "endpoint": "DefinedTerm",
}
# schema.org's MedicalStudyStatus, where it has the registry's word.
STATUS = {
    "ACTIVE_NOT_RECRUITING": "ActiveNotRecruiting",
    "COMPLETED": "Completed",
    "ENROLLING_BY_INVITATION": "EnrollingByInvitation",
    "NOT_YET_RECRUITING": "NotYetRecruiting",
    "RECRUITING": "Recruiting",
    "SUSPENDED": "Suspended",
    "TERMINATED": "Terminated",
    "WITHDRAWN": "Withdrawn",
}


def trial_schema(trial: Mapping[str, Any]) -> dict[str, Any]:
    """A trial as `MedicalTrial`: only what the record says."""
    registry = trial["registry"]
    value: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "MedicalTrial",
        "@id": iri.trial(trial["id"]),
        "identifier": trial["id"],
        "name": trial["title"],
        "healthCondition": [{"@type": "MedicalCondition", "name": one["name"]} for one in trial["conditions"]],
        "studySubject": [
            {"@type": "Drug", "name": one["name"]}
            for one in trial["interventions"]
            if one["role"] == "experimental" and one["purpose"] == "treatment"
        ],
        "studyLocation": [{"@type": "Country", "name": name} for name in registry["countries"]],
    }
    if registry["status"] in STATUS:
        value["status"] = f"{CONTEXT}/{STATUS[registry['status']]}"
    if registry["sponsor"]:
        value["sponsor"] = {"@type": "Organization", "name": registry["sponsor"]}
    return {key: found for key, found in value.items() if found}


def thing_schema(thing: Mapping[str, Any]) -> dict[str, Any]:
    """A drug, class, target, condition or endpoint with its names and identifiers."""
    names = [one["name"] for one in thing.get("names", ()) if one["name"] != thing["name"]]
    value = {
        "@context": CONTEXT,
        "@type": TYPES[thing["kind"]],
        "@id": thing["iri"],
        "name": thing["name"],
        "identifier": [xref["curie"] for xref in thing.get("xrefs", ())],
        "alternateName": list(dict.fromkeys(names))[:50],
        "sameAs": [xref["iri"] for xref in thing.get("xrefs", ()) if xref["iri"]],
    }
    if thing["kind"] == "drug":
        value["drugClass"] = [{"@type": "DrugClass", "name": one["name"]} for one in thing.get("classes", ())]
    return {key: found for key, found in value.items() if found}
