"""The tokenizer: runs of letters, runs of digits, single signs.

Drug codes and registry prose mix letters, digits and signs without spaces ("nal-IRI/5-FU/LV", "HLX10+HLX04",
"1200mg"). Cutting at each change of kind makes "AK104", "AK-104" and "AK 104" the same sequence, and needs no special
cases, so spaCy's tokenizer cache trap (`has_special`) does not arise.

A text is cut at its blanks first, and each stretch between two blanks only once for all records.
"""

import re
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from spacy.tokens import Doc
from spacy.vocab import Vocab

# A token, with the blank after it if there is one.
TOKEN = re.compile(r"[A-Za-z]+(?![^\W\d_])|[^\W\d_]+|\d+|[^\w\s]|_|\s")
# How many different stretches are remembered.
REMEMBERED = 100_000
WORDS, BLANKS = itemgetter(0), itemgetter(1)


class Known(NamedTuple):
    """The words of a stretch by their numbers in the string store, and after which of them a blank follows."""

    words: tuple[int, ...]
    blanks: tuple[bool, ...]


class Seen(dict[str, Known]):
    """Stretches met before; most of a record's are, and spaCy hashes a word anew each time it is given as text."""

    def __init__(self, vocab: Vocab) -> None:
        super().__init__()
        self._strings = vocab.strings

    def __missing__(self, stretch: str) -> Known:
        """Cut a new stretch. An empty one is a blank with no word before it; after a line's end no blank is left."""
        if len(self) >= REMEMBERED:
            self.clear()
        if stretch.isascii() and stretch.isalpha():  # most are: one word
            known = self[stretch] = Known((self._strings.add(stretch),), (True,))
            return known
        words = TOKEN.findall(stretch) or [" "]
        blanks = (*(False for _ in words[1:]), stretch[-1:] not in {"", "\n"})
        known = self[stretch] = Known(tuple(map(self._strings.add, words)), blanks)
        return known


class RunTokenizer:
    """Callable tokenizer: text to `Doc`; `doc.text == text`, always."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        self._seen = Seen(vocab)

    def __call__(self, text: str) -> Doc:
        """Cut a text; a blank becomes the preceding token's space."""
        *whole, last = text.replace("\n", "\n ").split(" ")
        known = list(map(self._seen.__getitem__, whole))
        if last:
            known.append(Known(self._seen[last].words, (False,) * len(self._seen[last].words)))
        orths: list[Any] = list(chain.from_iterable(map(WORDS, known)))  # spaCy's types leave out numbers
        return Doc(self.vocab, words=orths, spaces=list(chain.from_iterable(map(BLANKS, known))))
