"""Accept and Accept-Encoding, item by item of RFC 9110."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.negotiation import choose_coding, choose_format, parse_ranges
from graph.formats import GRAPH_FORMATS, RESULT_FORMATS, format_of_body


@pytest.mark.parametrize(
    ("accept", "name", "media_type"),
    [
        (None, "json", "application/sparql-results+json"),
        ("", "json", "application/sparql-results+json"),
        ("*/*", "json", "application/sparql-results+json"),
        ("text/csv", "csv", "text/csv; charset=utf-8"),
        ("text/*", "xml", "text/xml"),
        ("application/xml", "xml", "application/xml"),
        ("application/json", "json", "application/json"),
        ("text/csv;q=0.5, text/tab-separated-values ; q=0.9", "tsv", "text/tab-separated-values; charset=utf-8"),
        ("TEXT/CSV", "csv", "text/csv; charset=utf-8"),
        ("text/csv;q=0, */*;q=0.1", "json", "application/sparql-results+json"),
        ("application/sparql-results+json;q=0, */*", "json", "application/json"),
        ('text/csv;note="a,b;q=0";q=0.7, text/html', "csv", "text/csv; charset=utf-8"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "xml", "application/xml"),
    ],
)
def test_solutions(accept: str | None, name: str, media_type: str) -> None:
    chosen = choose_format(accept, RESULT_FORMATS)
    assert chosen is not None
    assert (chosen[0].name, chosen[1]) == (name, media_type)


@pytest.mark.parametrize("accept", ["text/html", "text/csv;q=0", "image/*", "text/csv;q=nonsense", ";", ","])
def test_nothing_acceptable(accept: str) -> None:
    assert choose_format(accept, RESULT_FORMATS) is None


@pytest.mark.parametrize("known", GRAPH_FORMATS, ids=lambda known: known.name)
def test_every_graph_format_by_its_name(known: object) -> None:
    found = [one for one in GRAPH_FORMATS if choose_format(one.bare, GRAPH_FORMATS) == (one, one.media_type)]
    assert known in found


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (None, "identity"),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1, zstd;q=0.2", "gzip"),
        ("zstd;q=0", "identity"),
        ("*", "zstd"),
        ("zstd;q=0, *;q=0.5", "gzip"),
        ("x-gzip", "gzip"),
    ],
)
def test_codings(header: str | None, coding: str) -> None:
    assert choose_coding(header) == coding


def test_a_body_of_json_ld_is_not_just_any_json() -> None:
    assert format_of_body("application/json") is None
    found = format_of_body("application/ld+json; charset=utf-8")
    assert found is not None
    assert found.name == "jsonld"


@given(st.text(max_size=200))
def test_any_header_is_read(header: str) -> None:
    assert all(0 <= item.weight <= 1 for item in parse_ranges(header))
    choose_format(header, RESULT_FORMATS)
