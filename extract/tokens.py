"""The tokenizer: runs of letters, runs of digits, single signs.

Drug codes and registry prose mix letters, digits and signs without spaces ("nal-IRI/5-FU/LV", "HLX10+HLX04",
"1200mg"). Cutting at each change of kind makes "AK104", "AK-104" and "AK 104" the same sequence, and needs no special
cases, so spaCy's tokenizer cache trap (`has_special`) does not arise.

The text is cut once (`extract.stretches`): what finds names and what runs rules read the same cut, `doc._.cut`.
"""

from collections.abc import Callable, Mapping
from itertools import chain
from operator import itemgetter
from typing import Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

from extract.state import register_attributes
from extract.stretches import Stretches

ORTHS, BLANKS = itemgetter(0), itemgetter(1)


class RunTokenizer:
    """Callable tokenizer: text to `Doc`; `doc.text == text`, always.

    Args:
        vocab: the pipeline's.
        codes: the characters of the pieces of names (`extract.matcher.Matcher.codes`).
        rules: what tells the rules that a stretch of text calls for (`extract.lexicon.Lexicon`).
    """

    def __init__(
        self, vocab: Vocab, codes: Mapping[str, str] | None = None, rules: Callable[[str], int] | None = None
    ) -> None:
        register_attributes()
        self.vocab = vocab
        # spaCy works out a dozen attributes of each new word (shape, prefix, stop word ...), thirty times the cost of
        # the word itself. Nothing here reads them.
        vocab.lex_attr_getters = {}  # type: ignore[attr-defined]  # spaCy's types leave it out
        self._stretches = Stretches(codes or {}, vocab.strings.add, rules)

    def __call__(self, text: str) -> Doc:
        """Cut a text; a blank becomes the preceding token's space."""
        cut = self._stretches.cut(text)
        ends_in_word = text[-1:] not in {"", " ", "\n"}
        read = cut.stretches if ends_in_word else cut.stretches[:-1]
        orths: list[Any] = list(chain.from_iterable(map(ORTHS, read)))  # spaCy's types leave out numbers
        spaces = list(chain.from_iterable(map(BLANKS, read)))
        if ends_in_word:  # no blank follows the last one
            spaces[-1] = False
        doc = Doc(self.vocab, words=orths, spaces=spaces)
        doc._.cut = cut
        return doc
