"""How finding names grows with their number: time to index them, memory, and speed on real text.

    python bench/matching_speed.py RECORDS... [--names 2000 20000 200000] [--rounds 5]

The names are generated: drug-like words, codes and phrases. The text is that of the records, with as many names of the
list put into it for every size (one in 50 words), so that there is as much to find. Each size runs in a process of its
own; figures are the best of the rounds, sizes in turn.
"""

import argparse
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from extract.matcher import Term, build_matcher, find_mentions
from extract.model import Document
from extract.sources.read import read_sources
from extract.text import RecordText
from ontology.model import NameForm, TermKind

SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi xo zu bri cla dro fen gly kri mab nib pre stu tra".split()  # noqa: SIM905
EVERY = 50


def names(number: int, chance: random.Random) -> Iterator[str]:
    """Different names: words (six in ten), codes (three), and phrases."""
    seen: set[str] = set()
    while len(seen) < number:
        word = "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(3, 6)))
        kind = chance.random()
        code = f"{word[:3].upper()}-{chance.randrange(100_000)}"
        name = word if kind < 0.6 else code if kind < 0.9 else f"{word} {chance.choice(SYLLABLES)} {code}"
        if name not in seen:
            seen.add(name)
            yield name


def planted(text: str, every: Sequence[str], chance: random.Random) -> str:
    """The text with a name after each so many words."""
    words = text.split(" ")
    for at in range(EVERY, len(words), EVERY):
        words[at] = f"{words[at]} {chance.choice(every)}"
    return " ".join(words)


def measure(number: int, records: Sequence[Path], rounds: int) -> str:
    """One size: seconds to index, megabytes that it took, and million characters a second."""
    chance = random.Random(7)
    every = list(names(number, chance))
    documents = [found for found in read_sources(records) if isinstance(found, Document)]
    texts = [planted(RecordText(document.sections).text, every, chance) for document in documents]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    matcher = build_matcher(
        Term(TermKind.DRUG, name, NameForm.PREFERRED, needs_context=False, case_sensitive=False, text=name)
        for name in every
    )
    built = time.process_time() - start
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    seconds, found = [], 0
    for _ in range(rounds + 1):
        start = time.process_time()
        found = sum(len(find_mentions(matcher, text)) for text in texts)
        seconds.append(time.process_time() - start)
    best, middle = min(seconds[1:]), statistics.median(seconds[1:])
    size = sum(map(len, texts))
    return (
        f"{number:8,} names: indexed in {built:5.2f} s, {grown:6.1f} MB; {size / best / 1e6:5.2f} M characters/s "
        f"(median {size / middle / 1e6:5.2f}), {found:,} found"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each size in a process of its own, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", nargs="+", type=Path)
    parser.add_argument("--names", nargs="+", type=int, default=[2_000, 20_000, 200_000])
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    if len(given.names) == 1:
        print(measure(given.names[0], given.records, given.rounds))
        return 0
    for number in given.names:
        options = ["--names", str(number), "--rounds", str(given.rounds)]
        subprocess.run([sys.executable, __file__, *map(str, given.records), *options], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
