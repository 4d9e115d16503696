"""A record with its mentions, indexed by offset: what every step of reading therapies looks at."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from extract.matcher import Mention, Term
from extract.model import Document
from extract.text import RecordText, Sentence
from ontology.lookup import normalise
from ontology.model import Drug, DrugClass, NamedRegimen, TermKind, Vocabulary

THERAPY_KINDS = (TermKind.DRUG, TermKind.REGIMEN, TermKind.CLASS)
LONGEST_SHORT = 6


@dataclass(frozen=True, slots=True)
class Scene:
    """One record; offsets are into `record.text` throughout.

    `text` is the record's whole text, `lower` the same in lower case. `therapies` are the mentions of drugs, classes
    and regimens. `certain` holds the ids of drugs, classes and regimens that some name without a second meaning names.
    `past` remembers what `prose.is_past` has answered, `telling` which sentences, by index, speak of a purpose.
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
    past: dict[tuple[int, int], bool] = field(default_factory=dict, compare=False)
    telling: dict[int, bool] = field(default_factory=dict, compare=False)

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


def make_scene(
    document: Document,
    record: RecordText,
    sentences: Sequence[Sentence],
    mentions: Sequence[Mention],
    abbreviations: Mapping[str, str],
    vocabulary: Vocabulary,
) -> Scene:
    """A scene; `mentions` are those of `doc._.mentions`, by offset."""
    readings: dict[str, Reading] = {}  # what a name stands for, once for all its places
    kept: list[Mention] = []
    therapies: list[Mention] = []
    for mention in mentions:
        reading = readings.get(mention.text)
        if reading is None:
            reading = readings[mention.text] = _read(mention, abbreviations, vocabulary)
        if reading.terms:
            kept.append(mention if reading.whole else mention._replace(terms=reading.terms))
            if reading.therapies:
                therapies.append(kept[-1])
    sure = (term.id for reading in readings.values() for term in reading.therapies if not term.needs_context)
    return Scene(
        document=document,
        record=record,
        text=record.text,
        lower=record.lower,
        sentences=sentences,
        sentence_starts=[sentence.start for sentence in sentences],
        mentions=kept,
        starts=[mention.start for mention in kept],
        abbreviations=abbreviations,
        vocabulary=vocabulary,
        therapies=therapies,
        therapy_starts=[mention.start for mention in therapies],
        certain=frozenset(sure),
    )


class Reading(NamedTuple):
    """What a name stands for in a record: its terms, the therapies among them, and whether none was left out."""

    terms: tuple[Term, ...]
    therapies: tuple[Term, ...]
    whole: bool


def _read(mention: Mention, abbreviations: Mapping[str, str], vocabulary: Vocabulary) -> Reading:
    """The readings of a mention's name that its case, or the record's own definition of it, does not rule out."""
    kept = mention.terms
    if mention.text in abbreviations or _is_low(mention.text):
        kept = _as_defined(mention, abbreviations, vocabulary)
    therapies = tuple([term for term in kept if term.kind in THERAPY_KINDS])
    return Reading(kept, therapies, len(kept) == len(mention.terms))


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
