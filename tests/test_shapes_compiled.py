"""Compiled shapes give pySHACL's reports: on the examples, on hundreds of broken trials, on the W3C suite."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import RDF, SH, Graph, URIRef
from rdflib.collection import Collection

from extract.facts import TrialFacts
from graph.knowledge import Knowledge
from graph.mapping import Origin, facts_to_triples
from graph.store import Tooling
from graph.triples import to_ntriples
from graph.vocabulary_mapping import vocabulary_triples
from ontology import iri
from ontology.errors import ShapeViolationError
from ontology.model import Vocabulary
from ontology.tables import built_in
from shapes.compiled import compiled_validator
from shapes.validate import SHAPES, Report, Validator, pyshacl_validator, trial_shapes, vocabulary_shapes

EXAMPLES = sorted((Path(__file__).parent / "shapes").glob("*/*.ttl"))
VALUES = (
    b'"experimental"', b'"other"', b'""', b'"a \\"quoted\\" word\\n"', b'"2"^^<http://www.w3.org/2001/XMLSchema#integer>',
    b'"-1"^^<http://www.w3.org/2001/XMLSchema#integer>', b'"x"^^<http://www.w3.org/2001/XMLSchema#integer>',
    b'"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>', b'"P9M"^^<http://www.w3.org/2001/XMLSchema#duration>',
    b"<https://w3id.org/trialgraph/trial/NCT90000001>", b"<https://w3id.org/trialgraph/drug/x>", b'"word"@en',
    b'"stated"^^<http://www.w3.org/2001/XMLSchema#string>', b'"\\u0061"',
)  # fmt: skip


# rdflib compares terms of two kinds by way of NotImplemented, which Python warns of.
RDFLIB_COMPARES = pytest.mark.filterwarnings("ignore:NotImplemented should not be used:DeprecationWarning")


@pytest.fixture(scope="module")
def judge() -> Validator:
    return pyshacl_validator(trial_shapes())


@pytest.fixture(scope="module")
def compiled(judge: Validator) -> Validator:
    return compiled_validator(trial_shapes(), judge)


@pytest.fixture(scope="module")
def sample(sample_facts: TrialFacts, small_vocabulary: Vocabulary) -> bytes:
    origin = Origin("a.json", "api-v2", "ab", Tooling("1", "v", "s"))
    return to_ntriples(facts_to_triples(sample_facts, origin, Knowledge(small_vocabulary)))


def never(ntriples: bytes) -> Report:
    raise AssertionError(f"asked to judge {len(ntriples)} bytes")


def broken(text: bytes, draw: random.Random) -> bytes:
    """The trial with one to three lines taken out, doubled with another value, or given another value or property."""
    lines = text.splitlines(keepends=True)
    for _ in range(draw.randint(1, 3)):
        place = draw.randrange(len(lines))
        subject, predicate, _ = lines[place].split(b" ", 2)
        other = b" ".join((subject, predicate, draw.choice(VALUES), b".\n"))
        change = draw.randrange(4)
        if change == 0:
            lines[place] = b""
        elif change == 1:
            lines[place] = other
        elif change == 2:
            lines[place] += other
        else:
            lines[place] += b" ".join((subject, draw.choice(lines).split(b" ", 2)[1], draw.choice(VALUES), b".\n"))
        lines = [line for line in b"".join(lines).splitlines(keepends=True) if line]
    return b"".join(lines)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_examples_are_judged_alike(path: Path, compiled: Validator, judge: Validator) -> None:
    text = Graph().parse(path, format="turtle").serialize(format="nt", encoding="utf-8")
    assert compiled(text) == judge(text)


def test_a_good_trial_is_judged_without_pyshacl(sample: bytes, judge: Validator) -> None:
    assert compiled_validator(trial_shapes(), never)(sample) == judge(sample)


def test_what_is_counted_or_listed_is_judged_without_pyshacl(sample: bytes, judge: Validator) -> None:
    text = sample.replace(b'"stated"', b'"perhaps"', 2).replace(b'"primary"', b'"third"')
    report = compiled_validator(trial_shapes(), never)(text)
    assert report == judge(text)
    assert len(report.results) == 4


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda text: b"# a comment\n" + text,
        lambda text: text.replace(b'"stated"', b'"stated"^^<http://www.w3.org/2001/XMLSchema#string>'),
        lambda text: text.replace(b'"stated"', b'"\\u0073tated"'),
        lambda text: text + b"<urn:a> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:b> .\n",
        lambda text: text.replace(b'"2"^^', b'"two"^^'),
    ],
    ids=["no last line feed", "comment", "long string", "escape", "subclass", "ill-typed number"],
)
def test_what_is_not_written_as_ours_goes_to_pyshacl(change: Callable[[bytes], bytes], sample: bytes) -> None:
    asked: list[bytes] = []

    def listen(ntriples: bytes) -> Report:
        asked.append(ntriples)
        return Report()

    compiled_validator(trial_shapes(), listen)(change(sample))
    assert asked == [change(sample)]


@RDFLIB_COMPARES
def test_broken_trials_are_judged_alike(sample: bytes, compiled: Validator, judge: Validator) -> None:
    draw = random.Random(1)  # noqa: S311 (the same trials in every run)
    texts = [broken(sample, draw) for _ in range(60)]
    assert [compiled(text) for text in texts] == [judge(text) for text in texts]


@RDFLIB_COMPARES
@pytest.mark.slow
def test_hundreds_of_broken_trials_are_judged_alike(sample: bytes, compiled: Validator, judge: Validator) -> None:
    draw = random.Random(2)  # noqa: S311 (the same trials in every run)
    for _ in range(400):
        text = broken(sample, draw)
        assert compiled(text) == judge(text), text.decode()


def test_the_built_in_vocabulary_conforms() -> None:
    validate = compiled_validator(vocabulary_shapes(), never)
    assert validate(to_ntriples(vocabulary_triples(built_in()))).results == ()


def test_the_listed_endpoints_are_those_of_the_vocabulary() -> None:
    shapes = trial_shapes()
    listed = shapes.value(URIRef(SHAPES + "OutcomeMeasure-endpoint"), SH["in"])
    assert listed is not None
    assert {str(code) for code in Collection(shapes, listed)} == {
        iri.thing("endpoint", code) for code in built_in().endpoints
    }


def test_an_unknown_part_of_shacl_is_refused(judge: Validator) -> None:
    shapes = trial_shapes()
    shape = next(iter(shapes.subjects(RDF.type, SH.PropertyShape)))
    shapes.add((shape, SH.deactivated, shape))
    with pytest.raises(ShapeViolationError, match="deactivated"):
        compiled_validator(shapes, judge)


def test_the_w3c_suite_is_refused_or_judged_alike(shared: Path) -> None:
    files = sorted((shared / "w3c" / "shacl").glob("**/core/*/*.ttl"))
    taken = 0
    for path in files:
        shapes = Graph().parse(path, format="turtle", publicID=path.as_uri())
        judge = pyshacl_validator(shapes)
        try:
            validate = compiled_validator(shapes, judge)
        except ShapeViolationError:
            continue
        text = shapes.serialize(format="nt", encoding="utf-8")
        assert validate(text) == judge(text), path
        taken += 1
    assert len(files) > 90
    assert taken
