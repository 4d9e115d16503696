"""A record with its mentions, indexed by offset: what every step of reading therapies looks at."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from spacy.tokens import Doc

from extract.matcher import Mention, Term
from extract.model import Document
from extract.scan import Plain
from extract.text import RecordText, Sentence
from ontology.lookup import normalise
from ontology.model import Drug, DrugClass, NamedRegimen, TermKind, Vocabulary

THERAPY_KINDS = (TermKind.DRUG, TermKind.REGIMEN, TermKind.CLASS)
LONGEST_SHORT = 6
REMEMBERED = 20_000
START = itemgetter(0)  # of a mention


@dataclass(frozen=True, slots=True)
class Scene:
    """One record; offsets are into `record.text` throughout.

    `text` is the record's whole text, `lower` the same in lower case. `therapies` are the mentions of drugs, classes
    and regimens. `certain` holds the ids of drugs, classes and regimens that some name without a second meaning names.
    `called` has for each sentence the bits of the rules that its words call for (`extract.lexicon`), `bits` each rule's
    own; None where no lexicon was asked. `past` remembers what `prose.is_past` has answered.
    """

    document: Document
    record: RecordText
    text: str
    lower: str
    sentences: Sequence[Sentence]
    sentence_starts: Sequence[int]
    mentions: Sequence[Mention]
    starts: Sequence[int]
    abbreviations: Mapping[str, str]
    vocabulary: Vocabulary
    therapies: Sequence[Mention]
    therapy_starts: Sequence[int]
    certain: frozenset[str]
    called: Sequence[int] | None
    bits: Mapping[str, int]
    past: dict[tuple[int, int], bool] = field(default_factory=dict, compare=False)

    def mentions_in(self, start: int, end: int) -> tuple[Mention, ...]:
        """The mentions that lie wholly within `[start, end)`."""
        low, high = bisect_left(self.starts, start), bisect_right(self.starts, end)
        return tuple([mention for mention in self.mentions[low:high] if mention.end <= end])

    def therapies_in(self, start: int, end: int) -> tuple[Mention, ...]:
        """The mentions of drugs, classes and regimens that lie wholly within `[start, end)`."""
        low, high = bisect_left(self.therapy_starts, start), bisect_right(self.therapy_starts, end)
        return tuple([mention for mention in self.therapies[low:high] if mention.end <= end])

    def sentence_at(self, offset: int) -> Sentence | None:
        """The sentence that holds `offset`."""
        index = bisect_right(self.sentence_starts, offset) - 1
        found = self.sentences[index] if index >= 0 else None
        return found if found and found.start <= offset < found.end else None

    def calls(self, sentence: Sentence, rules: Iterable[str]) -> bool:
        """False where a sentence holds no literal that rules, given by their ids, cannot do without."""
        if self.called is None:
            return True
        wanted = 0
        for rule in rules:
            wanted |= self.bits[rule]
        return self.called[sentence.index] & wanted != 0


class Reading(NamedTuple):
    """What a name stands for: its terms, and whether none was left out, and whether one is a therapy.

    `certain` are the ids of the therapies of which it is no name with a second meaning.
    """

    terms: tuple[Term, ...]
    whole: bool
    therapy: bool
    certain: tuple[str, ...]


class Reader:
    """What names stand for; where a record does not define them itself, remembered for all records of a pipeline."""

    __slots__ = ("_seen", "vocabulary")

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._seen: dict[str, Reading] = {}

    def read(self, mentions: Iterable[Mention], abbreviations: Mapping[str, str]) -> list[Reading]:
        """The readings of each mention's name that its case, or the record's own definition, does not rule out."""
        if len(self._seen) >= REMEMBERED:
            self._seen.clear()
        own: dict[str, Reading] = {}
        shared, readings = self._seen, []
        for mention in mentions:
            text = mention.text
            seen = own if text in abbreviations else shared
            reading = seen.get(text)
            if reading is None:
                reading = seen[text] = self._reading(mention, abbreviations)
            readings.append(reading)
        return readings

    def _reading(self, mention: Mention, abbreviations: Mapping[str, str]) -> Reading:
        kept = mention.terms
        if mention.text in abbreviations or _is_low(mention.text):
            kept = _as_defined(mention, abbreviations, self.vocabulary)
        therapies = [term for term in kept if term.kind in THERAPY_KINDS]
        certain = tuple([term.id for term in therapies if not term.needs_context])
        return Reading(kept, len(kept) == len(mention.terms), bool(therapies), certain)


def make_scene(doc: Doc, reader: Reader) -> Scene:
    """The scene of a record that has been through `tg_context`, `tg_mentions` and `tg_abbreviations`."""
    state = doc._
    record, mentions, abbreviations = state.record, state.mentions, state.abbreviations or {}
    plain: Plain = state.plain
    kept: list[Mention] = []
    therapies: list[Mention] = []
    certain: set[str] = set()
    for mention, (terms, whole, therapy, sure) in zip(mentions, reader.read(mentions, abbreviations), strict=True):
        if terms:
            read = mention if whole else mention._replace(terms=terms)
            kept.append(read)
            if therapy:
                therapies.append(read)
                certain.update(sure)
    return Scene(
        document=state.document,
        record=record,
        text=record.text,
        lower=record.lower,
        sentences=state.sentences,
        sentence_starts=plain.starts,
        mentions=kept,
        starts=list(map(START, kept)),
        abbreviations=abbreviations,
        vocabulary=reader.vocabulary,
        therapies=therapies,
        therapy_starts=list(map(START, therapies)),
        certain=frozenset(certain),
        called=plain.called,
        bits=plain.lexicon.bits if plain.lexicon else {},
    )


def _is_low(text: str) -> bool:
    """Whether a name is so short that its case tells a word ("all") from an abbreviation ("ALL"), and is a word."""
    return len(text) <= LONGEST_SHORT and text.islower() and text.isalpha()


def _as_defined(mention: Mention, abbreviations: Mapping[str, str], vocabulary: Vocabulary) -> tuple[Term, ...]:
    """The readings of a short form or a word in lower case that the record's definition and the case leave."""
    long_form = abbreviations.get(mention.text)
    kept = mention.terms
    if _is_low(mention.text):
        kept = tuple([term for term in kept if not term.needs_context or term.text.islower()])
    if long_form is not None:
        said = normalise(long_form)
        kept = tuple(term for term in kept if term.kind not in THERAPY_KINDS or _named(term, said, vocabulary))
    return kept


def _named(term: Term, said: str, vocabulary: Vocabulary) -> bool:
    """True where a long form holds one of the term's other names, or is held by one."""
    tables: Mapping[TermKind, Mapping[str, Drug | DrugClass | NamedRegimen]] = {
        TermKind.DRUG: vocabulary.drugs, TermKind.CLASS: vocabulary.classes, TermKind.REGIMEN: vocabulary.regimens,
    }  # fmt: skip
    keys = (normalise(name.text) for name in tables[term.kind][term.id].names)
    return any(len(key) > 3 and (key in said or said in key) for key in keys)
