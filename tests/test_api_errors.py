"""Errors as exit codes and as HTTP answers."""

from typing import Any

import pytest

from api.errors import one_line, outcome, problem
from ontology import errors
from ontology.errors import LimitError, NotFoundError, QuerySyntaxError, SourceError, StoreBusyError, UsageError, Where

ALL_ERRORS = [
    value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.TrialGraphError)
]


@pytest.mark.parametrize("kind", ALL_ERRORS)
def test_every_documented_error_has_an_exit_code_and_a_status(kind: type[errors.TrialGraphError]) -> None:
    arguments: dict[str, Any] = {"limit": "query_seconds"} if kind is LimitError else {}
    found = outcome(kind("a reason", **arguments))
    assert found is not None
    assert found.exit_code in {1, 2}
    assert 400 <= found.status < 600


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SourceError("x"), 1),
        (UsageError("x"), 2),
        (StoreBusyError("x"), 2),
        (NotFoundError("x"), 2),
        (OSError(28, "x"), 2),
    ],
)
def test_exit_codes_follow_the_contract(error: Exception, code: int) -> None:
    found = outcome(error)
    assert found is not None
    assert found.exit_code == code


def test_a_bug_is_no_documented_error() -> None:
    assert outcome(KeyError("x")) is None
    assert problem(KeyError("a secret")) == {"type": "about:blank", "title": "Internal Server Error", "status": 500}


def test_a_line_holds_place_reason_and_way_out() -> None:
    error = SourceError("cut off", where=Where("a.json", record="NCT90000001", offset=7), hint="fetch it again")
    assert one_line(error) == "a.json, record NCT90000001, offset 7: cut off (fetch it again)"


@pytest.mark.parametrize(
    "error", [UsageError("two\nlines\x1b[31m"), OSError(2, "gone", "a\nfile"), MemoryError(), ValueError()]
)
def test_a_line_is_one_line_without_control_characters(error: Exception) -> None:
    assert one_line(error).isprintable()
    assert one_line(error)


def test_a_problem_has_the_members_of_the_rfc_and_ours() -> None:
    body = problem(QuerySyntaxError("unexpected end", line=2, column=9))
    assert body == {
        "type": "about:blank",
        "title": "Malformed SPARQL",
        "status": 400,
        "detail": "unexpected end",
        "line": 2,
        "column": 9,
    }
    assert problem(LimitError("too slow", limit="query_seconds", hint="ask for less"))["limit"] == "query_seconds"
