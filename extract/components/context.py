"""`tg_context`: the record's plain text, and the context cues of each sentence."""

from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc

from extract.context.cues import CueFinder
from extract.lexicon import Lexicon
from extract.resources import Resources
from extract.rulebook import load_rulebook
from extract.scan import plain_text


@Language.factory(
    "tg_context", requires=["doc._.record", "doc._.cut", "doc._.sentences"], assigns=["doc._.plain", "doc._.contexts"]
)
def create_context(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Build the cue finder from its rule file."""
    finder = CueFinder(load_rulebook("context"))
    lexicon = Resources.of(nlp).lexicon
    return lambda doc: assign_contexts(doc, finder, lexicon)


def assign_contexts(doc: Doc, finder: CueFinder, lexicon: Lexicon) -> Doc:
    """Assign `doc._.plain` and `doc._.contexts`."""
    state = doc._
    sentences = state.sentences
    state.plain = plain = plain_text(state.record.text, sentences, lexicon, state.cut)
    state.contexts = finder(plain, sentences)
    return doc
