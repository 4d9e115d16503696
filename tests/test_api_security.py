"""Who may write, who a client is, how many requests it may have open, and which answers are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cache import AnswerCache, CachedAnswer
from api.cors import cors_headers
from api.limits import ClientGate
from api.messages import Scope
from api.security import client_of, require_token
from ontology.errors import LimitError, RefusedError, UnauthorizedError


def scope(address: str = "192.0.2.1", **headers: str) -> Scope:
    pairs = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return {"type": "http", "client": (address, 1), "headers": pairs}


def test_the_token_lets_in() -> None:
    assert require_token(scope(authorization="Bearer sesame"), "sesame") is None  # type: ignore[func-returns-value]
    assert require_token(scope(authorization="bearer  sesame "), "sesame") is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Bearer sesam", "Bearer sesame2", "Basic sesame", "sesame"])
def test_anything_else_does_not(given: str) -> None:
    with pytest.raises(UnauthorizedError):
        require_token(scope(authorization=given), "sesame")


@pytest.mark.parametrize("token", [None, ""])
def test_without_a_token_nobody_writes(token: str | None) -> None:
    with pytest.raises(RefusedError):
        require_token(scope(authorization="Bearer "), token)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=255), max_size=50))
def test_no_header_breaks_the_comparison(value: str) -> None:
    with pytest.raises(UnauthorizedError):
        require_token(scope(authorization=f"Bearer x{value}"), "sesame")


@pytest.mark.parametrize(
    ("address", "forwarded", "client"),
    [
        ("192.0.2.1", "198.51.100.9", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("10.0.0.1", "203.0.113.5, 198.51.100.9", "198.51.100.9"),
        ("10.0.0.1", "198.51.100.9, 10.0.0.2", "198.51.100.9"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_a_forwarded_address_is_believed_of_a_known_proxy_alone(address: str, forwarded: str, client: str) -> None:
    assert client_of(scope(address, x_forwarded_for=forwarded), ("10.0.0.1", "10.0.0.2")) == client


def test_a_client_has_so_many_requests_open_and_no_more() -> None:
    gate = ClientGate(2)
    with gate.entered("a"), gate.entered("a"), gate.entered("b"):
        with pytest.raises(LimitError) as caught, gate.entered("a"):
            pass
        assert caught.value.limit == "requests_per_client"
    with gate.entered("a"):
        assert gate.open == {"a": 1}
    assert not gate.open


def answer(size: int) -> CachedAnswer:
    return CachedAnswer([], b"x" * size, b'"tag"', 1, "hash")


def test_answers_are_kept_within_their_bound_and_the_oldest_goes_first() -> None:
    cache = AnswerCache(20_000)
    for number in range(40):
        cache.put("v1", (b"key", str(number).encode()), answer(500))
        cache.get("v1", (b"key", b"0"))
    assert cache.size <= 20_000
    assert cache.get("v1", (b"key", b"0")) is not None
    assert cache.get("v1", (b"key", b"1")) is None


def test_a_new_version_empties_the_cache() -> None:
    cache = AnswerCache(20_000)
    cache.put("v1", (b"a",), answer(10))
    cache.put("v2", (b"b",), answer(10))
    assert cache.get("v2", (b"a",)) is None
    assert cache.get("v1", (b"a",)) is None
    assert len(cache.entries) == 1


def test_a_large_answer_is_not_kept() -> None:
    cache = AnswerCache(16_000)
    cache.put("v1", (b"a",), answer(1001))
    assert cache.size == 0


def test_origins() -> None:
    assert (b"access-control-allow-origin", b"*") in cors_headers(scope(), ("*",))
    assert cors_headers(scope(origin="https://a.example"), ()) == ()
    allowed = cors_headers(scope(origin="https://a.example"), ("https://a.example",))
    assert (b"access-control-allow-origin", b"https://a.example") in allowed
    assert (b"vary", b"origin") in cors_headers(scope(origin="https://b.example"), ("https://a.example",))
