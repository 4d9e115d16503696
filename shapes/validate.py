"""SHACL validation: N-Triples in, a frozen report out. pySHACL judges.

The shapes of a trial's graph lie in this folder, one file a class; those of the vocabulary and the ontology lie in
`vocabulary/`. `Validator` is what the rest of the project asks for, so that a faster engine can take the place of
pySHACL where it gives the same reports.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Protocol

import pyshacl
import rdflib
from rdflib import RDF, SH
from rdflib.term import Node

from ontology import iri
from ontology.errors import ShapeViolationError, Where
from ontology.rdf import parse_ntriples, to_term

SHAPES = "https://w3id.org/trialgraph/shapes#"


class Severity(StrEnum):
    """How bad a result is, worst first; only a violation keeps a trial from being loaded."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


@dataclass(frozen=True, slots=True)
class Result:
    """One SHACL result: `focus`, `path` and `value` as N-Triples terms or property paths, `shape` as an IRI."""

    focus: str
    shape: str
    severity: Severity
    message: str
    path: str | None = None
    value: str | None = None
    component: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The results, sorted. It conforms when none of them is a violation (warnings and infos are allowed)."""

    results: tuple[Result, ...] = ()

    @property
    def conforms(self) -> bool:
        """Whether nothing is violated."""
        return all(result.severity is not Severity.VIOLATION for result in self.results)

    def of(self, severity: Severity) -> tuple[Result, ...]:
        """The results of one severity."""
        return tuple(result for result in self.results if result.severity is severity)

    def raise_for_violation(self, *, file: str | None = None, record: str | None = None) -> None:
        """Do nothing if the report conforms.

        Raises:
            ShapeViolationError: names the first violation and how many there are.
        """
        broken = self.of(Severity.VIOLATION)
        if broken:
            reason = f"{broken[0].message} ({broken[0].focus}; {len(broken)} violations in all)"
            raise ShapeViolationError(reason, where=Where(file=file, record=record), hint="see `trialgraph validate`")


class Validator(Protocol):
    """Judges a graph given as N-Triples."""

    def __call__(self, ntriples: bytes) -> Report:
        """The report on this graph."""


def trial_shapes() -> rdflib.Graph:
    """The shapes of a trial's graph."""
    return _shapes_graph(_files("."))


def vocabulary_shapes() -> rdflib.Graph:
    """The shapes of the vocabulary graph and of the ontology."""
    return _shapes_graph(_files("vocabulary"))


@cache
def shapes_digest() -> str:
    """The SHA-256 of the trial shapes' files: names and bytes, in the order of the names."""
    digest = hashlib.sha256()
    for file in _files("."):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def pyshacl_validator(shapes: rdflib.Graph) -> Validator:
    """A validator that is pySHACL with these shapes."""

    def validate(ntriples: bytes) -> Report:
        _, report, _ = pyshacl.validate(parse_ntriples(ntriples), shacl_graph=shapes, inplace=True)
        if not isinstance(report, rdflib.Graph):
            raise ShapeViolationError("pySHACL gave no report: " + str(report), hint="check the shapes")
        return Report(tuple(sorted(_results(report), key=order)))

    return validate


def validate_batch(validate: Validator, trials: Mapping[str, bytes]) -> dict[str, Report]:
    """The report on each trial, by id, from one run over all of them: half the price a trial.

    Trials share no nodes, so each result belongs to the trial whose namespace its focus node lies in.
    """
    report = validate(b"".join(trials.values()))
    found: dict[str, list[Result]] = {trial: [] for trial in trials}
    for result in report.results:
        owner = iri.parse(result.focus.strip("<>"))
        if owner is None or owner.id not in found:
            raise ShapeViolationError(result.message, where=Where(record=result.focus), hint="not a node of any trial")
        found[owner.id].append(result)
    return {trial: Report(tuple(results)) for trial, results in found.items()}


def report_text(report: Report) -> str:
    """One line a result: severity, focus node, path, message, value."""
    lines = (
        " ".join(filter(None, (f"{r.severity}:", r.focus, r.path, r.message, r.value and f"found {r.value}")))
        for r in report.results
    )
    return "\n".join(lines)


def report_ntriples(report: Report, node: str) -> bytes:
    """The report in SHACL's own vocabulary, without blank nodes: `node` is its IRI, results are numbered below it."""
    sh = str(SH)
    lines = [
        f"<{node}> <{RDF.type}> <{sh}ValidationReport> .",
        f"<{node}> <{sh}conforms> {_boolean(report.conforms)} .",
    ]
    for number, result in enumerate(report.results, 1):
        lines += _result_lines(result, node, f"{node}/result/{number}")
    return "".join(f"{line}\n" for line in lines).encode()


def _result_lines(result: Result, report: str, node: str) -> Iterator[str]:
    sh = str(SH)
    yield f"<{report}> <{sh}result> <{node}> ."
    yield f"<{node}> <{RDF.type}> <{sh}ValidationResult> ."
    yield f"<{node}> <{sh}focusNode> {result.focus} ."
    yield f"<{node}> <{sh}resultSeverity> <{sh}{result.severity}> ."
    yield f"<{node}> <{sh}resultMessage> {to_term(rdflib.Literal(result.message))} ."
    yield f"<{node}> <{sh}sourceShape> <{result.shape}> ."
    yield f"<{node}> <{sh}sourceConstraintComponent> <{sh}{result.component}> ."
    if result.path and result.path.startswith("<"):
        yield f"<{node}> <{sh}resultPath> {result.path} ."
    if result.value:
        yield f"<{node}> <{sh}value> {result.value} ."


def order(result: Result) -> tuple[str, ...]:
    """The key that a report's results are sorted by."""
    return result.focus, result.shape, result.component, result.value or ""


def _boolean(value: bool) -> str:  # noqa: FBT001 (the value is what the function is about)
    return to_term(rdflib.Literal(value))


def _files(folder: str) -> list[Traversable]:
    found = [file for file in (files("shapes") / folder).iterdir() if file.name.endswith(".ttl")]
    return sorted(found, key=lambda file: file.name)


def _shapes_graph(sources: Iterable[Traversable]) -> rdflib.Graph:
    data = rdflib.Graph()
    for source in sources:
        data.parse(data=source.read_text(encoding="utf-8"), format="turtle")
    return data


def _results(report: rdflib.Graph) -> Iterator[Result]:
    for node in report.subjects(RDF.type, SH.ValidationResult):
        value = report.value(node, SH.value)
        yield Result(
            focus=_required(report, node, SH.focusNode),
            shape=_required(report, node, SH.sourceShape).strip("<>"),
            severity=Severity(str(report.value(node, SH.resultSeverity)).removeprefix(str(SH))),
            message=str(report.value(node, SH.resultMessage)),
            path=_path(report, report.value(node, SH.resultPath)),
            value=None if value is None else to_term(value),
            component=str(report.value(node, SH.sourceConstraintComponent)).removeprefix(str(SH)),
        )


def _required(report: rdflib.Graph, node: Node, predicate: rdflib.URIRef) -> str:
    value = report.value(node, predicate)
    if value is None:
        raise ShapeViolationError(f"a SHACL result without {predicate}", hint="the engine broke the specification")
    return to_term(value)


def _path(report: rdflib.Graph, path: Node | None) -> str | None:
    """A predicate as its IRI, an inverse path with `^` before it, anything longer in words."""
    if path is None or isinstance(path, rdflib.URIRef):
        return None if path is None else to_term(path)
    inverse = report.value(path, SH.inversePath)
    return f"^{to_term(inverse)}" if inverse is not None else "a property path"
