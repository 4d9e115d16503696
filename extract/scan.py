"""Running rules over sentences: a rule is tried only where one of its literal `needs` stands.

Regular expressions over every sentence of a record would cost most of the time that a record may take. `str.find`
over the whole record costs microseconds, so each rule names the literals without which it cannot match.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from extract.rulebook import Rule
from extract.text import Sentence

# One character for one, so that offsets stay: registry text escapes signs with a backslash and mixes widths.
SIGNS = str.maketrans(
    {
        "\\": " ",
        "\u00a0": " ",
        "\u3000": " ",
        "\t": " ",
        "‐": "-",
        "‑": "-",
        "–": "-",
        "—": "-",
        "−": "-",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "（": "(",
        "）": ")",
        "，": ",",
        "；": ";",
        "：": ":",
        "≧": "≥",
        "≦": "≤",
        "⩾": "≥",
        "⩽": "≤",
        "＞": ">",
        "＜": "<",
        "％": "%",
    }
)


@dataclass(frozen=True, slots=True)
class Plain:
    """A record's text with its signs made plain, character for character: offsets are those of the record.

    `lower` is the same in lower case, `starts` are the offsets of the sentences.
    """

    text: str
    lower: str
    starts: tuple[int, ...]

    def of(self, sentence: Sentence) -> str:
        """The plain words of a sentence."""
        return self.text[sentence.start : sentence.end]


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's match in a sentence; `start` and `end` are offsets into the record's text."""

    rule: Rule
    sentence: Sentence
    match: re.Match[str]

    @property
    def start(self) -> int:
        """Where the match starts in the record."""
        return self.sentence.start + self.match.start()

    @property
    def end(self) -> int:
        """Where the match ends in the record."""
        return self.sentence.start + self.match.end()


def plain_text(text: str, sentences: Sequence[Sentence] = ()) -> Plain:
    """Make a text plain without moving a character."""
    plain = text if text.isascii() and "\\" not in text and "\t" not in text else text.translate(SIGNS)
    lower = plain.lower()
    if len(lower) != len(plain):
        lower = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in plain)
    return Plain(plain, lower, tuple(sentence.start for sentence in sentences))


def sentences_with(plain: Plain, needs: Iterable[str]) -> set[int]:
    """The indexes of the sentences that hold any of these literals (lower case)."""
    found: set[int] = set()
    starts, lower = plain.starts, plain.lower
    for need in needs:
        at = lower.find(need)
        while at >= 0:
            index = bisect_right(starts, at) - 1
            found.add(index)
            at = lower.find(need, starts[index + 1]) if index + 1 < len(starts) else -1
    found.discard(-1)
    return found


class Scanner:
    """A list of rules, asked together; `rule.value["needs"]` are the literals that a rule cannot do without."""

    __slots__ = ("_always", "_by_need")

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._always: list[Rule] = []
        self._by_need: dict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            for need in rule.value.get("needs", ()):
                self._by_need[need].append(rule)
            if not rule.value.get("needs"):
                self._always.append(rule)

    def hits(self, plain: Plain, sentences: Sequence[Sentence], only: Collection[int] | None = None) -> Iterator[Hit]:
        """All matches of all rules, sentence by sentence; `only` names the sentences to read, None all of them."""
        due: dict[int, dict[str, Rule]] = defaultdict(dict)
        for need, rules in self._by_need.items():
            for index in sentences_with(plain, (need,)):
                due[index].update((rule.id, rule) for rule in rules)
        always = {rule.id: rule for rule in self._always}
        wanted = range(len(sentences)) if always else sorted(due)
        for index in wanted if only is None else (index for index in wanted if index in only):
            sentence = sentences[index]
            words = plain.of(sentence)
            for rule in (always | due.get(index, {})).values():
                for match in rule.pattern.finditer(words):
                    yield Hit(rule, sentence, match)
