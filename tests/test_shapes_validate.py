"""Shapes: what passes, what fails and how, and reports. Examples lie in `shapes/pass` and `shapes/fail`.

A failing example lists its results in `# expect: SHAPE COMPONENT NODE` lines; there must be these and no others.
"""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from rdflib import RDF, SH, Graph, URIRef

from extract.facts import TrialFacts
from graph.knowledge import Knowledge
from graph.mapping import Origin, facts_to_triples
from graph.store import Tooling
from graph.triples import to_ntriples
from graph.vocabulary_mapping import vocabulary_triples
from ontology import iri
from ontology.errors import ShapeViolationError
from ontology.model import Vocabulary
from shapes.validate import (
    SHAPES,
    Report,
    Severity,
    Validator,
    pyshacl_validator,
    report_ntriples,
    report_text,
    shapes_digest,
    trial_shapes,
    validate_batch,
    vocabulary_shapes,
)

EXAMPLES = Path(__file__).parent / "shapes"
PASS, FAIL = sorted((EXAMPLES / "pass").glob("*.ttl")), sorted((EXAMPLES / "fail").glob("*.ttl"))
EXPECT = re.compile(r"# expect: (\S+) (\S+) (\S+)")


def ntriples(path: Path) -> bytes:
    return Graph().parse(path, format="turtle").serialize(format="nt", encoding="utf-8")


def expected(path: Path) -> set[tuple[str, str, str]]:
    text = path.read_text(encoding="utf-8")
    prefixes = dict(re.findall(r"@prefix (\w+): <(\S+)>", text))
    found = set()
    for shape, component, node in EXPECT.findall(text):
        prefix, _, name = node.partition(":")
        found.add((SHAPES + shape, component, f"<{prefixes[prefix]}{name}>"))
    return found


@pytest.fixture(scope="module")
def trial_validator() -> Validator:
    return pyshacl_validator(trial_shapes())


@pytest.fixture(scope="module")
def vocabulary_validator() -> Validator:
    return pyshacl_validator(vocabulary_shapes())


@pytest.fixture(scope="module")
def sample(sample_facts: TrialFacts, small_vocabulary: Vocabulary) -> bytes:
    origin = Origin("a.json", "api-v2", "ab", Tooling("1", "v", "s"))
    return to_ntriples(facts_to_triples(sample_facts, origin, Knowledge(small_vocabulary)))


def judged(path: Path, trial_validator: Validator, vocabulary_validator: Validator) -> Report:
    validator = vocabulary_validator if path.stem.startswith("vocabulary") else trial_validator
    return validator(ntriples(path))


@pytest.mark.parametrize("path", PASS, ids=lambda path: path.stem)
def test_passing_examples_give_no_result(
    path: Path, trial_validator: Validator, vocabulary_validator: Validator
) -> None:
    assert judged(path, trial_validator, vocabulary_validator).results == ()


@pytest.mark.parametrize("path", FAIL, ids=lambda path: path.stem)
def test_failing_examples_give_the_results_that_they_list(
    path: Path, trial_validator: Validator, vocabulary_validator: Validator
) -> None:
    report = judged(path, trial_validator, vocabulary_validator)
    found = {(result.shape, result.component, result.focus) for result in report.results}
    assert found == expected(path)
    assert found


def test_every_shape_and_every_kind_of_constraint_fails_in_some_example() -> None:
    shapes = trial_shapes() + vocabulary_shapes()
    listed = {(shape, component) for path in FAIL for shape, component, _ in expected(path)}
    helpers = {URIRef(f"{SHAPES}ExperimentalRegimen-{part}") for part in ("control", "treatment")}
    wanted = {str(s) for s in shapes.subjects(RDF.type, SH.PropertyShape) if s not in helpers}
    assert wanted <= {shape for shape, _ in listed}
    parameters = {
        str(p).removeprefix(str(SH))
        for s in set(shapes.subjects(RDF.type, SH.PropertyShape)) - helpers
        for p in shapes.predicates(s)
        if str(p).startswith(str(SH))
    } - {"path", "message", "severity"}
    assert {f"{p[0].upper()}{p[1:]}ConstraintComponent" for p in parameters} <= {component for _, component in listed}


def test_every_shape_has_a_message_of_its_own() -> None:
    shapes = trial_shapes() + vocabulary_shapes()
    for shape in shapes.subjects(RDF.type, SH.PropertyShape):
        if not str(shape).startswith(SHAPES + "ExperimentalRegimen-"):
            assert shapes.value(shape, SH.message), shape


def test_a_whole_mapped_trial_conforms(sample: bytes, trial_validator: Validator) -> None:
    report = trial_validator(sample)
    assert report.conforms
    assert [result.shape for result in report.results] == [SHAPES + "Trial-abstention"]


def test_a_mapped_vocabulary_conforms(small_vocabulary: Vocabulary, vocabulary_validator: Validator) -> None:
    assert vocabulary_validator(to_ntriples(vocabulary_triples(small_vocabulary))).results == ()


def test_the_ontology_conforms(vocabulary_validator: Validator) -> None:
    source = (files("ontology") / "trialgraph.ttl").read_text(encoding="utf-8")
    graph = Graph().parse(data=source, format="turtle").serialize(format="nt", encoding="utf-8")
    assert vocabulary_validator(graph).results == ()


def test_a_batch_gives_each_trial_its_own_report(sample: bytes, trial_validator: Validator) -> None:
    good = sample.replace(b"NCT90000001", b"NCT90000003").replace(b"/hasAbstention", b"/nothing")
    bad = sample.replace(b"NCT90000001", b"NCT90000004").replace(b'"stated"', b'"perhaps"', 1)
    trials = {"NCT90000003": good, "NCT90000004": bad}
    together = validate_batch(trial_validator, trials)
    assert together == {trial: trial_validator(text) for trial, text in trials.items()}
    assert [report.conforms for report in together.values()] == [True, False]


def test_a_result_of_no_trial_is_not_lost(sample: bytes, trial_validator: Validator) -> None:
    stray = (
        b"<https://example.org/x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <" + iri.TG.encode() + b"Arm> .\n"
    )
    with pytest.raises(ShapeViolationError, match="label"):
        validate_batch(trial_validator, {"NCT90000001": sample + stray})


def test_warnings_and_infos_do_not_violate(trial_validator: Validator) -> None:
    report = trial_validator(ntriples(EXAMPLES / "fail" / "regimen.ttl"))
    warned = Report(report.of(Severity.WARNING))
    assert warned.results
    assert warned.conforms
    assert not report.conforms
    warned.raise_for_violation()
    with pytest.raises(ShapeViolationError, match=r"a\.json.*violations in all"):
        report.raise_for_violation(file="a.json")


def test_a_report_as_text_has_a_line_for_each_result(trial_validator: Validator) -> None:
    report = trial_validator(ntriples(EXAMPLES / "fail" / "line.ttl"))
    lines = report_text(report).splitlines()
    assert len(lines) == len(report.results)
    assert any(line.startswith("Violation: ") and "end before it starts" in line for line in lines)


def test_a_report_as_rdf_is_a_shacl_report_without_blank_nodes(trial_validator: Validator) -> None:
    report = trial_validator(ntriples(EXAMPLES / "fail" / "evidence.ttl"))
    text = report_ntriples(report, "https://example.org/report")
    data = Graph().parse(data=text, format="nt")
    assert b"_:" not in text
    assert len(list(data.objects(URIRef("https://example.org/report"), SH.result))) == len(report.results)
    severities = set(data.objects(None, SH.resultSeverity))
    assert severities == {SH.Violation}


def test_the_digest_changes_with_the_shapes_alone() -> None:
    assert shapes_digest() == shapes_digest()
    assert re.fullmatch(r"[0-9a-f]{64}", shapes_digest())
