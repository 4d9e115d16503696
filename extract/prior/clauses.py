"""The clauses of a sentence that names earlier therapies, each with the role words in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from extract.scan import Hit, Plain
from extract.text import Sentence

# A clause ends at a semicolon, or where a second statement of the past begins; asked of lower case.
CUT = re.compile(
    r";|(?<!current),? (?:or|and|but) (?=(?:have|has|had|previous(?:ly)?|prior|received|those who|any prior)\b"
    r"(?! (?:been )?(?:proven|confirmed)))"
)


class Clause(NamedTuple):
    """A clause at offsets of the record; `roles` are the role words in it, by their role, each in order."""

    sentence: Sentence
    start: int
    end: int
    roles: Mapping[str, Sequence[Hit]]

    def of(self, role: str) -> Sequence[Hit]:
        """The role words of a role."""
        return self.roles.get(role, ())


def clauses(sentence: Sentence, plain: Plain, roles: Sequence[Hit]) -> Iterator[Clause]:
    """The clauses of a sentence, in order."""
    start = sentence.start
    cuts = [(cut.start(), cut.end()) for cut in CUT.finditer(plain.lower, sentence.start, sentence.end)]
    for end, resume in [*cuts, (sentence.end, sentence.end)]:
        inside: dict[str, list[Hit]] = {}
        for hit in roles:
            if start <= hit.start < end:
                inside.setdefault(hit.rule.value.get("role", ""), []).append(hit)
        yield Clause(sentence, start, end, inside)
        start = resume
