"""`trialgraph vocab` and `vocab show`: what is loaded, and what one term is."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

from pyoxigraph import Literal, NamedNode, QuerySolutions

from api.commands.common import complain, write_line
from api.errors import EXIT_DONE, EXIT_FAULT
from api.settings import Settings
from api.stores import open_store
from graph.ledger import vocabulary_version
from graph.store import Reader
from graph.vocabulary_sources import imports
from ontology import iri
from ontology.errors import NotFoundError
from ontology.importers import xrefs
from ontology.lookup import Term
from ontology.model import Condition, Drug, DrugClass, Name, NamedRegimen, Xref
from ontology.resolve import Resolver, build_resolver, kind_of
from ontology.tables import built_in

Said = Mapping[str, Sequence[str]]
"""What one imported vocabulary says of a term: values by property."""

PROPERTIES = {
    "prefLabel": "name", "altLabel": "synonym", "broader": "below", "closeMatch": "identifier",
    "related": "acts on", "note": "mechanism", "termKind": "kind", "deprecated": "retired",
}  # fmt: skip


def listing(settings: Settings) -> int:
    """Counts of the built-in vocabulary, what was imported, and which vocabulary the store was built with."""
    vocabulary = built_in()
    tables: Mapping[str, Mapping[str, object]] = {
        "drugs": vocabulary.drugs,
        "classes": vocabulary.classes,
        "targets": vocabulary.targets,
        "conditions": vocabulary.conditions,
        "endpoints": vocabulary.endpoints,
    }
    for name, terms in tables.items():
        write_line(f"{name:<12}{len(terms)}")
    write_line(f"{'stems':<12}{len(vocabulary.stems)}")
    write_line(f"{'digest':<12}{vocabulary.digest}")
    for line in _of_store(settings, vocabulary.digest):
        write_line(line)
    return EXIT_DONE


def _of_store(settings: Settings, digest: str) -> Iterator[str]:
    store = open_store(settings)
    try:
        with store.reader() as reader:
            found, imported = vocabulary_version(reader), imports(reader)
    except NotFoundError:
        yield f"{'store':<12}{store.location}: nothing built yet"
        return
    if found is None:
        yield f"{'store':<12}{store.location}: no vocabulary"
    else:
        same = "the same" if found[1].split("+")[0] == digest else f"another one ({found[1]}); build again"
        yield f"{'store':<12}{store.location}: {same}"
    for record in imported.values():
        dated = " ".join(text for text in (record.version, record.issued) if text) or record.digest[:12]
        yield f"{record.source:<12}{record.terms} terms, {dated}, read {record.imported[:10]}, licence {record.licence}"


def show(names: Sequence[str], settings: Settings) -> int:
    """What each name or identifier means; one that nothing has makes the exit code 1."""
    resolver = build_resolver(built_in())
    lines = {name: list(_lines(name, resolver, settings)) for name in names}
    for said in lines.values():
        for line in said:
            write_line(line)
    missing = [name for name, said in lines.items() if not said]
    for name in missing:
        complain(NotFoundError(f"no term is called `{name}`, and none has that identifier"))
    return EXIT_FAULT if missing else EXIT_DONE


def _lines(name: str, resolver: Resolver, settings: Settings) -> Iterator[str]:
    """The built-in terms first, then what imports say under their identifiers or under that name."""
    found = list(dict.fromkeys(_present(term, resolver) for term in resolver.find(name)))
    for term in found:
        yield from described(term)
    curies = [xref.curie for term in found for xref in _xrefs(term)] or [xrefs.curie(name) or ""]
    try:
        with open_store(settings).reader() as reader:
            yield from _imported(reader, name, curies)
    except NotFoundError:
        return


def _present(term: Term, resolver: Resolver) -> Term:
    """The term itself; a drug that has a new name by that."""
    return resolver.lookup.drug(term.id) or term if isinstance(term, Drug) else term


def described(term: Term) -> Iterator[str]:
    """One term, a line for each fact and its source."""
    yield f"{kind_of(term)} {term.id}    [{term.source}]"
    if kind_of(term) in set(iri.Kind):
        yield f"    iri: {iri.thing(kind_of(term), term.id)}"
    if isinstance(term, Drug):
        yield f"    {term.molecule}; targets: {_listed(term.targets)}; classes: {_listed(term.classes)}"
    if isinstance(term, DrugClass | Condition):
        yield f"    below: {_listed(term.parents)}"
    if isinstance(term, NamedRegimen):
        yield f"    of: {_listed(term.drugs)}"
    for source, names in _by_source(term.names).items():
        yield f"    names: {_listed(names)}    [{source or term.source}]"
    for xref in _xrefs(term):
        yield f"    {xref.curie}    {iri.expand(xref.curie) or ''}    [{xref.source}]"


def _by_source(names: Sequence[Name]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        found[name.source] = (*found.get(name.source, ()), name.text)
    return found


def _xrefs(term: Term) -> tuple[Xref, ...]:
    return () if isinstance(term, NamedRegimen) else term.xrefs


def _imported(reader: Reader, name: str, curies: Sequence[str]) -> Iterator[str]:
    terms = [node for curie in curies if (node := iri.expand(curie))]
    rows = reader.query(_query("imported_name.rq"), bindings={"name": Literal(name)})
    assert isinstance(rows, QuerySolutions)  # noqa: S101 - the query is a SELECT
    terms += [str(row["term"].value) for row in rows]
    for term in dict.fromkeys(terms):
        for graph, said in _said(reader, term).items():
            yield f"{iri.compress(term) or term}    [imported: {graph.rsplit('/', 1)[-1]}]"
            for prop, values in said.items():
                yield f"    {prop}: {_listed(tuple(values))}"


def _said(reader: Reader, term: str) -> dict[str, dict[str, list[str]]]:
    """What each imported vocabulary says of a term."""
    rows = reader.query(_query("imported_term.rq"), bindings={"term": NamedNode(term)})
    assert isinstance(rows, QuerySolutions)  # noqa: S101 - the query is a SELECT
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        name = PROPERTIES.get(str(row["property"].value).replace("#", "/").rsplit("/", 1)[-1])
        value = str(row["value"].value)
        if name:
            said = found.setdefault(str(row["graph"].value), {})
            said.setdefault(name, []).append(iri.compress(value) or value if "://" in value else value)
    return found


def _query(name: str) -> str:
    return (files("graph") / "queries" / name).read_text("utf-8")


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(values) or "none"
