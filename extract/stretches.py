"""A text cut once, for spaCy's `Doc`, for finding names and for rules: at its blanks, then each stretch into pieces.

A piece is a run of letters, a run of digits, or a single sign. Each different stretch is cut into its pieces only once
for all texts: most stretches of a text were in those before it, and looking one up costs a twentieth of cutting it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, compress
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

    `orth` is its number in spaCy's string store (0 without one), `blank` says whether a blank follows. `codes` has a
    character for each piece that counts in names, `starts` and `ends` are their offsets in the stretch. `width` is how
    far the next stretch lies. `rules` are the bits of the rules that its words call for (`extract.lexicon`).
    """

    orth: int
    blank: bool
    codes: str
    width: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    rules: int


WIDTH = itemgetter(3)
START = (0,)


class Cut(NamedTuple):
    """The stretches of a text, and the offset at which each starts (and, at the end, the text's end)."""

    stretches: Sequence[Stretch]
    starts: Sequence[int]


class Stretches(dict[str, Stretch]):
    """Stretches met before.

    Args:
        codes: the characters of the pieces of names, in lower case.
        store: the number of a stretch in spaCy's string store, which it is added to.
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
        if len(self) >= REMEMBERED:
            self.clear()
        stretches = list(map(self.__getitem__, text.replace("\n", "\n ").split(" ")))
        return Cut(stretches, list(accumulate(map(WIDTH, stretches), initial=0)))

    def __missing__(self, text: str) -> Stretch:
        """Cut a new stretch. An empty one is a blank with nothing before it; after a line's end no blank is left."""
        orth = self._store(text or " ") if self._store else 0
        called = self._rules(text) if self._rules else 0
        if text.isascii() and text.isalpha():  # most are: one word
            size, blank = len(text), True
            stretch = Stretch(orth, blank, self._code(text), size + 1, START, (size,), called)
        else:
            follows = text[-1:] != "\n"
            codes, starts, ends = self._pieces(text)
            blank = follows and text != ""
            stretch = Stretch(orth, blank, codes, len(text) + follows, starts, ends, called)
        self[text] = stretch
        return stretch

    def _pieces(self, text: str) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
        """The characters of the pieces that count, and where each starts and ends."""
        found = PIECE.findall(text)
        ends = tuple(accumulate(map(len, found)))
        if SKIPPED.isdisjoint(found):
            return "".join(map(self._code, found)), (START + ends)[: len(ends)], ends
        counted = [piece not in SKIPPED for piece in found]
        codes = "".join(map(self._code, compress(found, counted)))
        return codes, tuple(compress(START + ends, counted)), tuple(compress(ends, counted))

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
