"""What the layouts of ontologies (OBO, OBO Graphs, OWL) share: whose ontology it is, and the kind of its terms."""

import re
from collections.abc import Iterable

from ontology.importers.model import ImportedKind, Release
from ontology.importers.semantic import kind_of

KINDS = {"mondo": ImportedKind.DISEASE, "doid": ImportedKind.DISEASE, "chebi": ImportedKind.CHEMICAL}
"""NCIt says the kind of each concept by its semantic types; these hold one kind of thing."""

SEMANTIC_TYPE = ("NCIT:P106", "http://purl.obolibrary.org/obo/NCIT_P106")
_OWNER = re.compile(r"(?:^ontology: |/obo/)(mondo|doid|chebi|ncit)\b", re.IGNORECASE | re.MULTILINE)
_NCI_OWL = "ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"
_TERM = re.compile(r"\b(MONDO|DOID|CHEBI|NCIT)[:_]C?\d+")
_VERSION = re.compile(
    r'^data-version: (\S+)|"version"\s*:\s*"([^"]+)"|versionIRI rdf:resource="([^"]+)"|<owl:versionInfo[^>]*>([^<]+)<',
    re.MULTILINE,
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def owner(head: str) -> str | None:
    """The source that the head of an ontology's file speaks of: its own IRI, else the first term's prefix."""
    if _NCI_OWL in head:
        return "ncit"
    found = _OWNER.search(head) or _TERM.search(head)
    return found[1].lower() if found else None


def release(head: str) -> Release:
    """The version that the head gives, and the date in it."""
    found = _VERSION.search(head)
    version = next((text for text in found.groups() if text), "") if found else ""
    date = _DATE.search(version)
    return Release(version, date[0] if date else "")


def kind(source: str, semantic_types: Iterable[str]) -> ImportedKind:
    """The kind of a term of this source."""
    return KINDS.get(source) or kind_of(semantic_types)
