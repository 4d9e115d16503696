"""A record with its mentions, indexed by offset: what every step of reading therapies looks at."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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

    `therapies` are the mentions of drugs, classes and regimens. `past` remembers what `prose.is_past` has answered.
    `certain` holds the ids of drugs, classes and regimens that some name without a second meaning names.
    """

    document: Document
    record: RecordText
    sentences: Sequence[Sentence]
    sentence_starts: Sequence[int]
    mentions: tuple[Mention, ...]
    starts: Sequence[int]
    abbreviations: Mapping[str, str]
    vocabulary: Vocabulary
    therapies: tuple[Mention, ...] = ()
    therapy_starts: Sequence[int] = ()
    certain: frozenset[str] = frozenset()
    past: dict[tuple[int, int], bool] = field(default_factory=dict, compare=False)

    @property
    def text(self) -> str:
        """The record's whole text."""
        return self.record.text

    @property
    def lower(self) -> str:
        """The same in lower case, letter for letter."""
        return self.record.lower

    def mentions_in(self, start: int, end: int) -> tuple[Mention, ...]:
        """The mentions that lie wholly within `[start, end)`."""
        low, high = bisect_left(self.starts, start), bisect_right(self.starts, end)
        return tuple(mention for mention in self.mentions[low:high] if mention.end <= end)

    def therapies_in(self, start: int, end: int) -> tuple[Mention, ...]:
        """The mentions of drugs, classes and regimens that lie wholly within `[start, end)`."""
        low, high = bisect_left(self.therapy_starts, start), bisect_right(self.therapy_starts, end)
        return tuple(mention for mention in self.therapies[low:high] if mention.end <= end)

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
    kept = tuple(
        [
            found
            for mention in mentions
            if (
                found := _as_defined(mention, abbreviations, vocabulary)
                if mention.text in abbreviations or _is_low(mention.text)
                else mention
            )
        ]
    )
    starts = [mention.start for mention in kept]
    told = [(mention, terms) for mention in kept if (terms := mention.of(*THERAPY_KINDS))]
    therapies = tuple([mention for mention, _ in told])
    certain = frozenset([term.id for _, terms in told for term in terms if not term.needs_context])
    named = [mention.start for mention in therapies]
    begins = [sentence.start for sentence in sentences]
    return Scene(
        document, record, sentences, begins, kept, starts, abbreviations, vocabulary, therapies, named, certain
    )


def _is_low(text: str) -> bool:
    """Whether a name is so short that its case tells a word ("all") from an abbreviation ("ALL"), and is a word."""
    return len(text) <= LONGEST_SHORT and text.islower() and text.isalpha()


def _as_defined(mention: Mention, abbreviations: Mapping[str, str], vocabulary: Vocabulary) -> Mention | None:
    """A mention without the readings that its case, or the record's own definition of the short form, rules out."""
    long_form = abbreviations.get(mention.text)
    kept = mention.terms
    if _is_low(mention.text):
        kept = tuple([term for term in kept if not term.needs_context or term.text.islower()])
    if long_form is not None:
        said = normalise(long_form)
        kept = tuple(term for term in kept if term.kind not in THERAPY_KINDS or _named(term, said, vocabulary))
    if len(kept) == len(mention.terms):
        return mention
    return mention._replace(terms=kept) if kept else None


def _named(term: Term, said: str, vocabulary: Vocabulary) -> bool:
    """True where a long form holds one of the term's other names, or is held by one."""
    tables: Mapping[TermKind, Mapping[str, Drug | DrugClass | NamedRegimen]] = {
        TermKind.DRUG: vocabulary.drugs, TermKind.CLASS: vocabulary.classes, TermKind.REGIMEN: vocabulary.regimens,
    }  # fmt: skip
    keys = (normalise(name.text) for name in tables[term.kind][term.id].names)
    return any(len(key) > 3 and (key in said or said in key) for key in keys)
