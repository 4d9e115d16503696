"""Bring an official file into a store: its terms as SKOS in a named graph of their own, with where they came from.

The graph is written in parts, so a file of any size fits. Nothing is published before the last row was read: a file
that is broken in its middle leaves what was there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from graph.store import Store
from graph.triples import Triple, boolean, date, integer, ref, string, to_ntriples, typed
from graph.vocabulary_sources import imports
from ontology import iri
from ontology import terms as tg
from ontology.importers.files import VocabularyFile
from ontology.importers.layouts import choose, sources
from ontology.importers.model import BadRow, ImportedTerm, Layout, Release
from ontology.iri import BASE, NAMESPACES

IMPORTER_VERSION = "2"
"""Changes whenever the same file could give other triples; the file is then imported again."""

PART_BYTES = 24_000_000
"""Triples are handed to the engine in parts of about this size. Each part is a file that the engine merges with the
others, so many small ones make the time grow faster than the rows; with these, memory stays well below 1 GB."""

PROGRESS_EVERY = 2000

RDF_TYPE = NAMESPACES["rdf"] + "type"
SKOS, DCTERMS, PROV, VOID = (NAMESPACES[name] for name in ("skos", "dcterms", "prov", "void"))
CONCEPT, LABEL, SYNONYM, BROADER, MATCH = (
    SKOS + name for name in ("Concept", "prefLabel", "altLabel", "broader", "closeMatch")
)
RELATED, NOTE = SKOS + "related", SKOS + "note"
DEPRECATED, VERSION = NAMESPACES["owl"] + "deprecated", NAMESPACES["owl"] + "versionInfo"


@dataclass(frozen=True, slots=True)
class Request:
    """What to import.

    Args:
        file: the official file.
        origin: what to record as its place: a URL, or the file's name.
        source: the source that the caller says it is of; told from the content if None.
        release: the version that the caller gives; what the file says if empty.
    """

    file: VocabularyFile
    origin: str
    source: str | None = None
    release: str = ""


@dataclass(slots=True)
class Tally:
    """Counts while a file is read; `bad` has the first rows that were left out."""

    terms: int = 0
    left_out: int = 0
    bad: list[BadRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it; `unchanged` where the store has this very file already."""

    source: str
    layout: str
    release: Release
    unchanged: bool
    tally: Tally


def import_file(request: Request, store: Store, progress: Callable[[int], None] = lambda _count: None) -> Imported:
    """Put the terms of a file in place of what the store has of its source.

    Raises:
        UsageError: there is no such source.
        VocabularyError: the file is none that is known, broken, or without a single term.
        StoreError: the store cannot be written.
    """
    layout, source = choose(request.file, request.source)
    release = _release(request, layout)
    digest, reader_version = request.file.digest(), f"{layout.name}/{IMPORTER_VERSION}"
    tally = Tally()
    with store.writer() as writer:
        known = imports(writer).get(source)
        same = known is not None and (known.digest, known.importer) == (digest, reader_version)
        if same and (not request.release or (known and known.version == request.release)):
            return Imported(source, layout.name, release, unchanged=True, tally=tally)
        about = _About(request, source, release, digest, reader_version)
        writer.replace_graph_in_parts(iri.vocabulary_graph(source), _parts(about, layout, tally, progress))
    return Imported(source, layout.name, release, unchanged=False, tally=tally)


@dataclass(frozen=True, slots=True)
class _About:
    request: Request
    source: str
    release: Release
    digest: str
    importer: str


def _release(request: Request, layout: Layout) -> Release:
    found = layout.release(request.file.head())
    return Release(request.release, found.date) if request.release else found


def _parts(about: _About, layout: Layout, tally: Tally, progress: Callable[[int], None]) -> Iterator[bytes]:
    """The graph in parts; the description of the whole comes last."""
    lines: list[bytes] = []
    size = 0
    for row in layout.read(about.request.file, about.source):
        if isinstance(row, BadRow):
            tally.left_out += 1
            tally.bad[3:] = ()
            tally.bad.append(row)
            continue
        tally.terms += 1
        lines.append(to_ntriples(term_triples(row)))
        size += len(lines[-1])
        if size >= PART_BYTES:
            yield b"".join(lines)
            lines, size = [], 0
        if tally.terms % PROGRESS_EVERY == 0:
            progress(tally.terms)
    if not tally.terms:
        raise about.request.file.error("the file holds not a single term")
    yield b"".join(lines) + to_ntriples(_description(about, tally, datetime.now(UTC)))


def term_triples(term: ImportedTerm) -> Iterator[Triple]:
    """One term: its names, its hierarchy, its cross-references, in the source's own IRIs."""
    node = iri.expand(term.curie)
    if node is None:
        return
    yield Triple(node, RDF_TYPE, ref(CONCEPT))
    yield Triple(node, tg.TERM_KIND, string(term.kind))
    if term.label:
        yield Triple(node, LABEL, string(term.label))
    for name in term.synonyms:
        yield Triple(node, SYNONYM, string(name))
    for note in term.notes:
        yield Triple(node, NOTE, string(note))
    for predicate, curies in ((BROADER, term.parents), (MATCH, term.xrefs), (RELATED, term.targets)):
        for curie in curies:
            if (other := iri.expand(curie)) and other != node:
                yield Triple(node, predicate, ref(other))
    if term.obsolete:
        yield Triple(node, DEPRECATED, boolean(value=True))


def _description(about: _About, tally: Tally, moment: datetime) -> Iterator[Triple]:
    """The graph as a VoID dataset, the file that it came from, and the import, as PROV has it."""
    graph, known = iri.vocabulary_graph(about.source), sources()[about.source]
    file = iri.node(graph, "file", about.digest[:12])
    activity = BASE + "import/" + iri.encode(f"{about.source}-{moment.strftime('%Y%m%dT%H%M%S.%fZ')}")
    yield Triple(graph, RDF_TYPE, ref(VOID + "Dataset"))
    yield Triple(graph, RDF_TYPE, ref(SKOS + "ConceptScheme"))
    yield Triple(graph, DCTERMS + "title", string(known.title))
    yield Triple(graph, DCTERMS + "identifier", string(known.id))
    yield Triple(graph, DCTERMS + "license", ref(known.licence))
    yield Triple(graph, DCTERMS + "source", ref(known.homepage))
    yield Triple(graph, VOID + "entities", integer(tally.terms))
    yield Triple(graph, PROV + "wasDerivedFrom", ref(file))
    yield Triple(graph, PROV + "wasGeneratedBy", ref(activity))
    if about.release.version:
        yield Triple(graph, VERSION, string(about.release.version))
    if about.release.date:
        yield Triple(graph, DCTERMS + "issued", date(about.release.date))
    yield Triple(file, RDF_TYPE, ref(PROV + "Entity"))
    yield Triple(file, DCTERMS + "source", string(about.request.origin))
    yield Triple(file, tg.FILE_DIGEST, string(about.digest))
    yield Triple(activity, RDF_TYPE, ref(PROV + "Activity"))
    yield Triple(activity, PROV + "used", ref(file))
    yield Triple(activity, PROV + "endedAtTime", typed(moment.isoformat(), "dateTime"))
    yield Triple(activity, tg.IMPORTER_VERSION, string(about.importer))
