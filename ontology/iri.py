"""The only place where IRIs are minted and parsed: our own things, our graphs, and the world's identifiers.

Our things live under `BASE` as `{kind}/{id}` and, inside a trial, `trial/{id}/{path}`. Ids are percent-encoded
(RFC 3986, section 2.1), so that any string is an id and every IRI parses back to it. External identifiers are CURIEs;
their IRIs come from `prefixes.json`, which `scripts/prefixes.py` writes from Bioregistry.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from urllib.parse import quote, unquote

import curies

TG = "https://w3id.org/trialgraph/ontology#"
BASE = "https://w3id.org/trialgraph/"
GRAPHS = BASE + "graph/"

VOCABULARY_GRAPH = GRAPHS + "vocabulary"
DERIVED_GRAPH = GRAPHS + "derived"
PROVENANCE_GRAPH = GRAPHS + "provenance"

NAMESPACES: Mapping[str, str] = MappingProxyType(
    {
        "tg": TG,
        "trial": BASE + "trial/",
        "drug": BASE + "drug/",
        "class": BASE + "class/",
        "target": BASE + "target/",
        "condition": BASE + "condition/",
        "endpoint": BASE + "endpoint/",
        "graph": GRAPHS,
        "dcterms": "http://purl.org/dc/terms/",
        "oa": "http://www.w3.org/ns/oa#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "void": "http://rdfs.org/ns/void#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""Prefixes for queries and for serialised output."""


class Kind(StrEnum):
    """The kinds of thing that have an IRI of their own; the value is the first path segment."""

    TRIAL = "trial"
    DRUG = "drug"
    CLASS = "class"
    TARGET = "target"
    CONDITION = "condition"
    ENDPOINT = "endpoint"


@dataclass(frozen=True, slots=True)
class Thing:
    """What one of our IRIs stands for; `path` is empty for the thing itself, else the fact inside its namespace."""

    kind: Kind
    id: str
    path: tuple[str, ...] = ()

    @property
    def iri(self) -> str:
        """The IRI that parses back to this value."""
        return node(thing(self.kind, self.id), *self.path)


_DOTS = re.compile(r"~*\.{1,2}")
_LOCAL = "-._~:@!$'()*+,;=/"
_SEPARATORS = re.compile(r"[\W_]+")


@lru_cache(maxsize=100_000)
def encode(identifier: str) -> str:
    """One path segment for any non-empty string; `decode` turns it back.

    `.` and `..` would vanish when an IRI is resolved (RFC 3986, section 5.2.4), so they get a `~` in front.

    Raises:
        ValueError: the identifier is empty or holds a lone surrogate.
    """
    if not identifier:
        raise ValueError("an identifier must not be empty")
    return quote("~" + identifier if _DOTS.fullmatch(identifier) else identifier, safe="")


def decode(segment: str) -> str:
    """The identifier that `encode` made this path segment from."""
    identifier = unquote(segment, errors="strict")
    return identifier[1:] if identifier.startswith("~") and _DOTS.fullmatch(identifier) else identifier


def slug(name: str) -> str:
    """A readable id for a name that no table knows: folded case, words joined by hyphens.

    A name without a letter or digit gets the first 12 hex digits of its SHA-256.
    """
    words = _SEPARATORS.sub("-", unicodedata.normalize("NFKC", name).casefold()).strip("-")
    return words or hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def thing(kind: Kind | str, identifier: str) -> str:
    """The IRI of a thing: `thing("drug", "anlotinib")`."""
    return f"{BASE}{kind}/{encode(identifier)}"


def trial(identifier: str) -> str:
    """The IRI of a trial, which is also the namespace of all that its record says."""
    return thing(Kind.TRIAL, identifier)


def node(owner: str, *path: str | int) -> str:
    """The IRI of a part of a thing: `node(trial("NCT1"), "regimen", 2)` is `.../trial/NCT1/regimen/2`."""
    return "/".join((owner, *(encode(str(step)) for step in path)))


def term(path: str) -> str:
    """The IRI of a vocabulary term that is written as `kind/id`.

    Raises:
        ValueError: the kind is not one of ours.
    """
    kind, _, identifier = path.partition("/")
    return thing(Kind(kind), identifier)


def parse(iri: str) -> Thing | None:
    """What one of our IRIs stands for; None for anything else, graphs and ontology terms included."""
    if not iri.startswith(BASE):
        return None
    kind, *segments = iri.removeprefix(BASE).split("/")
    if kind not in set(Kind) or not segments or not all(segments):
        return None
    try:
        identifier, *path = map(decode, segments)
    except UnicodeDecodeError:
        return None
    return Thing(Kind(kind), identifier, tuple(path))


def identifier(iri: str) -> str:
    """The id in one of our IRIs; anything else as it is."""
    found = parse(iri)
    return found.id if found else iri


def trial_graph(identifier: str) -> str:
    """The named graph of a trial's facts."""
    return f"{GRAPHS}trial/{encode(identifier)}"


def quarantine_graph(identifier: str) -> str:
    """The named graph of a trial that broke a shape, with its report."""
    return f"{GRAPHS}quarantine/{encode(identifier)}"


def vocabulary_graph(source: str | None = None) -> str:
    """The graph of the built-in vocabulary, or of one imported source."""
    return VOCABULARY_GRAPH if source is None else f"{VOCABULARY_GRAPH}/{encode(source)}"


def trial_of_graph(iri: str) -> str | None:
    """The trial id of a trial's or a quarantine graph; None for any other graph."""
    for prefix in (f"{GRAPHS}trial/", f"{GRAPHS}quarantine/"):
        if iri.startswith(prefix) and len(iri) > len(prefix):
            return decode(iri.removeprefix(prefix))
    return None


def is_owned_graph(iri: str) -> bool:
    """Whether only `build` and `vocab` may write this graph: all that lies under `graph/`."""
    return iri == GRAPHS.rstrip("/") or iri.startswith(GRAPHS)


def is_default_graph_part(iri: str) -> bool:
    """Whether a graph's triples belong to the default graph: trial, vocabulary and derived graphs."""
    is_vocabulary = iri == VOCABULARY_GRAPH or iri.startswith(VOCABULARY_GRAPH + "/")
    return iri == DERIVED_GRAPH or is_vocabulary or iri.startswith(GRAPHS + "trial/")


@cache
def converter() -> curies.Converter:
    """CURIE to IRI and back for every external identifier that we write."""
    records = json.loads((files("ontology") / "prefixes.json").read_text(encoding="utf-8"))
    return curies.Converter([curies.Record(**record) for record in records])


@cache
def _prefix_map() -> Mapping[str, str]:
    """Every prefix and its synonyms to its namespace; curies makes this anew at each call."""
    return dict(converter().prefix_map)


@lru_cache(maxsize=100_000)
def expand(curie: str) -> str | None:
    """The IRI of a CURIE as its owner publishes it, or None where the prefix is not in the map."""
    prefix, _, identifier = curie.partition(":")
    namespace = _prefix_map().get(prefix)
    return f"{namespace}{quote(identifier, safe=_LOCAL)}" if namespace and identifier else None


def compress(iri: str) -> str | None:
    """The CURIE of an external IRI, in any of its known forms, or None."""
    curie = converter().compress(iri)
    return unquote(curie) if curie else None
