"""The tokenizer: runs of letters, runs of digits, single signs.

Drug codes and registry prose mix letters, digits and signs without spaces ("nal-IRI/5-FU/LV", "HLX10+HLX04",
"1200mg"). Cutting at each change of kind makes "AK104", "AK-104" and "AK 104" the same sequence, and needs no special
cases, so spaCy's tokenizer cache trap (`has_special`) does not arise.
"""

import re
from typing import Any, NamedTuple

from spacy.tokens import Doc
from spacy.vocab import Vocab

# A token, with the blank after it if there is one.
TOKEN = re.compile(r"(?:[A-Za-z]+(?![^\W\d_])|[^\W\d_]+|\d+|[^\w\s]|_|\s) ?")
# How many different tokens are remembered.
REMEMBERED = 100_000


class Known(NamedTuple):
    """What `Doc` wants of a token: its word's number in the vocabulary's string store, and whether a blank follows."""

    orth: int
    blank: bool


class Seen(dict[str, Known]):
    """Tokens met before; most of a record's are, and spaCy hashes a word anew each time it is given as text."""

    def __init__(self, vocab: Vocab) -> None:
        super().__init__()
        self._strings = vocab.strings

    def __missing__(self, token: str) -> Known:
        """Look a new token up."""
        if len(self) >= REMEMBERED:
            self.clear()
        blank = len(token) > 1 and token[-1] == " "
        known = self[token] = Known(self._strings.add(token[:-1] if blank else token), blank)
        return known


class RunTokenizer:
    """Callable tokenizer: text to `Doc`; `doc.text == text`, always."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        self._seen = Seen(vocab)

    def __call__(self, text: str) -> Doc:
        """Cut a text; a blank becomes the preceding token's space."""
        found = list(map(self._seen.__getitem__, TOKEN.findall(text)))
        words: list[Any] = [orth for orth, _ in found]  # spaCy's types leave out the numbers that its text allows
        return Doc(self.vocab, words=words, spaces=[blank for _, blank in found])
