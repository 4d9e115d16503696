"""A record with its mentions, indexed by offset: what every step of reading therapies looks at."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extract.matcher import Mention
from extract.model import Document
from extract.text import RecordText, Sentence
from ontology.model import TermKind, Vocabulary

THERAPY_KINDS = (TermKind.DRUG, TermKind.REGIMEN, TermKind.CLASS)


@dataclass(frozen=True, slots=True)
class Scene:
    """One record; offsets are into `record.text` throughout."""

    document: Document
    record: RecordText
    sentences: Sequence[Sentence]
    mentions: tuple[Mention, ...]
    starts: tuple[int, ...]
    abbreviations: Mapping[str, str]
    vocabulary: Vocabulary

    @property
    def text(self) -> str:
        """The record's whole text."""
        return self.record.text

    def mentions_in(self, start: int, end: int) -> tuple[Mention, ...]:
        """The mentions that lie wholly within `[start, end)`."""
        low, high = bisect_left(self.starts, start), bisect_right(self.starts, end)
        return tuple(mention for mention in self.mentions[low:high] if mention.end <= end)

    def sentence_at(self, offset: int) -> Sentence | None:
        """The sentence that holds `offset`."""
        index = bisect_right(self.sentences, offset, key=lambda sentence: sentence.start) - 1
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
    kept = tuple(mentions)
    starts = tuple(mention.start for mention in kept)
    return Scene(document, record, sentences, kept, starts, abbreviations, vocabulary)
