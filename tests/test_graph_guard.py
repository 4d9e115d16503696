"""What a query may not do, told from its text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.guard import MAX_DEPTH, inspect_query, refuse_load
from ontology.errors import LimitError, RefusedError


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://x/> { ?s ?p ?o } }",
        "SELECT * { SERVICE#\n<http://x/>#\n{ ?s ?p ?o } }",
        "SELECT * { SERVICE ?where { ?s ?p ?o } }",
        "PREFIX x: <http://x/> SELECT * { SERVICE x:sparql { ?s ?p ?o } }",
        "SELECT * { ?s ?p 1SERVICE <http://x/> {} }",
        # A lexer may take `<?b#>` for an IRI and what follows for a string; the engine sees a comment.
        "SELECT * { FILTER(?a <?b#>'''\n) SERVICE <http://x/> {} #'''\n}",
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        "SELECT * FROM NAMED <FILE:/etc/passwd> { ?s ?p ?o }",
        "SELECT * FROM <\\u0066ile:///etc/passwd> { ?s ?p ?o }",
        "BASE <file:///etc/> SELECT * { GRAPH <passwd> { ?s ?p ?o } }",
        "PREFIX f: <file:///etc/> SELECT * { f:passwd ?p ?o }",
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        inspect_query(text)


@pytest.mark.parametrize(
    "text",
    [
        'SELECT ?service { ?service ?p "a SERVICE of from file: kind" }',
        "SELECT * { <http://x/service> <http://x/from> ?o } # SERVICE, LOAD",
        "PREFIX service: <http://x/> SELECT * { service:a service:load ?o }",
    ],
)
def test_words_are_not_clauses(text: str) -> None:
    assert inspect_query(text).dataset == ()


def test_dataset_clauses_are_resolved() -> None:
    text = "BASE <http://b/> PREFIX e: <http://e/> SELECT * FROM e:a FROM NAMED <c> FROM <http://x/\\u0041> {}"
    assert inspect_query(text).dataset == ("http://e/a", "http://b/c", "http://x/A")


@pytest.mark.parametrize("text", ["LOAD <http://x/>", "load silent <file:///etc/passwd> INTO GRAPH <http://g>"])
def test_load_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        refuse_load(text)


@pytest.mark.parametrize("bracket", ["(", "{", "["])
def test_deep_nesting_is_refused(bracket: str) -> None:
    with pytest.raises(LimitError):
        inspect_query("SELECT * " + bracket * (MAX_DEPTH + 1))


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert inspect_query("SELECT * {" + "{} " * 1000 + "}").volatile is False


@pytest.mark.parametrize("text", ["SELECT (NOW() AS ?n) {}", "SELECT (rand() AS ?n) {}", "SELECT (BNODE() AS ?n) {}"])
def test_answers_that_differ_each_time_are_known(text: str) -> None:
    assert inspect_query(text).volatile


@given(st.text(alphabet="<>\"'\\#{}()SERVICELOADFROM u0041:? \n", max_size=300))
def test_any_text_is_looked_at(text: str) -> None:
    assert _reason(text + " FROM ") != ""


def _reason(text: str) -> str | None:
    """Why a query is refused; None where it is not."""
    try:
        inspect_query(text)
    except (RefusedError, LimitError) as error:
        return error.reason
    return None
