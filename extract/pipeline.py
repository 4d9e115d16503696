"""The pipeline that newcomers read: which components there are, in which order, and how a record runs through them."""

import gc
import importlib
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from spacy.lang.en import English
from spacy.language import Language
from spacy.tokens import Doc

from extract import tokens
from extract.combination import is_combination
from extract.facts import TrialFacts
from extract.lexicon import Lexicon
from extract.matcher import build_matcher, vocabulary_terms
from extract.model import Document
from extract.resources import Resources
from extract.rulebook import load_rulebook
from extract.text import RecordText
from ontology.model import Vocabulary
from ontology.tables import no_collection

Given = TypeVar("Given")
Got = TypeVar("Got")

# Changes whenever the same record could give other facts; a build then replaces what older versions extracted.
EXTRACTOR_VERSION = "0.4.0"

# The rule files whose rules are looked for together, by their needs.
SCANNED = ("context", "settings", "lines", "prior", "biomarkers", "context_therapies")

# At most so many records a component reads before the next component does; more are no faster. A build hands over fewer
# (`graph.pool.BATCH`): measured, they take up to 4 % longer.
TOGETHER = 128

# Name of the component, and the module that registers it.
COMPONENTS = (
    ("tg_sentences", "extract.components.sentences"),
    ("tg_context", "extract.components.context"),
    ("tg_mentions", "extract.components.mentions"),
    ("tg_abbreviations", "extract.components.abbreviations"),
    ("tg_interventions", "extract.components.interventions"),
    ("tg_regimens", "extract.components.regimens"),
    ("tg_doses", "extract.components.doses"),
    ("tg_conditions", "extract.components.conditions"),
    ("tg_design", "extract.components.design"),
    ("tg_endpoints", "extract.components.endpoints"),
    ("tg_settings", "extract.components.lines"),
    ("tg_lines", "extract.components.lines"),
    ("tg_prior", "extract.components.prior"),
    ("tg_biomarkers", "extract.components.biomarkers"),
)


def build_pipeline(vocabulary: Vocabulary) -> Language:
    """A blank English pipeline with our tokenizer and components; nothing is downloaded.

    What the process holds by then is set apart from the garbage collector (`gc.freeze`): each of its full rounds would
    walk over the whole vocabulary, half a second, and workers forked later would get copies of it all.
    """
    with no_collection():
        matcher = build_matcher(vocabulary_terms(vocabulary))
        lexicon = Lexicon(rule for book in SCANNED for rule in load_rulebook(book).rules)
        tokenizer = tokens.BlankTokenizer(matcher.codes, lexicon)
        # spaCy's own limit is for parsers; how long a record may be is for the readers to say (extract.sources.limits).
        # Its own tokenizer, with 1,300 special cases, is not even made.
        nlp = English(max_length=sys.maxsize, create_tokenizer=lambda _: tokenizer)
        Resources(vocabulary, matcher, lexicon).attach(nlp)
        for name, module in COMPONENTS:
            importlib.import_module(module)
            nlp.add_pipe(name)
        gc.freeze()
    return nlp


def read_document(nlp: Language, document: Document) -> Doc:
    """A record as a `Doc` that has been through no component yet."""
    record = RecordText(document.sections)
    doc = nlp.make_doc(record.text)
    state = doc._
    state.document = document
    state.record = record
    return doc


def extract_facts(nlp: Language, document: Document) -> TrialFacts:
    """All facts of one record."""
    return assemble(nlp(read_document(nlp, document)))


def extract_each(nlp: Language, documents: Sequence[Document]) -> list[TrialFacts | Exception]:
    """All facts of each of several records, in their order; an exception in the place of a record that raised it.

    A component reads some records before the next one does: what it works with then lies in the processor's caches.
    Measured on 319 registry records, that takes a sixth less time than one record after the other; and another tenth
    goes where the garbage collector waits until those records are read, since nearly all that they make is kept so
    long.
    """
    facts: list[TrialFacts | Exception] = []
    for start in range(0, len(documents), TOGETHER):
        with no_collection():
            facts += _extract_together(nlp, documents[start : start + TOGETHER])
    return facts


def _extract_together(nlp: Language, documents: Sequence[Document]) -> list[TrialFacts | Exception]:
    docs = [_attempt(lambda document: read_document(nlp, document), document) for document in documents]
    for _, component in nlp.pipeline:
        docs = [doc if isinstance(doc, Exception) else _attempt(component, doc) for doc in docs]
    return [doc if isinstance(doc, Exception) else _attempt(assemble, doc) for doc in docs]


def _attempt(step: Callable[[Given], Got], given: Given) -> Got | Exception:
    """What a step makes of a record; or what it raised, so that no record stops the others."""
    try:
        return step(given)
    except Exception as error:
        return error


def assemble(doc: Doc) -> TrialFacts:
    """The facts that the components left on `doc`."""
    state = doc._
    document = state.document
    interventions, regimens = state.interventions, state.regimens
    return TrialFacts(
        id=document.id,
        title=document.title,
        phases=state.phases,
        enrollment=state.enrollment,
        registry=document.registry,
        lines=state.lines,
        settings=state.settings,
        interventions=interventions,
        regimens=regimens,
        is_combination=is_combination(interventions, regimens),
        conditions=state.conditions,
        prior=state.prior,
        biomarkers=state.biomarkers,
        endpoints=state.endpoints,
        doses=state.doses,
        abstained=state.abstained,
    )
