"""`tg_biomarkers`: markers that select patients or define a cohort."""

import re
from collections.abc import Callable, Mapping

from spacy.language import Language
from spacy.tokens import Doc

from extract.biomarkers.marker import Marker
from extract.biomarkers.select import MarkerFinder
from extract.facts import Biomarker, Certainty
from extract.resources import Resources
from extract.rulebook import load_rulebook
from extract.text import RecordText
from ontology.model import Vocabulary


@Language.factory(
    "tg_biomarkers",
    requires=["doc._.plain", "doc._.sentences", "doc._.contexts"],
    assigns=["doc._.biomarkers"],
)
def create_biomarkers(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Build the finder from its rule file, and the index of target names."""
    finder = MarkerFinder(load_rulebook("biomarkers"))
    symbols = target_symbols(Resources.of(nlp).vocabulary)
    return lambda doc: assign_biomarkers(doc, finder, symbols)


def target_symbols(vocabulary: Vocabulary) -> dict[str, str]:
    """Every name of a target, letters and digits only, to its HGNC symbol."""
    return {_key(name.text): target.id for target in vocabulary.targets.values() for name in target.names}


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def assign_biomarkers(doc: Doc, finder: MarkerFinder, symbols: Mapping[str, str]) -> Doc:
    """Assign `doc._.biomarkers`."""
    state = doc._
    record, found = state.record, finder(state.plain, state.sentences, state.contexts)
    state.biomarkers = tuple([_biomarker(record, marker, symbols) for marker in found])
    return doc


def _biomarker(record: RecordText, marker: Marker, symbols: Mapping[str, str]) -> Biomarker:
    return Biomarker(
        name=marker.name,
        target=symbols.get(_key(marker.subject)),
        evidence=(record.evidence(marker.start, marker.end),),
        certainty=Certainty.INFERRED if marker.excluded else Certainty.STATED,
        rule=marker.rule,
    )
