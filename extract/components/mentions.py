"""`tg_mentions`: every vocabulary name in the record, longest first, with all its readings."""

from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc

from extract.matcher import Matcher, find_mentions
from extract.resources import Resources
from extract.text import RecordText


@Language.factory("tg_mentions", requires=["doc._.record", "doc._.cut"], assigns=["doc._.mentions"])
def create_mentions(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Take the names of the vocabulary that the pipeline was made with."""
    matcher = Resources.of(nlp).matcher
    return lambda doc: assign_mentions(doc, matcher)


def assign_mentions(doc: Doc, matcher: Matcher) -> Doc:
    """Assign `doc._.mentions`; from the record's text, since `doc.text` is put together anew from all tokens."""
    state = doc._
    record: RecordText = state.record
    state.mentions = tuple(find_mentions(matcher, record.text, state.cut))
    return doc
