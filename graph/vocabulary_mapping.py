"""The built-in vocabulary as SKOS: terms, names, hierarchy and identifiers, each with the source row that it came from.

All of it goes to the vocabulary graph. A term says its own source (`dcterms:source`); what another row gave it (a
name, an identifier) is listed by one `tg:VocabularyStatement` for each such row, so that sources stay reachable at
the price of one triple a name.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol, TypeVar

from graph.triples import Triple, boolean, ref, string
from ontology import iri
from ontology import terms as tg
from ontology.iri import NAMESPACES, VOCABULARY_GRAPH, Kind
from ontology.model import Condition, Drug, DrugClass, Endpoint, Name, NameForm, Vocabulary, Xref

SKOS, DCTERMS = NAMESPACES["skos"], NAMESPACES["dcterms"]
TYPE = NAMESPACES["rdf"] + "type"
PREFERRED, ALTERNATIVE, HIDDEN = (SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel"))
BROADER, EXACT_MATCH, NOTATION = (SKOS + name for name in ("broader", "exactMatch", "notation"))
SOURCE, REPLACED_BY = DCTERMS + "source", DCTERMS + "isReplacedBy"
DEPRECATED = NAMESPACES["owl"] + "deprecated"
VERSION = NAMESPACES["owl"] + "versionInfo"


T = TypeVar("T")


class Named(Protocol):
    """What every kind of term has."""

    @property
    def id(self) -> str:
        """The id inside its kind."""

    @property
    def names(self) -> tuple[Name, ...]:
        """Its surface forms."""

    @property
    def xrefs(self) -> tuple[Xref, ...]:
        """Its external identifiers."""

    @property
    def source(self) -> str:
        """The row or rule that made it a term."""


def vocabulary_triples(vocabulary: Vocabulary) -> Iterator[Triple]:
    """Every triple of the vocabulary graph, tables in order, terms by id."""
    yield from _dataset(vocabulary)
    for drug in _by_id(vocabulary.drugs):
        yield from _drug(drug)
    for drug_class in _by_id(vocabulary.classes):
        yield from _class(drug_class)
    for target in _by_id(vocabulary.targets):
        yield from _term(Kind.TARGET, tg.TARGET, target, target.label)
    for condition in _by_id(vocabulary.conditions):
        yield from _condition(condition)
    for endpoint in _by_id(vocabulary.endpoints):
        yield from _endpoint(endpoint)


def _by_id(terms: Mapping[str, T]) -> Iterator[T]:
    return (terms[key] for key in sorted(terms))


def _dataset(vocabulary: Vocabulary) -> Iterator[Triple]:
    yield Triple(VOCABULARY_GRAPH, TYPE, ref(SKOS + "ConceptScheme"))
    yield Triple(VOCABULARY_GRAPH, tg.VOCABULARY_DIGEST, string(vocabulary.digest))
    if vocabulary.version:
        yield Triple(VOCABULARY_GRAPH, VERSION, string(vocabulary.version))


def _drug(drug: Drug) -> Iterator[Triple]:
    node = iri.thing(Kind.DRUG, drug.id)
    if drug.replaced_by:
        yield Triple(node, REPLACED_BY, ref(iri.thing(Kind.DRUG, drug.replaced_by)))
        yield Triple(node, DEPRECATED, boolean(value=True))
        yield Triple(node, SOURCE, string(drug.source))
        return
    yield from _term(Kind.DRUG, tg.DRUG, drug, drug.name)
    yield Triple(node, tg.INTERVENTION_TYPE, string(drug.type))
    yield Triple(node, tg.MOLECULE, string(drug.molecule))
    yield Triple(node, tg.PURPOSE, string(drug.purpose))
    for target in drug.targets:
        yield Triple(node, tg.HAS_TARGET, ref(iri.thing(Kind.TARGET, target)))
    for identifier in drug.classes:
        yield Triple(node, tg.HAS_CLASS, ref(iri.thing(Kind.CLASS, identifier)))


def _class(drug_class: DrugClass) -> Iterator[Triple]:
    node = iri.thing(Kind.CLASS, drug_class.id)
    yield from _term(Kind.CLASS, tg.DRUG_CLASS, drug_class, drug_class.label)
    yield Triple(node, tg.INTERVENTION_TYPE, string(drug_class.type))
    for parent in dict.fromkeys(drug_class.parents):
        yield Triple(node, BROADER, ref(iri.thing(Kind.CLASS, parent)))
    for target in drug_class.targets:
        yield Triple(node, tg.HAS_TARGET, ref(iri.thing(Kind.TARGET, target)))


def _condition(condition: Condition) -> Iterator[Triple]:
    node = iri.thing(Kind.CONDITION, condition.id)
    yield from _term(Kind.CONDITION, tg.CONDITION, condition, condition.name)
    for parent in dict.fromkeys(condition.parents):
        yield Triple(node, BROADER, ref(iri.thing(Kind.CONDITION, parent)))
    if condition.stage:
        yield Triple(node, tg.STAGE, string(condition.stage))


def _endpoint(endpoint: Endpoint) -> Iterator[Triple]:
    yield from _term(Kind.ENDPOINT, tg.ENDPOINT, endpoint, endpoint.label)
    yield Triple(iri.thing(Kind.ENDPOINT, endpoint.id), NOTATION, string(endpoint.id))


def _term(kind: Kind, type_iri: str, term: Named, label: str) -> Iterator[Triple]:
    """What every kind of term has: type, label, names, identifiers, sources."""
    node = iri.thing(kind, term.id)
    yield Triple(node, TYPE, ref(type_iri))
    yield Triple(node, PREFERRED, string(label))
    yield Triple(node, SOURCE, string(term.source))
    for text, form in {name.text: name.form for name in term.names if name.text != label}.items():
        yield Triple(node, HIDDEN if form is NameForm.MISSPELLING else ALTERNATIVE, string(text))
    for match in dict.fromkeys(found for xref in term.xrefs if (found := iri.expand(xref.curie))):
        yield Triple(node, EXACT_MATCH, ref(match))
    yield from _statements(node, term)


def _statements(node: str, term: Named) -> Iterator[Triple]:
    """One statement node for each source row that is not the term's own; numbered by the order of the sources."""
    said: dict[str, dict[str, None]] = {}
    for name in term.names:
        if name.source and name.source != term.source:
            said.setdefault(name.source, {})[string(name.text)] = None
    for xref in term.xrefs:
        if found := iri.expand(xref.curie):
            said.setdefault(xref.source, {})[ref(found)] = None
    for number, source in enumerate(sorted(said), 1):
        statement = iri.node(node, "statement", number)
        yield Triple(statement, TYPE, ref(tg.VOCABULARY_STATEMENT))
        yield Triple(statement, tg.ABOUT, ref(node))
        yield Triple(statement, SOURCE, string(source))
        for value in said[source]:
            yield Triple(statement, tg.STATES, value)
