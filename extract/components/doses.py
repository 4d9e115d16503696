"""`tg_doses`: how much of each intervention is given, by which route, how often."""

from spacy.language import Language
from spacy.tokens import Doc

from extract.doses.named import named_therapies
from extract.doses.read import amounts_of, read_doses


@Language.component(
    "tg_doses",
    requires=["doc._.document", "doc._.record", "doc._.mentions", "doc._.interventions"],
    assigns=["doc._.doses"],
)
def doses(doc: Doc) -> Doc:
    """Assign `doc._.doses`."""
    state = doc._
    record, interventions = state.record, state.interventions
    found = amounts_of(record) if interventions else []
    if found:
        named = named_therapies(record, state.mentions, interventions)
        state.doses = read_doses(state.document, record, found, named, interventions)
    return doc
