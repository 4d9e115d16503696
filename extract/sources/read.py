"""The one way in: files, folders and standard input to a stream of documents and failures.

Nothing is lost silently: what was met and could not be read comes out as a `Failure` in its place in the order. Left
out without a word are hidden files and folders (names that begin with a dot), blank lines, and a folder that a
symbolic link leads back to. Order: sources as given, folders sorted by name, archives and files in their own order.
"""

import io
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePath

from extract.model import Document, Failure, Record, Unread
from extract.sources.archive import READ_ERRORS, Place, Unpacked, unknown, unpack
from extract.sources.csv_source import read_csv
from extract.sources.detect import Form, detect, require_prose
from extract.sources.extent import STDIN, Counted, Gauge
from extract.sources.json_source import read_json
from extract.sources.limits import BadRecordError, Limits
from extract.sources.outcomes import outcome_forms
from extract.sources.plain_text import document_of, split_record
from extract.sources.registry_words import registry_words
from extract.sources.sections import NCT_ID, digest
from extract.sources.streams import Meter, Readable, as_utf8, buffered, decode, read_all
from ontology.errors import UsageError, Where

Told = Callable[[int], None]
_SUFFIXES = re.compile(r"(?:\.(?:txt|text|gz|gzip|zst|zstd))+$|(?<=.)\.[A-Za-z][A-Za-z0-9]{0,4}$", re.IGNORECASE)
_UNSAFE_STEM = re.compile(r"[^\w.+-]+")
_LABELLED_ID = re.compile(r"^\W*(?:(?:nct|registry|trial|study)[\w. ]{0,20}[:#]\s*)?(NCT\d{8})\W*$", re.I | re.M)


def read_sources(
    sources: Iterable[str | os.PathLike[str]], *, stdin: Readable | None = None, limits: Limits | None = None
) -> Iterator[Document | Failure]:
    """Documents and failures of all sources, streamed: the records of `read_records`, each read to its end."""
    records = read_records(sources, stdin=stdin, limits=limits)
    return (record.read() if isinstance(record, Unread) else record for record in records)


def read_records(
    sources: Iterable[str | os.PathLike[str]],
    *,
    stdin: Readable | None = None,
    limits: Limits | None = None,
    consumed: Told | None = None,
) -> Iterator[Record]:
    """Records of all sources, streamed; of some no more than the heading is read before they are asked for the rest.

    Args:
        sources: files, folders (read with all below them), or `-` for `stdin`.
        stdin: a binary stream, needed where `-` is among the sources.
        limits: bounds on memory and growth.
        consumed: told now and then how many more bytes of the files, as they are on disk, have been read and their
            records handed out; of standard input, none. In the end `extent.total_bytes`, if no file has changed.

    Raises:
        UsageError: at once, before anything is read: no source, or a path that does not exist.
    """
    names = [os.fspath(source) for source in sources]
    if not names:
        raise UsageError("no source given", hint="name files or folders, or - for standard input")
    for name in names:
        if name == STDIN and stdin is None:
            raise UsageError("no standard input to read")
        if name != STDIN and not os.path.lexists(name):
            raise UsageError("no such file or folder", where=Where(file=name))
    return _read(names, stdin, limits or Limits(), consumed or _unheard)


def _unheard(_bytes: int) -> None:
    """Who is told where nobody asks."""


def _read(names: list[str], stdin: Readable | None, limits: Limits, told: Told) -> Iterator[Record]:
    for name in names:
        if name == STDIN and stdin is not None:
            yield from _isolated(STDIN, stdin, limits, Gauge(told))
        elif Path(name).is_dir():
            yield from _folder(Path(name), limits, told)
        else:
            yield from _file(Path(name), limits, told, named=True)


def _folder(folder: Path, limits: Limits, told: Told) -> Iterator[Record]:
    found = False
    for entry in _walk(folder, set()):
        found = True
        yield from [entry] if isinstance(entry, Failure) else _file(entry, limits, told, named=False)
    if not found:
        yield Failure(str(folder), None, "the folder holds no files")


def _walk(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path | Failure]:
    """Files below a folder in the order of their names; each real folder once, whatever links lead to it."""
    try:
        status = folder.stat()
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield Failure(str(folder), None, _os_reason(error))
        return
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry, seen)
        else:
            yield entry


def _file(path: Path, limits: Limits, told: Told, *, named: bool) -> Iterator[Record]:
    """One file; in a folder only regular ones, so that a pipe there blocks nothing."""
    try:
        if not named and not stat.S_ISREG(path.stat().st_mode):
            yield Failure(str(path), None, "not a regular file")
            return
        with path.open("rb") as stream:
            counted, gauge = Counted(stream), Gauge(told)
            yield from _isolated(str(path), counted, limits, gauge, counted.place if stream.seekable() else unknown)
            gauge.end(os.fstat(stream.fileno()).st_size)
    except OSError as error:
        yield Failure(str(path), None, _os_reason(error))


def _isolated(name: str, stream: Readable, limits: Limits, gauge: Gauge, place: Place = unknown) -> Iterator[Record]:
    """All that a stream holds; a fault in a packed file or in one of its members ends that one alone."""
    try:
        for item in unpack(name, stream, limits, place=place):
            if isinstance(item, Failure):
                yield item
                continue
            for record in _contents(item, limits):
                gauge.at(item.place())
                yield record
    except READ_ERRORS as error:
        yield Failure(name, None, _os_reason(error) if isinstance(error, OSError) else f"cannot be read: {error}")
    except BadRecordError as error:
        yield error.failure(name)


def _contents(item: Unpacked, limits: Limits) -> Iterator[Record]:
    """At least one value for every file: one without records says so."""
    found = False
    try:
        for value in _records(item, limits):
            found = True
            yield value
        if not found:
            yield Failure(item.name, None, "holds no record")
    except BadRecordError as error:
        yield error.failure(item.name)
    except UnicodeError as error:
        yield Failure(item.name, None, f"broken encoding: {error}", hint="save it as UTF-8")
    except READ_ERRORS as error:
        yield Failure(item.name, None, f"cannot be read to its end: {error}")


def _records(item: Unpacked, limits: Limits) -> Iterator[Record]:
    source, head = as_utf8(item.rest, item.head)
    form = detect(head, registry_words())
    stream = buffered(Meter(source, head=head))
    if form is Form.JSON:
        yield from read_json(item.name, stream, limits)
    elif form is Form.CSV:
        yield from read_csv(item.name, stream, limits)
    else:
        yield _text_file(item, stream, limits)


def _text_file(item: Unpacked, stream: io.BufferedReader, limits: Limits) -> Document:
    text = decode(read_all(stream, limits.record_chars, "the text"))
    parted = split_record(text, registry_words(), outcome_forms())
    if not parted.structured:
        require_prose(text)
    return document_of(parted, text, _text_id(item, text), item.name, limits)


def _text_id(item: Unpacked, text: str) -> str:
    """The NCT id of the file's name or of a line of its own, else the file's stem, else (standard input) a hash."""
    stem = _SUFFIXES.sub("", PurePath(item.path).name)
    found = NCT_ID.search(stem) or _LABELLED_ID.search(text)
    if found:
        return found.group(found.lastindex or 0).upper()
    safe = _UNSAFE_STEM.sub("-", stem).strip("-")
    return safe if safe and item.path != STDIN else digest(text.encode())


def _os_reason(error: OSError) -> str:
    return f"cannot be read: {error.strerror or error}"
