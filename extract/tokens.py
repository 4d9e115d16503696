"""The tokenizer: a token is what stands between two blanks, a line's end with the word before it.

Nothing in this pipeline reads spaCy's tokens: names, rules and sentences go by offsets. So they are as few as can be,
there are no special cases, and spaCy's tokenizer cache trap (`has_special`) does not arise. The finer cut that names
and rules need ("HLX10+HLX04", "1200mg") comes from the same look-up (`extract.stretches`), as `doc._.cut`.
"""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

from extract.state import register_attributes
from extract.stretches import REMEMBERED, Stretches

ORTH, BLANK = itemgetter(0), itemgetter(1)


class BlankTokenizer:
    """Callable tokenizer: text to `Doc`; `doc.text == text`, always.

    A vocabulary of spaCy's keeps every word that it ever met. So that a long build needs no more memory than a short
    one, it is given up, together with the stretches, once there are `most` of them; later documents have a new one.

    Args:
        codes: the characters of the pieces of names (`extract.matcher.Matcher.codes`).
        rules: what tells the rules that a stretch of text calls for (`extract.lexicon.Lexicon`).
        most: how many different stretches are remembered.
    """

    def __init__(
        self,
        codes: Mapping[str, str] | None = None,
        rules: Callable[[str], int] | None = None,
        *,
        most: int = REMEMBERED,
    ) -> None:
        register_attributes()
        self._codes, self._rules, self._most = codes or {}, rules, most
        self._start()

    def _start(self) -> None:
        # Not the pipeline's vocabulary: that works out a dozen attributes of each new word (shape, prefix, stop word
        # ...), at thirty times the cost of the word itself, and nothing here reads them.
        self.vocab = Vocab()
        self._stretches = Stretches(self._codes, self.vocab.strings.add, self._rules)

    def __call__(self, text: str) -> Doc:
        """Cut a text; a blank becomes the preceding token's space."""
        if len(self._stretches) >= self._most:
            self._start()
        cut = self._stretches.cut(text)
        ends_in_word = text[-1:] not in {"", " ", "\n"}
        read = cut.stretches if ends_in_word else cut.stretches[:-1]
        orths: list[Any] = list(map(ORTH, read))  # spaCy's types leave out numbers
        spaces = list(map(BLANK, read))
        if ends_in_word:  # no blank follows the last one
            spaces[-1] = False
        doc = Doc(self.vocab, words=orths, spaces=spaces)
        doc._.cut = cut
        return doc
