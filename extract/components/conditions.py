"""`tg_conditions`: the diseases of the trial's patients."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

from spacy.language import Language
from spacy.tokens import Doc

from extract.conditions.choose import add_listed, choose
from extract.conditions.cohorts import (
    add_cohorts,
    add_company,
    kinds_of_cohorts,
    of_cohorts,
    patients_of,
    split,
    tells_cohort,
    tells_population,
)
from extract.conditions.facts import as_facts
from extract.conditions.field import of_organs, read_entry
from extract.conditions.hierarchy import Hierarchy, build_hierarchy
from extract.conditions.kinds import tell_kinds
from extract.conditions.model import Found
from extract.conditions.named import Names, Told, between, by_sentence, named_conditions
from extract.conditions.wide import Look, whole_name
from extract.facts import Abstention
from extract.matcher import Mention
from extract.model import SectionKind
from extract.resources import Resources
from extract.text import RecordText, Sentence
from ontology.model import Condition, TermKind
from ontology.wide import WideConditions, load_wide_conditions

DRUG, CLASS, CONDITION = TermKind.DRUG, TermKind.CLASS, TermKind.CONDITION
START = itemgetter(0)  # of a mention
DESCRIPTION, ELIGIBILITY = SectionKind.DESCRIPTION, SectionKind.ELIGIBILITY
TITLES = frozenset({SectionKind.TITLE, SectionKind.OFFICIAL_TITLE})
# Where a more exact name is looked for, and where any name is when field and titles have none.
KINDS = (SectionKind.KEYWORDS, SectionKind.SUMMARY)
FALLBACKS = (*KINDS, SectionKind.ELIGIBILITY, SectionKind.DESCRIPTION)
ARMS = frozenset({SectionKind.ARM_LABEL, SectionKind.ARM_DESCRIPTION})
TOLD = TITLES | ARMS | frozenset({*KINDS, SectionKind.CONDITIONS})
PROSE = frozenset({SectionKind.SUMMARY, SectionKind.DESCRIPTION})  # where the trial's patients are told
COHORTS = ARMS | {SectionKind.SUMMARY, SectionKind.DESCRIPTION}  # where cohorts are told
NONE_NAMED = Abstention("conditions", "the record names no disease")


@dataclass(frozen=True, slots=True)
class Diseases:
    """What the component knows: the vocabulary's diseases, and a look-up of all diseases by whole name."""

    hierarchy: Hierarchy
    names: Names
    look_up: Look

    def known(self, key: str) -> Condition | None:
        """The disease with an id: of the vocabulary, else of all diseases."""
        return self.hierarchy.conditions.get(key) or _wide().get(key)


@Language.factory(
    "tg_conditions",
    requires=["doc._.document", "doc._.record", "doc._.sentences", "doc._.mentions"],
    assigns=["doc._.conditions", "doc._.abstained"],
)
def create_conditions(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Build the hierarchy from the vocabulary that the pipeline was made with."""
    hierarchy = build_hierarchy(Resources.of(nlp).vocabulary)
    diseases = Diseases(hierarchy, Names(hierarchy), whole_name(hierarchy, _wide))
    return lambda doc: assign_conditions(doc, diseases)


@cache
def _wide() -> WideConditions:
    return load_wide_conditions()


def assign_conditions(doc: Doc, diseases: Diseases) -> Doc:
    """Assign `doc._.conditions`, and an abstention where there is none."""
    state = doc._
    record: RecordText = state.record
    mentions, sentences = state.mentions, state.sentences
    spans = [record.bounds(span) for span in state.document.conditions]
    named = named_conditions(record.lower, mentions, diseases.names, spans)
    entries: list[Found] = []
    therapies = _therapies(mentions, spans)
    for start, end in spans:
        if (start, end) in therapies:
            continue
        entries += read_entry(record.text[start:end], start, between(named, start, end), diseases.look_up)
    entries = of_organs(entries, diseases.hierarchy, diseases.look_up)
    titles = _of_kinds(record, named, TITLES)
    told = by_sentence(record, sentences, named)
    others = _of_sentences(told)
    patients = patients_of(told, PROSE)
    chosen = choose(entries, titles, others, diseases.hierarchy, exact=len(KINDS), patients=patients)
    chosen = add_listed(chosen, others[FALLBACKS.index(SectionKind.ELIGIBILITY)], diseases.hierarchy)
    cohorts = of_cohorts(told, COHORTS)
    chosen = kinds_of_cohorts(chosen, cohorts, diseases.hierarchy, record.lower)
    chosen = split(add_cohorts(chosen, cohorts, diseases.hierarchy), record.lower)
    kinds = cache(lambda: [sentence for sentence in sentences if _tells_kind(sentence)])
    chosen = tell_kinds(chosen, kinds, named, diseases.hierarchy, record.lower)
    chosen = add_company(chosen, kinds, diseases.hierarchy, record)
    state.conditions = facts = as_facts(chosen, record, diseases.known, _stage_texts(record))
    if not facts:
        state.abstained = (*state.abstained, NONE_NAMED)
    return doc


def _therapies(mentions: Sequence[Mention], spans: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """The entries that are a therapy's name and nothing else."""
    found = set()
    for start, end in spans:
        at = bisect_left(mentions, start, key=START)
        named = mentions[at] if at < len(mentions) else None
        if named and (named.start, named.end) == (start, end) and named.of(DRUG, CLASS) and not named.of(CONDITION):
            found.add((start, end))
    return found


def _of_kinds(record: RecordText, named: list[Found], kinds: frozenset[SectionKind]) -> list[Found]:
    """The diseases named in the sections of these kinds."""
    found: list[Found] = []
    for section in record.sections:
        if section.kind in kinds:
            start = record.start_of(section.name)
            found += between(named, start, start + len(section.text))
    return found


def _of_sentences(told: Iterable[Told]) -> list[list[Found]]:
    """The diseases named in the sentences of each kind of `FALLBACKS`; of eligibility, the inclusion criteria alone."""
    found: dict[SectionKind, list[Found]] = {kind: [] for kind in FALLBACKS}
    for sentence, _, diseases in told:
        if sentence.kind in FALLBACKS and sentence.polarity != "exclusion":
            found[sentence.kind] += diseases
    return [found[kind] for kind in FALLBACKS]


def _tells_kind(sentence: Sentence) -> bool:
    """Whether a sentence says which patients the trial takes: of titles, summary, arms, cohorts, inclusion criteria."""
    kind = sentence.kind
    if kind is ELIGIBILITY:
        return sentence.polarity == "inclusion"
    if kind is DESCRIPTION:
        lower = sentence.text.lower()
        return tells_cohort(lower) or tells_population(lower)
    return kind in TOLD


def _stage_texts(record: RecordText) -> list[str]:
    """The texts that tell the stage of the trial's disease: titles, then the conditions field."""
    order = (SectionKind.TITLE, SectionKind.OFFICIAL_TITLE, SectionKind.CONDITIONS)
    return [section.text for kind in order for section in record.sections if section.kind is kind]
