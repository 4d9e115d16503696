"""Downloads: http(s) only, bounded, gone when the block ends."""

from pathlib import Path

import httpx
import pytest

from api.fetch import fetched
from ontology.errors import LimitError, SourceError, UsageError


def answering(*answers: httpx.Response) -> httpx.MockTransport:
    waiting = list(answers)
    return httpx.MockTransport(lambda _request: waiting.pop(0))


def test_a_file_is_there_for_as_long_as_the_block(tmp_path: Path) -> None:
    seen: list[int] = []
    transport = answering(httpx.Response(200, content=b"abc"))
    with fetched("https://example.org/a/file.obo?x=1", progress=seen.append, transport=transport) as path:
        assert (path.name, path.read_bytes()) == ("file.obo", b"abc")
    assert not path.exists()
    assert seen == [3]


@pytest.mark.parametrize("url", ["ftp://example.org/x", "file:///etc/passwd", "http://", "gopher://x/y"])
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(UsageError, match="no http"), fetched(url):
        pass


def test_a_redirect_to_another_scheme_is_refused() -> None:
    moved = httpx.Response(302, headers={"location": "ftp://example.org/x"})
    with pytest.raises((UsageError, SourceError)), fetched("https://example.org/x", transport=answering(moved)):
        pass


def test_a_redirect_is_followed() -> None:
    moved = httpx.Response(302, headers={"location": "https://example.org/y"})
    transport = answering(moved, httpx.Response(200, content=b"y"))
    with fetched("https://example.org/x", transport=transport) as path:
        assert path.read_bytes() == b"y"


def test_too_much_is_refused() -> None:
    transport = answering(httpx.Response(200, content=b"x" * 11))
    with pytest.raises(LimitError, match="larger"), fetched("https://example.org/x", largest=10, transport=transport):
        pass


def test_an_error_of_the_server_is_told() -> None:
    transport = answering(httpx.Response(404))
    with pytest.raises(SourceError, match="404"), fetched("https://example.org/x", transport=transport):
        pass


def test_no_answer_is_told() -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there")

    with (
        pytest.raises(SourceError, match="nobody"),
        fetched("https://example.org/x", transport=httpx.MockTransport(fail)),
    ):
        pass
