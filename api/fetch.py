"""Fetch an official file over HTTP into a folder, with a bound on its size."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import httpx

from ontology.errors import LimitError, SourceError, UsageError, Where

LARGEST = 4_000_000_000
"""Bytes of one download, at most."""

SECONDS = 60.0
"""The longest wait for the next bytes."""

SCHEMES = frozenset({"http", "https"})
REDIRECTS = 5


def is_url(text: str) -> bool:
    """Whether this names something by URL, not a file."""
    return "://" in text


@contextmanager
def fetched(
    url: str,
    *,
    largest: int = LARGEST,
    progress: Callable[[int], None] = lambda _count: None,
    transport: httpx.BaseTransport | None = None,
) -> Iterator[Path]:
    """The file behind a URL, for as long as the block lasts.

    Args:
        url: http or https.
        largest: bytes, at most.
        progress: told how many bytes there are so far.
        transport: for tests.

    Raises:
        UsageError: another scheme, or no host.
        SourceError: the server does not answer, or answers with an error.
        LimitError: the file is larger than that.
    """
    check_url(url)
    with TemporaryDirectory(prefix="trialgraph-") as folder:
        path = Path(folder) / (PurePosixPath(urlsplit(url).path).name or "download")
        hooks = {"request": [lambda request: check_url(str(request.url))]}
        try:
            with (
                httpx.Client(
                    follow_redirects=True,
                    max_redirects=REDIRECTS,
                    timeout=SECONDS,
                    event_hooks=hooks,
                    transport=transport,
                ) as client,
                client.stream("GET", url) as answer,
            ):
                answer.raise_for_status()
                _save(answer, path, largest, progress)
        except httpx.HTTPStatusError as error:
            raise SourceError(f"the server answers {error.response.status_code}", where=Where(url)) from error
        except httpx.HTTPError as error:
            raise SourceError(f"the download failed: {error or type(error).__name__}", where=Where(url)) from error
        yield path


def _save(answer: httpx.Response, path: Path, largest: int, progress: Callable[[int], None]) -> None:
    size = 0
    with path.open("wb") as file:
        for block in answer.iter_bytes(1 << 20):
            size += len(block)
            if size > largest:
                raise LimitError(
                    f"the file is larger than {largest} bytes", limit="largest", hint="download it yourself"
                )
            file.write(block)
            progress(size)


def check_url(url: str) -> None:
    """A redirect is checked like the URL that was given."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise UsageError(f"`{url}` is no http or https URL", hint="download the file and give its path")
