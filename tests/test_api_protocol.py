"""Requests of the SPARQL 1.1 Protocol, by its clauses."""

import pytest

from api.protocol import FORM, QUERY, UPDATE, QueryOperation, UpdateOperation, read_get, read_post
from ontology.errors import MediaTypeError, UsageError


def test_2_1_1_query_by_get() -> None:
    assert read_get(b"query=ASK%20%7B%7D") == QueryOperation("ASK {}")


def test_2_1_1_a_query_is_decoded_once() -> None:
    found = read_get(b"query=ASK%20%7B%3Chttp%3A%2F%2Fx%2Fa%2520b%3E%20%3Fp%201%7D")
    assert found == QueryOperation("ASK {<http://x/a%20b> ?p 1}")


def test_2_1_1_no_query_is_no_fault() -> None:
    assert read_get(b"") is None


def test_2_1_4_dataset() -> None:
    found = read_get(b"query=ASK{}&default-graph-uri=http://a&default-graph-uri=http://b&named-graph-uri=http://c")
    assert found == QueryOperation("ASK{}", ("http://a", "http://b"), ("http://c",))


def test_2_1_2_query_by_form() -> None:
    assert read_post(b"", FORM + "; charset=UTF-8", b"query=ASK+%7B%7D") == QueryOperation("ASK {}")


def test_2_1_2_dataset_of_address_and_body() -> None:
    found = read_post(b"default-graph-uri=http://a", FORM, b"query=ASK{}&default-graph-uri=http://b")
    assert found == QueryOperation("ASK{}", ("http://a", "http://b"))


def test_2_1_3_query_itself() -> None:
    assert read_post(b"named-graph-uri=http://a", QUERY, b"ASK {}") == QueryOperation("ASK {}", None, ("http://a",))


def test_2_2_1_update_by_form() -> None:
    assert read_post(b"", FORM, b"update=CLEAR%20ALL") == UpdateOperation("CLEAR ALL")


def test_2_2_2_update_itself() -> None:
    found = read_post(b"using-graph-uri=http://a&using-named-graph-uri=http://b", UPDATE, b"CLEAR ALL")
    assert found == UpdateOperation("CLEAR ALL", ("http://a",), ("http://b",))


def test_timeout_is_ours() -> None:
    assert read_get(b"query=ASK{}&timeout=2.5") == QueryOperation("ASK{}", timeout=2.5)


@pytest.mark.parametrize(
    "query_string",
    [b"update=CLEAR", b"query=a&query=b", b"q=a", b"query=%FF", b"query=\xff", b"query=a&timeout=0"]
    + [b"query=a&timeout=" + value for value in (b"inf", b"nan", b"-1", b"x", b"")]
    + [b"&".join([b"a=b"] * 2000)],
)
def test_bad_gets(query_string: bytes) -> None:
    with pytest.raises(UsageError):
        read_get(query_string)


@pytest.mark.parametrize(
    ("query_string", "media_type", "body"),
    [
        (b"", FORM, b""),
        (b"", FORM, b"query=a&update=b"),
        (b"", FORM, b"update=a&update=b"),
        (b"query=a", QUERY, b"b"),
        (b"", QUERY, b"\xff"),
        (b"", UPDATE, b"\xc3\x28"),
    ],
)
def test_bad_posts(query_string: bytes, media_type: str, body: bytes) -> None:
    with pytest.raises(UsageError):
        read_post(query_string, media_type, body)


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/json", QUERY + "; charset=utf-16"])
def test_media_types_of_no_operation(media_type: str) -> None:
    with pytest.raises(MediaTypeError):
        read_post(b"", media_type, b"ASK {}")
