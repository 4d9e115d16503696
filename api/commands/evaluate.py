"""`trialgraph evaluate`: how well the extractor agrees with annotated records."""

import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from api.commands.common import complain, existing, read, write_line
from api.errors import EXIT_DONE, EXIT_FAULT, EXIT_USAGE
from extract.evaluation.score import Tally, score
from extract.model import Document, SourceFormat
from graph.extracted import FactWriter
from ontology.errors import SourceError, UsageError, Where

RECORDS = "records"
FORMATS = list(SourceFormat)
HEADER = f"{'field':16}  precision  recall     F1   right  wrong  missed"


def run(gold: Path, sources: Sequence[str], scorer: Path | None, scorer_options: Sequence[str]) -> int:
    """Extract the annotated records and print how the facts agree.

    Raises:
        UsageError: no gold file, no such scorer, or options for a scorer that is not named.
        SourceError: a line of the gold file is no annotated record.
    """
    if scorer is None and scorer_options:
        raise UsageError(f"{scorer_options[0]} is for the scorer", hint="name one with --scorer")
    annotated = read_gold(gold)
    found, complete = existing(sources or [str(gold.parent / RECORDS)])
    if not found:
        return EXIT_USAGE
    ids = {str(record["id"]) for record in annotated}
    documents = _best(read(found), ids)
    results = FactWriter(with_sections=True)()(list(documents.values()))
    lines = [line for line in results if isinstance(line, bytes)]
    failures = [line for line in results if not isinstance(line, bytes)]
    for failure in failures:
        complain(str(failure))
    absent = sorted(ids - documents.keys())
    if absent:
        complain(f"{len(absent)} annotated records are not in the sources: {', '.join(absent[:5])}")
    if scorer is not None:
        code = _run_scorer(scorer, scorer_options, annotated, lines)
    else:
        for line in table(score(annotated, {facts["id"]: facts for facts in map(orjson.loads, lines)}), len(annotated)):
            write_line(line)
        code = EXIT_DONE
    return code or (EXIT_DONE if complete and not failures and not absent else EXIT_FAULT)


def read_gold(path: Path) -> list[Mapping[str, Any]]:
    """The annotated records of a JSON Lines file, each an object with an id.

    Raises:
        UsageError: the file is absent.
        SourceError: a line is something else.
    """
    if not path.is_file():
        raise UsageError("no such file", where=Where(str(path)))
    records: list[Mapping[str, Any]] = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as fault:
            raise SourceError(f"not JSON: {fault}", where=Where(str(path), f"line {number}")) from fault
        if not isinstance(record, dict) or not isinstance(record.get("id"), str):
            raise SourceError("not an annotated record: no id", where=Where(str(path), f"line {number}"))
        records.append(record)
    return records


def _best(items: Iterable[Any], ids: set[str]) -> dict[str, Document]:
    """The annotated records, each from the best format that it comes in; what cannot be read is told."""
    kept: dict[str, Document] = {}
    for item in items:
        if not isinstance(item, Document):
            complain(str(item))
            continue
        held = kept.get(item.id)
        if item.id in ids and (held is None or FORMATS.index(item.format) < FORMATS.index(held.format)):
            kept[item.id] = item
    return kept


def table(tallies: Mapping[str, Tally], records: int) -> Iterator[str]:
    """The figures as lines of text."""
    yield f"records {records}"
    yield HEADER
    for field, tally in tallies.items():
        figures = f"{tally.precision:9.3f}  {tally.recall:6.3f}  {tally.f1:5.3f}"
        yield f"{field:16}  {figures}  {tally.right:6d} {tally.wrong:6d} {tally.missed:7d}"


def _run_scorer(scorer: Path, options: Sequence[str], gold: Iterable[Mapping[str, Any]], facts: Iterable[bytes]) -> int:
    """Run `scorer facts GOLD FACTS`; it prints its own table."""
    if not scorer.is_file():
        raise UsageError("no such scorer", where=Where(str(scorer)))
    with TemporaryDirectory() as folder:
        wanted, found = Path(folder, "gold.jsonl"), Path(folder, "facts.jsonl")
        wanted.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in gold))
        found.write_bytes(b"".join(facts))
        sys.stdout.flush()
        command = [sys.executable, str(scorer), "facts", str(wanted), str(found), *options]
        done = subprocess.run(command, capture_output=True, check=False)
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        write_line(line)
    if done.returncode:
        complain(f"the scorer ended with {done.returncode}: {done.stderr.decode('utf-8', 'replace').strip()[-300:]}")
    return EXIT_FAULT if done.returncode else EXIT_DONE
