"""Many records out of few: a corpus over and over, each copy with an id of its own and its sentences shuffled.

The texts are real, so that reading them costs what it costs; no two copies are alike, so that nothing is cached away.
The same number always gives the same record.
"""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import zstandard

FIRST_ID = 90_000_000
SENTENCE_END = re.compile(r"(?<=[.;])\s+(?=[A-Z])")
HEADING = re.compile(r":\s*$")
PROSE = (("descriptionModule", "briefSummary"), ("descriptionModule", "detailedDescription"))


def studies(corpus: Path) -> list[bytes]:
    """The studies of a folder of registry pages, each as JSON."""
    found: list[bytes] = []
    for file in sorted(corpus.glob("*.json")):
        page = json.loads(file.read_bytes())
        found += map(orjson.dumps, page["studies"] if isinstance(page, dict) else page)
    return found


def record(number: int, sources: list[bytes]) -> bytes:
    """The record of that number, from 0, as one line of JSON."""
    source = sources[number % len(sources)]
    old = orjson.loads(source)["protocolSection"]["identificationModule"]["nctId"]
    study = orjson.loads(source.replace(old.encode(), f"NCT{FIRST_ID + number}".encode()))
    shuffle(study["protocolSection"], random.Random(number))
    return orjson.dumps(study)


def shuffle(protocol: dict[str, Any], chance: random.Random) -> None:
    """Shuffle sentences of descriptions, and criteria under their headings, in place."""
    for module, member in PROSE:
        if text := protocol.get(module, {}).get(member):
            protocol[module][member] = "\n\n".join(shuffled_sentences(part, chance) for part in text.split("\n\n"))
    eligibility = protocol.get("eligibilityModule", {})
    if text := eligibility.get("eligibilityCriteria"):
        eligibility["eligibilityCriteria"] = shuffled_criteria(text, chance)


def shuffled_sentences(paragraph: str, chance: random.Random) -> str:
    """The sentences of a paragraph in another order."""
    sentences = SENTENCE_END.split(paragraph)
    chance.shuffle(sentences)
    return " ".join(sentences)


def shuffled_criteria(text: str, chance: random.Random) -> str:
    """The lines of a list of criteria in another order; a heading keeps its place, and what is under it stays there."""
    done: list[str] = []
    waiting: list[str] = []
    for line in text.split("\n"):
        if HEADING.search(line):
            chance.shuffle(waiting)
            done += [*waiting, line]
            waiting = []
        else:
            waiting.append(line)
    chance.shuffle(waiting)
    return "\n".join(done + waiting)


def written(corpus: Path, folder: Path, count: int) -> Path:
    """The file of so many records, as compressed JSON Lines; made if it is not there yet, whole or not at all."""
    file = folder / f"records-{count}.jsonl.zst"
    if file.exists():
        return file
    part = file.with_suffix(".part")
    sources = studies(corpus)
    with part.open("wb") as raw, zstandard.ZstdCompressor(level=3).stream_writer(raw) as out:
        for line in lines(sources, count):
            out.write(line)
    part.replace(file)
    return file


def lines(sources: list[bytes], count: int) -> Iterator[bytes]:
    """The first records, one a line."""
    return (record(number, sources) + b"\n" for number in range(count))
