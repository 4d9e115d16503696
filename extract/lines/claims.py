"""What single wordings claim about lines of therapy, before anything is weighed against anything else."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extract.model import SectionKind
from extract.rulebook import Rulebook
from extract.scan import Hit, Plain, Scanner, holds_any
from extract.text import Sentence

NUMBERS = {
    "first": 1, "1st": 1, "1-st": 1, "front": 1, "one": 1, "only": 1, "single": 1, "second": 2, "2nd": 2, "2rd": 2,
    "2-nd": 2, "two": 2, "third": 3, "3rd": 3, "3-rd": 3, "3th": 3, "three": 3, "fourth": 4, "4th": 4, "four": 4,
    "fifth": 5, "5th": 5, "five": 5, "six": 6, "seven": 7,
}  # fmt: skip
ORDINAL = re.compile(
    r"\b(?:first|second|third|fourth|fifth|1-?st|2-?nd|2rd|3-?rd|3th|4th|5th|front(?=\W{0,2}line)"
    r"|[1-5](?=[- ]?L\b|\W|$))",
    re.IGNORECASE,
)
OPEN = re.compile(r"\+|\b(?:plus|later|subsequent|further|beyond|higher|above|over|post|more|greater)", re.IGNORECASE)
# What a count must not be of: an interval, a dose, a part of a treatment, local or adjuvant treatment, other drugs.
NOT_LINES = re.compile(
    r"\b(?:days?|weeks?|months?|years?|hours?|cycles?|doses?|courses?|mg|lesions?|following|these|forms?|methods?|types?"
    r"|local|radi\w+|surgical|surger\w+|supportive|antibiotics?|antiviral|antifungal|immunosuppressive|steroid"
    r"|insulin|contracept\w+|investigational|study|trial|half|of the (?:above|below)|arms?|groups?|cohorts?|maintenance"
    r"|(?<!no )(?:neo)?adjuvant|perioperative|subsequent|salvage|antihypertensive|anticoagula\w+|diabet\w+|dimension\w*"
    r"|additional|prior to|caused|related|due|grade|toxicit\w+|phases?|parts?|sites?|centers?|patients?|participants?"
    r"|combination|drug)\b",
    re.IGNORECASE,
)
PAST = re.compile(
    r"\b(?:prior|previous\w*|received|receiving|fail\w*|progress\w*|treated|relaps\w*|refractory|after|following|intoleran\w*"
    r"|undergone|had|recurr\w*|earlier|exhausted|lines? of|resistan\w*|exposed)\b",
    re.IGNORECASE,
)
# What speaks of patients' past beside a count outside the criteria, where regimens of the trial are counted too.
HAD = re.compile(
    r"\b(?:prior|previous\w*|lines?|earlier|fail\w*|received|after|following|exhausted|treated)\b", re.IGNORECASE
)
COUNTED = re.compile(r"\b(?:lines?|regimens?|prior|previous|systemic|therapies)\b", re.IGNORECASE)
ONE_CLASS = re.compile(
    r"\b(?:PD-?\(?L?|immun\w+|endocrine|hormon\w+|anti-|TKIs?|CAR|tyrosine|inhibitor|antibody|transplant)", re.I
)
ADVANCED = re.compile(r"\b(?:advanced|metasta\w+|recurren\w+|unresectable|relaps\w+)\b", re.IGNORECASE)
ADJUVANT = re.compile(r"\b(?:neo)?-?adjuvant\b|\bperi-?operative\b|\bpost-?operative\b", re.IGNORECASE)
# Sentences about contraception and birth control speak of failure and of treatment, never of lines.
ASIDE = ("contracept", "childbearing", "child-bearing", "abstinen", "pregnan", "birth control")
ALTERNATIVE = re.compile(r"\bor\W*$|^\W*or\b", re.IGNORECASE)
# A criterion for patients with one of several diseases: "Ovarian cancer - no more than five prior lines".
OF_A_DISEASE = re.compile(
    r"\W{0,8}(?:\w+\)?[. ]){0,1}[\w/ ,()-]{0,70}?(?:cancer|carcinoma|melanoma|sarcoma|lymphoma|leuk(?:a)?emia|N?SCLC"
    r"|HNSCC|H?CC|CRC|TNBC|tumou?rs?|myeloma|mesothelioma|glioma|glioblastoma)\b[\w/ ,()-]{0,40}?(?::| [-–] )",
    re.IGNORECASE,
)
# The heading of a list of which one criterion is enough.
ONE_IS_ENOUGH = re.compile(r"\b(?:one|any|either|1)(?: or more)?(?: of)? (?:the |these )?following\b", re.IGNORECASE)
DEFINITION = re.compile(r"\bdefined (?:as|by)\b|\bdefinition\b", re.IGNORECASE)
# What only some of the patients must have had: "patients with X are eligible if ...".
SOME = re.compile(
    r"\b(?:patients|subjects|participants|those|individuals) (?:with|whose|who)\b[^.;]{1,90}?"
    r"\b(?:(?:are|is|will be|may be|can be) (?:also )?(?:eligible|enrolled|included|allowed)"
    r"|may (?:enroll?|be|participate)) (?:only )?(?:if|provided|when|after)\b",
    re.IGNORECASE,
)
LABEL = re.compile(
    r"\b(?i:cohorts?|arms?|parts?|groups?|modules?|sub-?stud(?:y|ies)|stratum|strata|phases?)\s?"
    r"(?P<id>(?:[A-Z]?\d{1,2}[A-Za-z]?|[A-Z]|I{1,3})(?:\s?(?:,|/|and|&|or)\s?(?:[A-Z]?\d{1,2}[a-z]?|[A-Z]|I{1,3})\b)*)"
    r"(?=[\s:,.;)(]|$)"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One wording's claim: `low` to `high` (None: unbounded, or not said), where it stands, how it was meant.

    `kind` is named, past, maintenance, count, bound, broad, naive. `arm` is the cohort that it speaks of, if one.
    """

    kind: str
    low: int | None
    high: int | None
    sentence: Sentence
    start: int
    end: int
    rule: str
    arm: str | None = None
    weak: bool = False


def part_of(sentence: Sentence) -> str:
    """The part of a record that a rule may be limited to: core, inclusion, exclusion or outcomes."""
    kind = sentence.kind
    if kind is OUTCOMES:
        return "outcomes"
    return sentence.polarity or "core" if kind is ELIGIBILITY else "core"


def _aside(sentence: Sentence, plain: Plain) -> bool:
    """True for a criterion that speaks of something else."""
    words = plain.lower[sentence.start : sentence.end]
    return sentence.kind is ELIGIBILITY and holds_any(words, ASIDE)


ELIGIBILITY, OUTCOMES = SectionKind.ELIGIBILITY, SectionKind.OUTCOMES
NO_ARMS = frozenset({SectionKind.ARM_LABEL, SectionKind.TITLE, SectionKind.OFFICIAL_TITLE})
PARTS = ("core", "inclusion", "exclusion", "outcomes")
MUTE = frozenset({SectionKind.INTERVENTION_DESCRIPTION, SectionKind.OTHER_NAME, SectionKind.DESIGN})


class ClaimFinder:
    """Finds the claims of a record; built once from the rule file."""

    __slots__ = ("_scanners",)

    def __init__(self, rulebook: Rulebook) -> None:
        self._scanners = {
            part: Scanner(rule for rule in rulebook.rules if part in rule.value["where"]) for part in PARTS
        }

    def __call__(
        self, plain: Plain, sentences: Sequence[Sentence], contexts: Sequence[frozenset[str]]
    ) -> Iterator[Claim]:
        """All claims in the order of the text; a named line is claimed once, by its most telling role."""
        by_sentence: defaultdict[int, dict[tuple[int, int], Hit]] = defaultdict(dict)
        for hit in self._hits(plain, sentences, contexts):
            if hit.rule.value["claim"] == "named":
                start, end = _named_span(hit)
                named = by_sentence[hit.sentence.index]
                before = next((span for span in named if span[0] < end and start < span[1]), None)
                if before is None or _rank(hit) < _rank(named[before]):
                    named.pop(before or (-1, -1), None)
                    named[start, end] = hit
            else:
                yield from READERS[hit.rule.value["claim"]](hit, plain)
        for named in by_sentence.values():
            for (start, end), hit in named.items():
                yield from _named(hit, plain, start, end)

    def _hits(self, plain: Plain, sentences: Sequence[Sentence], contexts: Sequence[frozenset[str]]) -> Iterator[Hit]:
        """The matches of all rules in the sentences that may tell: none of background or other matters."""
        by_part: defaultdict[str, list[int]] = defaultdict(list)
        for sentence, cues in zip(sentences, contexts, strict=True):
            if sentence.kind not in MUTE and "background" not in cues:
                by_part[part_of(sentence)].append(sentence.index)
        for part, indexes in by_part.items():
            for hit in self._scanners[part].hits(plain, sentences, indexes):
                if not _aside(hit.sentence, plain):
                    yield hit


ROLES = ("maintenance", "untreated", "beyond", "past", "")


def _rank(hit: Hit) -> int:
    """The more telling role first."""
    return ROLES.index(hit.rule.value.get("role", ""))


def _named_span(hit: Hit) -> tuple[int, int]:
    """Where the named line of a match stands in the record."""
    group = next(name for name in ("named", "named2", "named3") if hit.match.groupdict().get(name))
    return hit.sentence.start + hit.match.start(group), hit.sentence.start + hit.match.end(group)


def _named(hit: Hit, plain: Plain, start: int, end: int) -> Iterator[Claim]:
    """A line called by its number."""
    phrase = plain.text[start:end]
    numbers = [NUMBERS.get(word.lower(), 0) or int(word[0]) for word in ORDINAL.findall(phrase)]
    opened = bool(OPEN.search(phrase)) or bool(
        re.search(r"(?:≥|>=|at least)\s?$", plain.text[max(0, start - 10) : start])
    )
    low, high = (min(numbers), max(numbers)) if numbers else (2, 2)
    role = hit.rule.value.get("role", "")
    if role in {"past", "beyond"}:
        low, high, opened = low + 1, high + 1, opened or role == "beyond"
    kind = {"beyond": "past", "untreated": "naive", "": "named"}.get(role, role)
    yield _claim(hit, plain, kind, low, None if opened or not numbers else high, (start, end))


def _count(hit: Hit, plain: Plain) -> Iterator[Claim]:
    """A number of prior lines, turned to the lines that come next."""
    groups = hit.match.groupdict()
    what = groups.get("what") or "lines"
    words = plain.of(hit.sentence)
    if NOT_LINES.search(what) or not PAST.search(words) or not COUNTED.search(what):
        return
    near = words[max(0, hit.match.start() - 60) : hit.match.end() + 40]
    if hit.sentence.kind is not SectionKind.ELIGIBILITY and not HAD.search(near):
        return
    after = words[hit.match.end() : hit.match.end() + 60]
    if ADJUVANT.search(what + after) and not ADVANCED.search(what + after):
        return
    low, high = prior_bounds(groups, excluded=hit.sentence.polarity == "exclusion")
    if hit.sentence.kind is SectionKind.ELIGIBILITY and _of_a_disease(plain, hit.start):
        low, high = (2 if low is not None else None), None
    if low is None and high is not None and ONE_CLASS.search(what):
        return
    if low is not None and _is_alternative(hit.sentence, words, hit.match.start()):
        yield _claim(hit, plain, "broad", 2, None)
    elif low is not None or high is not None:
        yield _claim(hit, plain, "count", low, high)


def _of_a_disease(plain: Plain, at: int) -> bool:
    """True where the criterion that holds a place begins with the disease that it is for."""
    line = plain.text.rfind("\n", 0, at) + 1
    return OF_A_DISEASE.match(plain.text, line, min(at, line + 140)) is not None


def _is_alternative(sentence: Sentence, words: str, start: int) -> bool:
    """True for a count in one of several ways in, in a definition, or of some patients only: it bounds no line."""
    if ONE_IS_ENOUGH.search(sentence.heading or "") or SOME.search(words, 0, start):
        return True
    return bool(ALTERNATIVE.search(words) or DEFINITION.search(words, max(0, start - 90), start))


# What a count of n (to m) prior lines leaves for the next one; None: not bounded.
Bounds = tuple[int | None, int | None]
INCLUDED: Mapping[str, Callable[[int, int], Bounds]] = {
    "range": lambda n, m: (n + 1, m + 1),
    "high": lambda n, m: (None, m + 1),
    "under": lambda n, m: (None, n),
    "over": lambda n, m: (n + 2, None),
    "just": lambda n, m: (n + 1, n + 1),
    "low": lambda n, m: (n + 1, None),
    "bare": lambda n, m: (n + 1, 2 if n == 1 else None),
}
EXCLUDED: Mapping[str, Callable[[int, int], Bounds]] = {
    "over": lambda n, m: (None, n + 1),
    "under": lambda n, m: (n + 1, None),
    "low": lambda n, m: (None, n),
    "bare": lambda n, m: (None, n),
}


def prior_bounds(groups: Mapping[str, str | None], *, excluded: bool) -> Bounds:
    """The lines that a count of prior ones leaves: "at least one" is line 2 or later; where that excludes, line 1."""
    number = _number(groups.get("n"))
    if number is None:
        return None, None
    last = _number(groups.get("m")) or _number(groups.get("cap")) or number
    reading = (EXCLUDED if excluded else INCLUDED).get(_relation(groups, number, last))
    return reading(number, last) if reading else (None, None)


def _relation(groups: Mapping[str, str | None], number: int, last: int) -> str:
    """Which of the relations above the words of a count express."""
    if groups.get("high") or groups.get("less"):
        return "high"
    if last > number or "low" not in groups:
        return "range"
    named = next((name for name in ("under", "over", "just", "low") if groups[name]), "bare")
    return "low" if named == "bare" and groups.get("more") else named


def _number(word: str | None) -> int | None:
    """The number that a word or a digit writes."""
    if not word:
        return None
    word = word.split("(")[0].strip().lower()
    return NUMBERS.get(word) or int(word)


def _broad(hit: Hit, plain: Plain) -> Iterator[Claim]:
    """Second line or later, without a number."""
    yield _claim(hit, plain, "broad", 2, None)


def _naive(hit: Hit, plain: Plain) -> Iterator[Claim]:
    """First line, without the word; nothing is said of a bullet that speaks of earlier-stage treatment alone."""
    words = hit.match[0]
    if ADJUVANT.search(words) and not ADVANCED.search(words):
        return
    yield _claim(hit, plain, "naive", 1, 1)


def _bound(hit: Hit, plain: Plain) -> Iterator[Claim]:
    """A number of relapses: each was followed by a line."""
    if hit.match["first"] and hit.sentence.kind is SectionKind.ELIGIBILITY:
        return  # among the criteria it is one of several ways in
    if hit.match["first"]:
        yield _claim(hit, plain, "bound", 2, 2)
    else:
        yield _claim(hit, plain, "bound", 2, (_number(hit.match["n"]) or 0) + 1)


READERS = {"count": _count, "broad": _broad, "naive": _naive, "bound": _bound}


def _claim(
    hit: Hit, plain: Plain, kind: str, low: int | None, high: int | None, span: tuple[int, int] | None = None
) -> Claim:
    """A claim with its place, and the cohort whose label stands nearest before it."""
    start, end = span or (hit.start, hit.end)
    arm = _arm(hit.sentence, plain, start)
    return Claim(kind, low, high, hit.sentence, start, end, hit.rule.id, arm, bool(hit.rule.value.get("weak")))


def _arm(sentence: Sentence, plain: Plain, start: int) -> str | None:
    """The label of the cohort that a claim belongs to: before it in its sentence, else in its heading."""
    if sentence.kind in NO_ARMS:
        return None
    labels = list(LABEL.finditer(plain.text, sentence.start, start)) or list(LABEL.finditer(sentence.heading or ""))
    return " ".join(labels[-1][0].split()) if labels else None
