"""Thousands of damaged records through reading and extraction: nothing may be raised but what is documented.

    python bench/mutations.py RECORDS... [--number 10000] [--seed 1] [--huge 0.01]

RECORDS are API v2 JSON files (pages of studies or arrays of them). Each mutation takes a record and cuts, doubles,
shuffles or replaces one field of it, or dresses it in HTML, emoji, right-to-left text or control characters, or makes
it a million characters long; every field of the first records is also set to null in turn. A refused record must name
its reason; the facts of one that is read must quote its text. Exits with 1 where anything else happens, and prints
what to repeat.
"""

import argparse
import copy
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
from spacy.language import Language

from extract.facts import to_json
from extract.pipeline import build_pipeline, extract_facts
from extract.sources.json_source import read_value
from extract.sources.limits import BadRecordError, Limits
from ontology.tables import load_vocabulary

HUGE = 1_000_000
Place = tuple[Any, Any]  # a container of the record, and a key or an index into it
Change = Callable[[str, random.Random], Any]


def shuffled(text: str, chance: random.Random) -> str:
    """The words in another order."""
    words = text.split(" ")
    chance.shuffle(words)
    return " ".join(words)


CHANGES: dict[str, Change] = {
    "cut": lambda text, chance: text[: chance.randrange(len(text) + 1)],
    "beheaded": lambda text, chance: text[chance.randrange(len(text) + 1) :],
    "doubled": lambda text, chance: text + text,
    "shuffled": shuffled,
    "html": lambda text, chance: "<p>" + text.replace(" ", "&nbsp;<br/>", 5) + "</p><script>x</script>",
    "emoji": lambda text, chance: text.replace(" ", " 🧬👩🏽‍⚕️ "),
    "right to left": lambda text, chance: "\u202e" + text + " \u0645\u0631\u064a\u0636 \u200f123 \u05de\u05f4\u05d2",
    "control": lambda text, chance: text.replace(" ", chance.choice(["\x00", "\u2028", "\r\n", "\ud7ff", "\ufeff"])),
    "upper": lambda text, chance: text.upper(),
    "odd letters": lambda text, chance: text.replace("i", "\u0130").replace("s", "\u017f").replace("k", "\u212a"),
    "no blanks": lambda text, chance: text.replace(" ", ""),
    "brackets": lambda text, chance: text.replace(" ", " (["),
    "null": lambda text, chance: None,
    "number": lambda text, chance: chance.choice([0, -1, 1e308, True]),
    "list": lambda text, chance: [text, None, [text]],
    "object": lambda text, chance: {"text": text},
    "empty": lambda text, chance: chance.choice(["", " ", "\n"]),
}


def places(value: Any) -> Iterator[Place]:
    """Every field of a record, outermost first."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])


def mutations(studies: Sequence[Any], number: int, seed: int, huge: float) -> Iterator[tuple[str, Any]]:
    """What was done, and the record with it done."""
    chance = random.Random(seed)
    nulls = ((study, n) for study in studies for n, _ in enumerate(places(study)))
    for count in range(number):
        if count % 4 == 0 and (found := next(nulls, None)):
            study = copy.deepcopy(found[0])
            holder, key = list(places(study))[found[1]]
            kind, holder[key] = "null in turn", None
        else:
            study = copy.deepcopy(chance.choice(studies))
            holder, key = chance.choice([(h, k) for h, k in places(study) if isinstance(h[k], str)])
            kind = "huge" if chance.random() < huge else chance.choice(list(CHANGES))
            text = holder[key]
            holder[key] = (text + " ") * (HUGE // (len(text) + 1)) if kind == "huge" else CHANGES[kind](text, chance)
        yield f"{kind} at {key!r}", study


def check(nlp: Language, study: Any) -> str:
    """Read a record and take its facts; how that ended.

    Raises:
        AssertionError: a quote is not what stands at its place.
    """
    try:
        document = read_value(study, "mutation", Limits())
    except BadRecordError as refused:
        return "refused" if str(refused) else "refused without a reason"
    texts = {section.name: section.text for section in document.sections}
    for evidence in _evidence(to_json(extract_facts(nlp, document), explain=True)):
        assert texts[evidence["section"]][evidence["start"] : evidence["end"]] == evidence["quote"], evidence
    return "read"


def _evidence(value: Any) -> Iterator[dict[str, Any]]:
    """Every piece of evidence in the JSON form of facts."""
    if isinstance(value, dict):
        yield from value.get("evidence", ())
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        yield from _evidence(item)


def main(arguments: Sequence[str] | None = None) -> int:
    """Mutate, count, and print what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", nargs="+", type=Path)
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--huge", type=float, default=0.01, help="part of the mutations that make a field huge")
    given = parser.parse_args(arguments)
    pages = [orjson.loads(path.read_bytes()) for path in given.records]
    studies = [study for page in pages for study in (page["studies"] if isinstance(page, dict) else page)]
    nlp = build_pipeline(load_vocabulary())
    ends: Counter[str] = Counter()
    slowest = (0.0, "")
    for count, (what, study) in enumerate(mutations(studies, given.number, given.seed, given.huge)):
        start = time.process_time()
        try:
            ends[check(nlp, study)] += 1
        except Exception:  # what this program is there to find
            ends["raised"] += 1
            print(f"--seed {given.seed}, number {count}: {what}\n{traceback.format_exc()}")
        slowest = max(slowest, (time.process_time() - start, f"number {count}: {what}"))
    print(", ".join(f"{number} {end}" for end, number in ends.items()), f"; slowest {slowest[0]:.1f} s, {slowest[1]}")
    return 1 if ends.keys() - {"read", "refused"} else 0


if __name__ == "__main__":
    sys.exit(main())
