"""`trialgraph vocab`: what the vocabulary holds."""

from collections.abc import Iterator, Mapping, Sequence

from api.commands.common import complain, open_store, write_line
from api.errors import EXIT_DONE, EXIT_FAULT
from api.settings import Settings
from graph.ledger import vocabulary_version
from ontology.errors import NotFoundError
from ontology.lookup import Term, build_lookup
from ontology.model import Condition, Drug, DrugClass
from ontology.tables import built_in


def show(settings: Settings) -> int:
    """Counts of the built-in vocabulary, and which one the store was built with."""
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
    write_line(f"{'store':<12}{_of_store(settings, vocabulary.digest)}")
    return EXIT_DONE


def _of_store(settings: Settings, digest: str) -> str:
    try:
        with open_store(settings.store).reader() as reader:
            found = vocabulary_version(reader)
    except NotFoundError:
        return f"{settings.store}: nothing built yet"
    if found is None:
        return f"{settings.store}: no vocabulary"
    return f"{settings.store}: " + ("the same" if found[1] == digest else f"another one ({found[1]}); build again")


def find(names: Sequence[str]) -> int:
    """What each name means; a name that nothing has makes the exit code 1."""
    lookup = build_lookup(built_in())
    missing = [name for name in names if not lookup.find(name)]
    for name in names:
        for term in lookup.find(name):
            for line in described(term):
                write_line(line)
    for name in missing:
        complain(NotFoundError(f"no term has the name `{name}`"))
    return EXIT_FAULT if missing else EXIT_DONE


def described(term: Term) -> Iterator[str]:
    """One term, a few lines."""
    yield f"{type(term).__name__} {term.id}"
    if isinstance(term, Drug):
        yield f"    {term.molecule}; targets: {_listed(term.targets)}; classes: {_listed(term.classes)}"
    if isinstance(term, DrugClass | Condition):
        yield f"    below: {_listed(term.parents)}"
    yield f"    names: {_listed(tuple(name.text for name in term.names))}"
    xrefs = getattr(term, "xrefs", ())
    if xrefs:
        yield f"    identifiers: {_listed(tuple(xref.curie for xref in xrefs))}"
    yield f"    source: {term.source}"


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(values) or "none"
