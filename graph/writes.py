"""Writes of the protocols: SPARQL Update and the Graph Store's PUT, POST and DELETE, as jobs for a writing process."""

from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from graph.formats import FORMATS
from graph.guard import SERVICE, check_depth, refuse_file_iri, refuse_files, refuse_load, tokenize
from graph.ownership import refuse_owned_graph
from graph.oxigraph import syntax_error
from graph.update_dataset import with_dataset
from ontology.errors import NotFoundError, QuerySyntaxError, RefusedError, UsageError


@dataclass(frozen=True, slots=True)
class Update:
    """A SPARQL update with the dataset of its request; `plain` lets it write any graph."""

    text: str
    base: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()
    plain: bool = False


@dataclass(frozen=True, slots=True)
class PutGraph:
    """Triples for a graph (None: the default graph), in place of what it holds or beside that.

    `bodies` are texts with the name of their format in `graph.formats`.
    """

    graph: str | None
    bodies: tuple[tuple[bytes, str], ...]
    base: str
    replace: bool
    plain: bool = False


@dataclass(frozen=True, slots=True)
class DropGraph:
    """Remove a graph."""

    graph: str | None
    plain: bool = False


Job: TypeAlias = Update | PutGraph | DropGraph


def check(job: Job) -> Job:
    """The job ready to run, before the store is touched.

    Raises:
        RefusedError: it reaches out of the store, or writes a graph that is not the users'.
        QuerySyntaxError, UsageError: it is malformed.
    """
    if isinstance(job, Update):
        return _checked_update(job)
    if job.graph is not None:
        refuse_file_iri(job.graph)
        _named_node(job.graph)
    if not job.plain:
        refuse_owned_graph(job.graph)
    return job


def run(job: Job, engine: Store) -> bool:
    """Do it; True where a graph came to be that was not there.

    Raises:
        QuerySyntaxError: the update, or the body, does not parse.
        NotFoundError: the graph to remove is not there.
    """
    match job:
        case Update():
            _update(job, engine)
            return False
        case PutGraph():
            return _put(job, engine)
        case DropGraph():
            _drop(job, engine)
            return False


def _checked_update(job: Update) -> Update:
    if found := SERVICE.search(job.text):
        raise RefusedError(f"SERVICE {found[1]} would reach out of this store")
    refuse_load(job.text)
    check_depth(job.text)
    refuse_files(list(tokenize(job.text)))
    # The engine's parser is the one that counts; on an empty dataset it tells of a fault at no cost.
    text = with_dataset(job.text, job.using, job.using_named)
    if not job.plain:
        from graph.update_guard import refuse_owned  # noqa: PLC0415 (a parser that takes half a second to load)

        refuse_owned(text, job.base)
    return Update(text, job.base, plain=job.plain)


def _update(job: Update, engine: Store) -> None:
    try:
        engine.update(job.text, base_iri=job.base)
    except SyntaxError as error:
        raise syntax_error(error.msg or "") from error
    except (OSError, RuntimeError, ValueError) as error:
        # An operation that cannot be done (CREATE of what is there) fails the whole request, and writes nothing.
        raise UsageError(f"the update cannot be done: {error}") from error


def _put(job: PutGraph, engine: Store) -> bool:
    name = _named_node(job.graph) if job.graph is not None else None
    created = name is not None and not engine.contains_named_graph(name)
    if job.replace:
        engine.clear_graph(name or DefaultGraph())
    if name is not None:
        engine.add_graph(name)
    for body, name_of_format in job.bodies:
        _load(engine, body, name_of_format, job.base, name)
    return created


def _load(engine: Store, body: bytes, name: str, base: str, graph: NamedNode | None) -> None:
    kind = FORMATS[name].engine
    try:
        engine.load(body, kind if isinstance(kind, RdfFormat) else None, base_iri=base, to_graph=graph)
    except SyntaxError as error:
        line, column = getattr(error, "lineno", None), getattr(error, "offset", None)
        raise QuerySyntaxError(f"the body is no {name}: {error.msg}", line=line, column=column) from error
    except ValueError as error:
        raise UsageError(f"the body cannot go into one graph: {error}") from error


def _drop(job: DropGraph, engine: Store) -> None:
    if job.graph is None:
        engine.clear_graph(DefaultGraph())
        return
    name = _named_node(job.graph)
    if not engine.contains_named_graph(name):
        raise NotFoundError(f"there is no graph <{job.graph}>")
    engine.remove_graph(name)


def _named_node(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError:
        raise UsageError(f"{iri[:200]!r} is no absolute IRI") from None
