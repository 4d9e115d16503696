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
    doc._.phases = read_phases(doc._.document, doc._.sentences)
    doc._.enrollment = read_enrollment(doc._.document, doc._.sentences)
    return doc
