"""Documents and tokens a second of the whole pipeline, beside spaCy's own tokenizer on the same texts.

    python bench/pipeline_speed.py RECORDS... [--rounds 3] [--medspacy PYTHON]

One process, one core, rounds in turn (ours, theirs, ours, theirs ...), each figure the median. `--medspacy` names the
interpreter of an environment of its own that has medspaCy (`pip install medspacy`), which runs its ConText pipeline on
the same texts. `--linear` shows time against text length, with the records' own text repeated.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import spacy

from extract.model import Document, SectionKind
from extract.pipeline import build_pipeline, extract_each
from extract.sources.read import read_sources
from extract.text import RecordText
from ontology.tables import load_vocabulary

MEDSPACY = """
import json, sys, time, spacy, medspacy
texts = json.load(sys.stdin)
nlp = spacy.blank("en")
for name in ("sentencizer", "medspacy_target_matcher", "medspacy_context"): nlp.add_pipe(name)
start = time.process_time()
tokens = sum(len(nlp(text)) for text in texts)
print(json.dumps([len(texts), tokens, time.process_time() - start]))
"""


def timed(work: Callable[[], int]) -> tuple[int, float]:
    """The result, and the processor seconds that it took."""
    start = time.process_time()
    return work(), time.process_time() - start


def longer(document: Document, times: int) -> Document:
    """The same record with its descriptions `times` over."""
    import dataclasses  # noqa: PLC0415

    kinds = {SectionKind.DESCRIPTION, SectionKind.ELIGIBILITY, SectionKind.SUMMARY}
    sections = tuple(s._replace(text="\n".join([s.text] * times)) if s.kind in kinds else s for s in document.sections)
    return dataclasses.replace(document, sections=sections)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--medspacy", help="interpreter of an environment with medspaCy")
    parser.add_argument("--linear", action="store_true")
    given = parser.parse_args(arguments)
    documents = [found for found in read_sources(given.records) if isinstance(found, Document)]
    texts = [RecordText(document.sections).text for document in documents]
    ours, theirs = build_pipeline(load_vocabulary()), spacy.blank("en")
    runs: dict[str, list[float]] = {"pipeline": [], "spaCy tokenizer": []}
    tokens = 0
    for _ in range(given.rounds):
        _, seconds = timed(lambda: len(extract_each(ours, documents)))
        runs["pipeline"].append(seconds)
        tokens, seconds = timed(lambda: sum(len(theirs.make_doc(text)) for text in texts))
        runs["spaCy tokenizer"].append(seconds)
    print(f"{len(documents)} documents, {sum(map(len, texts)):,} characters, {tokens:,} spaCy tokens")
    for name, seconds_of in runs.items():
        middle = statistics.median(seconds_of)
        print(f"{name:16s} {len(documents) / middle:8.1f} documents/s {tokens / middle:12,.0f} tokens/s")
    ratios = [theirs_ / ours_ for ours_, theirs_ in zip(*runs.values(), strict=True)]
    print(f"ratio, ours / spaCy's tokenizer: {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})")
    if given.medspacy:
        done = subprocess.run(
            [given.medspacy, "-c", MEDSPACY], input=json.dumps(texts[:100]), capture_output=True, text=True, check=False
        )
        number, _, seconds = json.loads(done.stdout) if done.returncode == 0 else (0, 0, 1)
        print(f"medspaCy ConText {number / seconds:8.1f} documents/s" if number else f"medspaCy: {done.stderr[-300:]}")
    if given.linear:
        sample = documents[:: max(1, len(documents) // 40)]
        for times in (1, 2, 4, 8):
            many = [longer(document, times) for document in sample]
            characters = sum(len(s.text) for d in many for s in d.sections)
            _, seconds = timed(lambda many=many: len(extract_each(ours, many)))
            print(f"text x{times}: {characters:9,} characters, {seconds * 1e6 / characters:6.3f} us a character")
    return 0


if __name__ == "__main__":
    sys.exit(main())
