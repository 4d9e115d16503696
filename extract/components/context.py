"""`tg_context`: the record's plain text, and the context cues of each sentence."""

from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc

from extract.context.cues import CueFinder
from extract.rulebook import load_rulebook
from extract.scan import plain_text


@Language.factory("tg_context", requires=["doc._.record", "doc._.sentences"], assigns=["doc._.plain", "doc._.contexts"])
def create_context(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Build the cue finder from its rule file."""
    finder = CueFinder(load_rulebook("context"))
    return lambda doc: assign_contexts(doc, finder)


def assign_contexts(doc: Doc, finder: CueFinder) -> Doc:
    """Assign `doc._.plain` and `doc._.contexts`."""
    doc._.plain = plain_text(doc._.record.text, doc._.sentences)
    doc._.contexts = finder(doc._.plain, doc._.sentences)
    return doc
