"""Link all things of a store to all that was imported, and put the links in a graph of their own."""

from collections.abc import Callable, Container, Iterator, Sequence

from graph.links.candidates import candidates, wanted
from graph.links.decide import decide
from graph.links.entities import entities
from graph.links.model import Linked, Mapping
from graph.store import Reader, Store
from graph.triples import Triple, integer, ref, string, to_ntriples
from graph.vocabulary_sources import ImportRecord, imports, stored_terms
from ontology import iri
from ontology.errors import NotFoundError
from ontology.iri import NAMESPACES

LINKS_GRAPH = iri.vocabulary_graph("links")
LINKER_VERSION = "2"

RDF_TYPE = NAMESPACES["rdf"] + "type"
EXACT, CLOSE = NAMESPACES["skos"] + "exactMatch", NAMESPACES["skos"] + "closeMatch"
VOID, PROV, DCTERMS = NAMESPACES["void"], NAMESPACES["prov"], NAMESPACES["dcterms"]


def link(store: Store, doubtful: Container[str], progress: Callable[[str], None]) -> list[Linked]:
    """Every thing's outcome with every imported source; the links are in the store afterwards.

    Args:
        store: where to read and write.
        doubtful: normalised names that need context, and so link nothing on their own.
        progress: told of each source as it is begun.

    Raises:
        NotFoundError: nothing was imported, or there is no store.
        StoreError: the store cannot be written.
    """
    with store.reader() as reader:
        sources = imports(reader)
        if not sources:
            raise NotFoundError("no vocabulary is imported", hint="trialgraph vocab import FILE")
        outcomes = list(outcomes_of(reader, sources, doubtful, progress))
    with store.writer() as writer:
        writer.replace_graph(LINKS_GRAPH, to_ntriples(link_triples(outcomes, list(sources.values()))))
    return outcomes


def outcomes_of(
    reader: Reader, sources: dict[str, ImportRecord], doubtful: Container[str], progress: Callable[[str], None]
) -> Iterator[Linked]:
    """The outcomes, source by source."""
    every = entities(reader)
    things = [every[key] for key in sorted(every)]
    asked = wanted(things, doubtful)
    for source in sources:
        progress(source)
        yield from decide(things, source, candidates(stored_terms(reader, source), asked))


def mappings_of(outcomes: Sequence[Linked]) -> list[Mapping]:
    """All links of all outcomes."""
    return [mapping for outcome in outcomes for mapping in outcome.mappings]


def link_triples(outcomes: Sequence[Linked], sources: Sequence[ImportRecord]) -> Iterator[Triple]:
    """The links as SKOS, and what they were made from; the same outcomes always give the same triples."""
    mappings = mappings_of(outcomes)
    yield Triple(LINKS_GRAPH, RDF_TYPE, ref(VOID + "Linkset"))
    yield Triple(LINKS_GRAPH, DCTERMS + "title", string("Links to imported vocabularies"))
    yield Triple(LINKS_GRAPH, VOID + "entities", integer(len(mappings)))
    yield Triple(LINKS_GRAPH, NAMESPACES["owl"] + "versionInfo", string(f"linker {LINKER_VERSION}"))
    for record in sources:
        yield Triple(LINKS_GRAPH, PROV + "wasDerivedFrom", ref(record.graph))
    for mapping in mappings:
        yield Triple(mapping.entity.iri, EXACT if mapping.exact else CLOSE, ref(mapping.candidate.term))
