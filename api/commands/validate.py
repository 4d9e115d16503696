"""`trialgraph validate`: the SHACL report on files, or on all trials of a store."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat

from api.commands.common import complain, existing, results, write_line
from api.errors import EXIT_DONE, EXIT_FAULT, EXIT_USAGE
from api.settings import Settings
from api.stores import open_store
from graph.store import Reader
from ontology import iri
from ontology.errors import SourceError, Where
from shapes.validate import Report, Validator, pyshacl_validator, report_ntriples, report_text, trial_shapes

Named = tuple[str, bytes]
"""What is validated: the name of a file or graph, and its triples."""


def run(files: Sequence[str], chosen: str, settings: Settings) -> int:
    """Report on each graph; a violation makes the exit code 1."""
    validate = pyshacl_validator(trial_shapes())
    if files:
        return _files(files, chosen, validate)
    with open_store(settings).reader() as reader:
        return EXIT_DONE if _report(_trials(reader), chosen, validate) else EXIT_FAULT


def _files(files: Sequence[str], chosen: str, validate: Validator) -> int:
    found, complete = existing(files)
    conforms = True
    for file in found:
        try:
            conforms = _report(read_graphs(Path(file)), chosen, validate) and conforms
        except SourceError as error:
            complain(error)
            conforms = False
    return EXIT_USAGE if not complete else EXIT_DONE if conforms else EXIT_FAULT


def read_graphs(file: Path) -> Iterator[Named]:
    """The graphs of an RDF file; the format is told from its name.

    Raises:
        SourceError: the file cannot be read, or is not in that format.
    """
    file_format = RdfFormat.from_extension(file.suffix.lstrip("."))
    if file_format is None:
        hint = "name it .ttl, .nt, .nq, .trig, .jsonld or .rdf"
        raise SourceError("the file's name does not tell its format", where=Where(str(file)), hint=hint)
    graphs: dict[str, list[Quad]] = {}
    try:
        for quad in pyoxigraph.parse(path=file, format=file_format, base_iri=file.absolute().as_uri()):
            name = quad.graph_name
            graphs.setdefault(name.value if isinstance(name, NamedNode) else "", []).append(quad)
    except (SyntaxError, ValueError, OSError) as error:
        raise SourceError(f"cannot be read: {error}", where=Where(str(file))) from None
    for name, quads in graphs.items():
        yield (f"{file} {name}".strip(), to_ntriples(quads))


def to_ntriples(quads: Sequence[Quad]) -> bytes:
    """The triples of quads."""
    return pyoxigraph.serialize([quad.triple for quad in quads], format=RdfFormat.N_TRIPLES) or b""


def _trials(reader: Reader) -> Iterator[Named]:
    """The graphs of all trials, good and quarantined; of these, what the record says, without the old report."""
    for name in sorted(graph for graph in reader.graphs() if iri.trial_of_graph(graph) is not None):
        quads = [quad for quad in reader.quads(name) if not _is_report(quad, name)]
        yield name, to_ntriples(quads)


def _is_report(quad: Quad, graph: str) -> bool:
    return isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(f"{graph}/report")


def _report(graphs: Iterator[Named], chosen: str, validate: Validator) -> bool:
    """Validate and print; whether all conform."""
    conforming = broken = 0
    for name, triples in graphs:
        report = validate(triples)
        conforming, broken = conforming + report.conforms, broken + (not report.conforms)
        if chosen == "ttl":
            write_turtle(report, name)
        elif report.results:
            write_line(f"{name}\n{report_text(report)}\n")
    if chosen != "ttl":
        write_line(f"conforming {conforming}, broken {broken}")
    return not broken


def write_turtle(report: Report, name: str) -> None:
    """The report in SHACL's vocabulary; its node is named after what it reports on."""
    node = f"{name}/report" if name.startswith(iri.BASE) else f"urn:trialgraph:report:{iri.encode(name)}"
    triples = pyoxigraph.parse(report_ntriples(report, node), format=RdfFormat.N_TRIPLES)
    prefixes = {"sh": iri.NAMESPACES["sh"]}
    turtle = pyoxigraph.serialize((quad.triple for quad in triples), format=RdfFormat.TURTLE, prefixes=prefixes)
    results().write(turtle or b"")
