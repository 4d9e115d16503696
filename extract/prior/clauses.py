"""The clauses of a sentence that names earlier therapies, each with the role words in it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from extract.scan import Hit, Plain
from extract.text import Sentence

# A clause ends at a semicolon, or where a second statement of the past begins; asked of lower case.
CUT = re.compile(
    r";|(?<!current),? (?:or|and|but) (?=(?:have|has|had|previous(?:ly)?|prior|received|those who|any prior)\b"
    r"(?! (?:been )?(?:proven|confirmed)))"
)


class Word(NamedTuple):
    """A role word at `[start, end)` of the record, in lower case."""

    start: int
    end: int
    text: str


class Clause(NamedTuple):
    """A clause at offsets of the record; `roles` are the role words in it, by their role, each in order."""

    sentence: Sentence
    start: int
    end: int
    roles: Mapping[str, Sequence[Word]]

    def of(self, role: str) -> Sequence[Word]:
        """The role words of a role."""
        return self.roles.get(role, ())


def clauses(sentence: Sentence, plain: Plain, hits: Iterable[Hit]) -> Iterator[Clause]:
    """The clauses of a sentence, in order; `hits` are its role words."""
    words = [(hit.rule.value.get("role", ""), _word(hit, plain)) for hit in hits]
    start, stop = sentence.start, sentence.end
    for cut in CUT.finditer(plain.lower, start, stop):
        end, resume = cut.span()
        yield Clause(sentence, start, end, _by_role(words, start, end))
        start = resume
    yield Clause(sentence, start, stop, _by_role(words, start, stop))


def _by_role(words: Iterable[tuple[str, Word]], start: int, end: int) -> dict[str, list[Word]]:
    """The words that start in `[start, end)` by their role."""
    inside: dict[str, list[Word]] = {}
    for role, word in words:
        if start <= word.start < end:
            inside.setdefault(role, []).append(word)
    return inside


def _word(hit: Hit, plain: Plain) -> Word:
    base = hit.sentence.start
    start, end = hit.match.span()
    return Word(base + start, base + end, plain.lower[base + start : base + end])
