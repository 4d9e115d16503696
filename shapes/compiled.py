"""The shapes compiled to plain functions: the usual verdict in a fraction of pySHACL's time.

Most trials break nothing, or only what is counted and listed. Those are judged here. Whatever this cannot judge
exactly as pySHACL does goes to pySHACL: a value of the wrong kind, a graph with subclasses, a text that is not written
as our own writer writes it. A shape that uses anything unknown here is refused when compiled, never passed over.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import rdflib
from rdflib import OWL, RDF, RDFS, SH
from rdflib.collection import Collection as RdfList
from rdflib.term import Node

from ontology.errors import ShapeViolationError, Where
from ontology.rdf import to_term
from shapes.constraints import CONSTRAINTS, REPORTED, Check
from shapes.index import TYPE, Data, NotOursError, Values
from shapes.validate import Report, Result, Severity, Validator, order

Path: TypeAlias = Callable[[str, Data], Values]


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint on values: its check, and its component where a failure is reported here, else None."""

    check: Check
    component: str | None


@dataclass(frozen=True, slots=True)
class PropertyShape:
    """A property shape: where its values are, how many there may be, and what each must be."""

    iri: str
    path: Path
    path_text: str | None
    predicate: str | None
    severity: Severity
    message: str
    at_least: int
    at_most: int | None
    required: tuple[str, ...]
    constraints: tuple[Constraint, ...]

    @property
    def is_optional(self) -> bool:
        """Whether a node without values breaks nothing."""
        return self.at_least == 0 and not self.required

    def fits(self, focus: str, values: Values, data: Data) -> bool:
        """Whether `results` would find nothing, which is what most nodes are asked; nothing is made to tell."""
        count = len(values)
        if count < self.at_least or (self.at_most is not None and count > self.at_most) or self.required:
            return False
        for constraint in self.constraints:
            for value in values:
                if not constraint.check(focus, value, data):
                    return False
        return True

    def results(self, focus: str, values: Values, data: Data) -> Iterator[Result]:
        """What the focus node breaks, given its values."""
        if len(values) < self.at_least:
            yield self._result(focus, "MinCountConstraintComponent", None)
        if self.at_most is not None and len(values) > self.at_most:
            yield self._result(focus, "MaxCountConstraintComponent", None)
        if self.required and not self.holds(focus, data):
            raise NotOursError
        for constraint in self.constraints:
            for value in values:
                if not constraint.check(focus, value, data):
                    if constraint.component is None:
                        raise NotOursError
                    yield self._result(focus, constraint.component, value)

    def holds(self, focus: str, data: Data) -> bool:
        """Whether the focus node breaks nothing; for shapes that only require values."""
        return set(self.required) <= set(self.path(focus, data))

    def _result(self, focus: str, component: str, value: str | None) -> Result:
        return Result(focus, self.iri, self.severity, self.message, self.path_text, value, component)


@dataclass(frozen=True, slots=True)
class NodeShape:
    """A node shape: who is in its focus, its property shapes, and its either-or lists.

    Each property shape has the predicate that is its whole path, if it has one, and whether it may have no values
    beside it: what is asked of every node of a trial has to be at hand.
    """

    iri: str
    severity: Severity
    message: str
    targets: tuple[Callable[[Data], Values], ...]
    steps: tuple[tuple[PropertyShape, str | None, bool], ...]
    either: tuple[tuple[PropertyShape, ...], ...]

    def results(self, data: Data) -> Iterator[Result]:
        """What the nodes in its focus break."""
        for focus in dict.fromkeys(node for target in self.targets for node in target(data)):
            if not focus.startswith("<"):
                raise NotOursError
            own = data.forward.get(focus, {})
            for shape, predicate, optional in self.steps:
                values = shape.path(focus, data) if predicate is None else own.get(predicate, ())
                if (values or not optional) and not shape.fits(focus, values, data):
                    yield from shape.results(focus, values, data)
            for choices in self.either:
                if not any(shape.holds(focus, data) for shape in choices):
                    yield Result(focus, self.iri, self.severity, self.message, None, focus, "OrConstraintComponent")


def compiled_validator(shapes: rdflib.Graph, judge: Validator) -> Validator:
    """A validator that gives `judge`'s reports on these shapes, and asks it only where it must.

    Raises:
        ShapeViolationError: a shape uses something that this compiler does not know.
    """
    nodes = list(dict.fromkeys(shapes.subjects(RDF.type, SH.NodeShape)))
    _refuse_other_targets(shapes, nodes)
    compiled = tuple(_node_shape(shapes, node) for node in nodes)

    def validate(ntriples: bytes) -> Report:
        try:
            data = Data.of(ntriples)
            found = [result for shape in compiled for result in shape.results(data)]
        except NotOursError:
            return judge(ntriples)
        return Report(tuple(sorted(found, key=order)))

    return validate


NODE_PARAMETERS = {
    SH.property,
    SH["or"],
    SH.targetClass,
    SH.targetObjectsOf,
    SH.targetSubjectsOf,
    SH.severity,
    SH.message,
}


def _node_shape(shapes: rdflib.Graph, node: Node) -> NodeShape:
    _refuse(shapes, node, NODE_PARAMETERS)
    properties = [_property_shape(shapes, shape) for shape in shapes.objects(node, SH.property)]
    return NodeShape(
        iri=str(node),
        severity=_severity(shapes, node),
        message=str(shapes.value(node, SH.message)),
        targets=tuple(_targets(shapes, node)),
        steps=tuple((s, s.predicate, s.is_optional) for s in properties),
        either=tuple(_choices(shapes, head) for head in shapes.objects(node, SH["or"])),
    )


def _choices(shapes: rdflib.Graph, head: Node) -> tuple[PropertyShape, ...]:
    """The members of an either-or list, which may only require values."""
    for node in RdfList(shapes, head):
        _refuse(shapes, node, {SH.path, SH.hasValue})
    return tuple(_property_shape(shapes, node) for node in RdfList(shapes, head))


def _targets(shapes: rdflib.Graph, node: Node) -> Iterator[Callable[[Data], Values]]:
    for named in shapes.objects(node, SH.targetClass):
        yield partial(_instances, to_term(named))
    for predicate in shapes.objects(node, SH.targetObjectsOf):
        yield partial(_all_objects, to_term(predicate))
    for predicate in shapes.objects(node, SH.targetSubjectsOf):
        yield partial(_all_subjects, to_term(predicate))


def _instances(named: str, data: Data) -> Values:
    return data.subjects(TYPE, named)


def _all_objects(predicate: str, data: Data) -> Values:
    return data.inverse(predicate)


def _all_subjects(predicate: str, data: Data) -> Values:
    return [subject for subjects in data.inverse(predicate).values() for subject in subjects]


def _property_shape(shapes: rdflib.Graph, node: Node) -> PropertyShape:
    _refuse(shapes, node, {SH.path, SH.severity, SH.message, SH.minCount, SH.maxCount, SH.hasValue, *CONSTRAINTS})
    path = shapes.value(node, SH.path)
    least, most = shapes.value(node, SH.minCount), shapes.value(node, SH.maxCount)
    return PropertyShape(
        iri=str(node),
        path=_path(shapes, path),
        path_text=_path_text(shapes, path),
        predicate=to_term(path) if isinstance(path, rdflib.URIRef) else None,
        severity=_severity(shapes, node),
        message=str(shapes.value(node, SH.message)),
        at_least=0 if least is None else int(str(least)),
        at_most=None if most is None else int(str(most)),
        required=tuple(to_term(value) for value in shapes.objects(node, SH.hasValue)),
        constraints=tuple(
            Constraint(make(shapes, value), REPORTED.get(parameter))
            for parameter, make in CONSTRAINTS.items()
            for value in shapes.objects(node, parameter)
        ),
    )


def _path(shapes: rdflib.Graph, path: Node | None) -> Path:
    """A predicate, the inverse of one, or a sequence of these."""
    if isinstance(path, rdflib.URIRef):
        return partial(_along, to_term(path))
    inverse = None if path is None else shapes.value(path, SH.inversePath)
    if isinstance(inverse, rdflib.URIRef):
        return partial(_against, to_term(inverse))
    if path is None or shapes.value(path, RDF.first) is None:
        raise ShapeViolationError("a property path that the compiler does not know", where=Where(record=str(path)))
    return partial(_through, tuple(_path(shapes, step) for step in RdfList(shapes, path)))


def _along(predicate: str, focus: str, data: Data) -> Values:
    return data.objects(focus, predicate)


def _against(predicate: str, focus: str, data: Data) -> Values:
    return data.subjects(predicate, focus)


def _through(steps: tuple[Path, ...], focus: str, data: Data) -> Values:
    nodes: Values = (focus,)
    for step in steps:
        nodes = [reached for node in nodes for reached in step(node, data)]
    return list(dict.fromkeys(nodes))


def _path_text(shapes: rdflib.Graph, path: Node | None) -> str | None:
    if path is None or isinstance(path, rdflib.URIRef):
        return None if path is None else to_term(path)
    inverse = shapes.value(path, SH.inversePath)
    return "a property path" if inverse is None else f"^{to_term(inverse)}"


def _severity(shapes: rdflib.Graph, node: Node) -> Severity:
    found = shapes.value(node, SH.severity)
    return Severity.VIOLATION if found is None else Severity(str(found).removeprefix(str(SH)))


def _refuse_other_targets(shapes: rdflib.Graph, nodes: Collection[Node]) -> None:
    """Raise for a target of anything but these node shapes, and for a node shape that is a class itself."""
    targets = (SH.target, SH.targetNode, SH.targetClass, SH.targetObjectsOf, SH.targetSubjectsOf)
    others = {str(node) for target in targets for node in shapes.subjects(target)} - set(map(str, nodes))
    classes = {str(node) for node in nodes} & {
        str(n) for c in (RDFS.Class, OWL.Class) for n in shapes.subjects(RDF.type, c)
    }
    if others or classes:
        raise ShapeViolationError("a target that the compiler does not know", where=Where(record=min(others | classes)))


def _refuse(shapes: rdflib.Graph, node: Node, known: Iterable[rdflib.URIRef]) -> None:
    """Raise for a parameter of SHACL that would go unheeded."""
    unknown = {p for p in shapes.predicates(node) if str(p).startswith(str(SH))} - set(known)
    if unknown:
        raise ShapeViolationError(
            f"the compiler does not know {', '.join(sorted(map(str, unknown)))}", where=Where(record=str(node))
        )
