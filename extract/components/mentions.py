"""`tg_mentions`: every vocabulary name in the record, longest first, with all its readings."""

from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc

from extract.matcher import Trie, build_trie, find_mentions, vocabulary_terms
from extract.resources import Resources


@Language.factory("tg_mentions", requires=["doc._.record"], assigns=["doc._.mentions"])
def create_mentions(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Build the trie from the vocabulary that the pipeline was made with."""
    trie = build_trie(vocabulary_terms(Resources.of(nlp).vocabulary))
    return lambda doc: assign_mentions(doc, trie)


def assign_mentions(doc: Doc, trie: Trie) -> Doc:
    """Assign `doc._.mentions`; from the record's text, since `doc.text` is put together anew from all tokens."""
    doc._.mentions = tuple(find_mentions(trie, doc._.record.text))
    return doc
