"""`tg_prior`: therapies that patients must, must not or may have had before."""

from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc

from extract.facts import Prior
from extract.prior.settle import settled
from extract.prior.statements import PROSE, Statement, StatementFinder
from extract.resources import Resources
from extract.rulebook import load_rulebook
from extract.text import RecordText

DRUG = "prior.name.drug"


@Language.factory(
    "tg_prior",
    requires=["doc._.plain", "doc._.sentences", "doc._.contexts", "doc._.mentions", "doc._.interventions"],
    assigns=["doc._.prior"],
)
def create_prior(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Build the finder from its rule file and the vocabulary."""
    finder = StatementFinder(load_rulebook("prior"), Resources.of(nlp).vocabulary)
    return lambda doc: assign_prior(doc, finder)


def assign_prior(doc: Doc, finder: StatementFinder) -> Doc:
    """Assign `doc._.prior`."""
    state = doc._
    plain, record = state.plain, state.record
    found = settled(list(finder(plain, state.sentences, state.contexts, state.mentions)), plain)
    given = {item.name for item in state.interventions if item.role == "experimental"}
    state.prior = tuple([_prior(record, statement) for statement in found if not _is_own(statement, given)])
    return doc


def _is_own(statement: Statement, given: set[str]) -> bool:
    """True where running text seems to require what the trial itself gives ("after failure of A, by B")."""
    drug = statement.rule == DRUG and statement.therapy.name in given
    return drug and statement.polarity == "required" and statement.sentence.kind in PROSE


def _prior(record: RecordText, statement: Statement) -> Prior:
    """A statement as a fact; its evidence runs from the therapy's name to the end of its sentence's words."""
    therapy = statement.therapy
    evidence = (record.evidence(therapy.start, therapy.end),)
    return Prior(
        name=therapy.name, polarity=statement.polarity, term=therapy.term, evidence=evidence, rule=statement.rule
    )
