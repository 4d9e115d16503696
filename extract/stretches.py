"""A text cut once, for spaCy's `Doc`, for finding names and for rules: at its blanks, then each stretch into pieces.

A piece is a run of letters, a run of digits, or a single sign. Each different stretch is cut into its pieces only once
for all texts: most stretches of a text were in those before it, and looking one up costs a twentieth of cutting it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

# The first branch spares most words the slower second one.
PIECE = re.compile(r"[A-Za-z]+(?![^\W\d_])|[^\W\d_]+|\d+|[^\w\s]|_|\s")
# Signs that may stand, or not, between the pieces of one name; in a text, blanks too.
JOINERS = frozenset("-‐‑–'’®™")
SKIPPED = JOINERS | {" ", "\t", "\xa0"}
# The character of all pieces that are in no name.
NO_NAME = "\0"
# A shorter word is no plural.
SHORTEST_PLURAL = 5
# How many different stretches are remembered.
REMEMBERED = 100_000


class Stretch(NamedTuple):
    """What stands between two blanks of a text, or between a line's start or end and a blank.

    `orths` are the numbers of its pieces in spaCy's string store (none without one), `blanks` says after which of them
    a blank follows. `codes` has a character for each piece that counts in names, `number` of them, `starts` and `ends`
    are their offsets in the stretch. `width` is how far the next stretch lies. `rules` are the bits of the rules that
    its words call for (`extract.lexicon`).
    """

    orths: tuple[int, ...]
    blanks: tuple[bool, ...]
    codes: str
    number: int
    width: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    rules: int


WIDTH = itemgetter(4)


class Cut(NamedTuple):
    """The stretches of a text, and the offset at which each starts (and, at the end, the text's end)."""

    stretches: Sequence[Stretch]
    starts: Sequence[int]


class Stretches(dict[str, Stretch]):
    """Stretches met before.

    Args:
        codes: the characters of the pieces of names, in lower case.
        store: the number of a piece in spaCy's string store, which it is added to.
        rules: the bits of the rules that a stretch's words call for.
    """

    __slots__ = ("_codes", "_rules", "_store")

    def __init__(
        self,
        codes: Mapping[str, str],
        store: Callable[[str], int] | None = None,
        rules: Callable[[str], int] | None = None,
    ) -> None:
        super().__init__()
        self._codes = codes
        self._store = store
        self._rules = rules

    def cut(self, text: str) -> Cut:
        """The stretches of a text in order; a line's end belongs to the stretch before it."""
        stretches = list(map(self.__getitem__, text.replace("\n", "\n ").split(" ")))
        return Cut(stretches, list(accumulate(map(WIDTH, stretches), initial=0)))

    def __missing__(self, text: str) -> Stretch:
        """Cut a new stretch. An empty one is a blank with nothing before it; after a line's end no blank is left."""
        if len(self) >= REMEMBERED:
            self.clear()
        if text.isascii() and text.isalpha():  # most are: one word
            size = len(text)
            stretch = Stretch(
                self._stored([text]), (True,), self._code(text), 1, size + 1, (0,), (size,), self._called(text)
            )
        else:
            stretch = self._cut_up(text)
        self[text] = stretch
        return stretch

    def _cut_up(self, text: str) -> Stretch:
        found = PIECE.findall(text)
        ends = list(accumulate(map(len, found)))
        counted = [piece not in SKIPPED for piece in found]
        starts = tuple([start for start, counts in zip([0, *ends], counted, strict=False) if counts])
        codes = "".join([self._code(piece) for piece, counts in zip(found, counted, strict=True) if counts])
        followed = text[-1:] != "\n"
        return Stretch(
            self._stored(found or [" "]),
            (False,) * (len(found) - 1) + (followed and bool(text),),
            codes,
            len(codes),
            len(text) + followed,
            starts,
            tuple([end for end, counts in zip(ends, counted, strict=True) if counts]),
            self._called(text),
        )

    def _stored(self, found: list[str]) -> tuple[int, ...]:
        return tuple(map(self._store, found)) if self._store else ()

    def _called(self, text: str) -> int:
        return self._rules(text) if self._rules else 0

    def _code(self, piece: str) -> str:
        """The character of a piece; a plural that is in no name has that of its singular ("taxanes", "antibodies")."""
        lower = piece.lower()
        code = self._codes.get(lower)
        return code or next((self._codes[one] for one in singulars(lower) if one in self._codes), NO_NAME)


def singulars(word: str) -> tuple[str, ...]:
    """The words that a word may be the plural of."""
    if len(word) < SHORTEST_PLURAL or word[-1] != "s":
        return ()
    return (word[:-1], word[:-3] + "y") if word.endswith("ies") else (word[:-1],)
