"""The tokenizer: runs of letters, runs of digits, single signs.

Drug codes and registry prose mix letters, digits and signs without spaces ("nal-IRI/5-FU/LV", "HLX10+HLX04",
"1200mg"). Cutting at each change of kind makes "AK104", "AK-104" and "AK 104" the same sequence, and needs no special
cases, so spaCy's tokenizer cache trap (`has_special`) does not arise.
"""

import re

from spacy.tokens import Doc
from spacy.vocab import Vocab

# A token, and the blank after it if there is one.
TOKEN = re.compile(r"([^\W\d_]+|\d+|[^\w\s]|_|\s+?)( ?)")


class RunTokenizer:
    """Callable tokenizer: text to `Doc`; `doc.text == text`, always."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Cut a text; a blank becomes the preceding token's space."""
        found = TOKEN.findall(text)
        return Doc(self.vocab, words=[word for word, _ in found], spaces=[blank == " " for _, blank in found])
