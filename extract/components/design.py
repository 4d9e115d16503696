"""`tg_design`: the trial's phases and its enrollment."""

from spacy.language import Language
from spacy.tokens import Doc

from extract.design import read_enrollment, read_phases


@Language.component(
    "tg_design",
    requires=["doc._.document", "doc._.sentences"],
    assigns=["doc._.phases", "doc._.enrollment"],
)
def design(doc: Doc) -> Doc:
    """Assign `doc._.phases` and `doc._.enrollment`."""
    state = doc._
    document, sentences = state.document, state.sentences
    state.phases = read_phases(document, sentences)
    state.enrollment = read_enrollment(document, sentences)
    return doc
