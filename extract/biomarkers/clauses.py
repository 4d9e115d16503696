"""The marker words of a record, clause by clause, and what stands around them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.model import SectionKind
from extract.scan import Hit, Plain, Scanner, holds_any
from extract.text import Sentence

READ = frozenset(
    {
        SectionKind.TITLE,
        SectionKind.OFFICIAL_TITLE,
        SectionKind.SUMMARY,
        SectionKind.DESCRIPTION,
        SectionKind.CONDITIONS,
        SectionKind.KEYWORDS,
        SectionKind.ARM_LABEL,
        SectionKind.ARM_DESCRIPTION,
        SectionKind.ELIGIBILITY,
    }
)
CONDITIONS, DESCRIPTION = SectionKind.CONDITIONS, SectionKind.DESCRIPTION
# A long list of conditions names subtypes that a trial admits, not markers that it selects by.
LONG_LIST = 300
# In a detailed description: its patients are spoken of as such, not as patients in general.
PATIENTS = ("patients will", "subject", "participant", "enrol", "eligible", "cohort", "this study", "this trial",
            "the study", "the trial", "includ", "recruit", "with patients", "in patients", "for patients")  # fmt: skip
LIST = 250
INTERRUPTS = re.compile(
    r"\b(?:with|who|but(?! not limited)|have|has|had|are|is|was|wild|positive)\b|[.;]", re.IGNORECASE
)
CUT = re.compile(r";|(?<!\be\.g)(?<!\bi\.e)\. (?=[A-Z])")
# How far an aside reaches, in characters, forward to a marker and back to one.
AHEAD = 25
BACK = 50
# "Wild-type" and "without", as other words that begin so, hold for what follows at once.
BESIDE = 22


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a sentence with its marker words, at offsets of the record."""

    sentence: Sentence
    start: int
    end: int
    hits: tuple[Hit, ...]

    def of(self, *kinds: str) -> list[Hit]:
        """The words of these kinds, by offset."""
        return [hit for hit in self.hits if hit.rule.value["kind"] in kinds]

    @property
    def excludes(self) -> bool:
        """True in a list of exclusions."""
        return self.sentence.polarity == "exclusion"

    def set_aside(self, start: int, end: int) -> bool:
        """True where words beside `[start, end)` say that it selects nobody, or only some."""
        beside = (hit for hit in self.of("other") if hit.start < end + BACK and start - AHEAD < hit.end)
        return any(self.sentence.polarity or not hit.rule.value.get("criteria") for hit in beside)

    @property
    def for_some(self) -> bool:
        """True where a criterion asks something of those with the marker, not the marker."""
        return self.sentence.polarity is not None and bool(self.of("for-some"))

    def denied_list(self, plain: Plain, start: int) -> bool:
        """True where a negation opens a list that still goes on at `start`: "no EGFR mutation, ALK fusion or ..."."""
        before = (hit for hit in self.of("not") if hit.end <= start and start - hit.end <= LIST)
        return any(not INTERRUPTS.search(plain.text, hit.end, start) for hit in before)

    def denied(self, start: int, end: int, before: int = 60, after: int = 25) -> bool:
        """True where a negation stands close before or after `[start, end)`."""
        return any(
            start - (BESIDE if hit.match[0][0] in "wW" else before) <= hit.start < start
            or end <= hit.start < end + after
            for hit in self.of("not")
        )


def clauses(
    markers: Scanner, around: Scanner, plain: Plain, sentences: Sequence[Sentence], contexts: Sequence[frozenset[str]]
) -> Iterator[Clause]:
    """The clauses that hold a marker word, in order; none of background.

    Args:
        markers: the rules that name markers.
        around: the rules that read the words around them, asked of sentences with a marker only.
        plain: the record's text.
        sentences: all its sentences.
        contexts: the context cues of each.
    """
    read = [s for s in sentences if s.kind in READ and not (s.kind is CONDITIONS and len(s.text) > LONG_LIST)]
    wanted = [s.index for s in read if _may_tell(s, contexts[s.index], plain)]
    by_sentence: defaultdict[int, list[Hit]] = defaultdict(list)
    for hit in markers.hits(plain, sentences, wanted):
        by_sentence[hit.sentence.index].append(hit)
    for hit in around.hits(plain, sentences, set(by_sentence)):
        by_sentence[hit.sentence.index].append(hit)
    for index in sorted(by_sentence):
        yield from _cut(sentences[index], plain, sorted(by_sentence[index], key=lambda hit: hit.start))


def _may_tell(sentence: Sentence, cues: frozenset[str], plain: Plain) -> bool:
    """Background tells nothing of this trial; a detailed description tells where it speaks of its patients."""
    if sentence.kind is not DESCRIPTION:
        return "background" not in cues
    words = plain.lower[sentence.start : sentence.end]
    return "background" not in cues and holds_any(words, PATIENTS)


def _cut(sentence: Sentence, plain: Plain, hits: Sequence[Hit]) -> Iterator[Clause]:
    """The clauses of one sentence."""
    stops = [cut.start() + 1 for cut in CUT.finditer(plain.text, sentence.start, sentence.end)]
    start = sentence.start
    for end in [*stops, sentence.end]:
        inside = tuple(hit for hit in hits if start <= hit.start < end)
        if inside:
            yield Clause(sentence, start, end, inside)
        start = end
