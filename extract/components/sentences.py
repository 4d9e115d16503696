"""`tg_sentences`: the record's text cut into sentences, bullets and lines."""

from spacy.language import Language
from spacy.tokens import Doc

from extract.sentences import split_sentences


@Language.component("tg_sentences", requires=["doc._.record"], assigns=["doc._.sentences"])
def sentences(doc: Doc) -> Doc:
    """Assign `doc._.sentences`."""
    state = doc._
    state.sentences = split_sentences(state.record)
    return doc
