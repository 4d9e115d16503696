"""`tg_abbreviations`: short forms that the record itself defines."""

from spacy.language import Language
from spacy.tokens import Doc

from extract.therapies.abbreviations import find_abbreviations


@Language.component("tg_abbreviations", requires=["doc._.record"], assigns=["doc._.abbreviations"])
def abbreviations(doc: Doc) -> Doc:
    """Assign `doc._.abbreviations`."""
    state = doc._
    state.abbreviations = find_abbreviations(state.record.text)
    return doc
