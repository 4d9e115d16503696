"""Treatment settings of the trial treatment: the words, less those that speak of what patients had before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extract.model import SectionKind
from extract.rulebook import Rulebook
from extract.scan import Hit, Plain, Scanner
from extract.text import Sentence

TITLES = frozenset({SectionKind.TITLE, SectionKind.OFFICIAL_TITLE, SectionKind.CONDITIONS, SectionKind.KEYWORDS})
CORE = TITLES | {SectionKind.SUMMARY, SectionKind.ARM_LABEL, SectionKind.ARM_DESCRIPTION, SectionKind.INTERVENTIONS}
WEAKER = frozenset({SectionKind.DESCRIPTION, SectionKind.INTERVENTION_DESCRIPTION, SectionKind.OUTCOMES})
TITLED = TITLES | {SectionKind.SUMMARY}
READABLE = CORE | WEAKER
# In outcomes only what is measured against the treatment's own phase tells.
OUTCOME = re.compile(
    r"\b(?:end of|after|post|following|completion of) (?:re-?)?induction\b|\b(?:re-?)induction"
    r"|\binduction (?:cycle|course|failure|\d)",
    re.IGNORECASE,
)
TOLD = (
    "will ", "receive", "given", "treated", "administ", "randomi", "followed by", "phase", "arm ", "cohort", "trial",
    "stud", "regimen", "effic", "safety", "evaluat", "assess", "compar", "explor",
)  # fmt: skip
ASIDE = frozenset({"background", "hypothetical"})
CURATIVE = "curative"
AROUND_SURGERY = frozenset({"neoadjuvant", "adjuvant", "perioperative"})
# What a supportive-care trial calls a phase is the phase of somebody else's protocol.
PHASES = frozenset({"induction", "consolidation", "maintenance"})
SUPPORTIVE = frozenset(
    {"SUPPORTIVE_CARE", "PREVENTION", "DIAGNOSTIC", "HEALTH_SERVICES_RESEARCH", "SCREENING", "OTHER"}
)


@dataclass(frozen=True, slots=True)
class Found:
    """A setting, the rule that gave it, and where its words stand in the record."""

    name: str
    rule: str
    start: int
    end: int


class SettingFinder:
    """Finds settings; built once from the rule file."""

    __slots__ = ("_everywhere", "_titles")

    def __init__(self, rulebook: Rulebook) -> None:
        self._titles = Scanner(rule for rule in rulebook.rules if rule.value.get("titles"))
        self._everywhere = Scanner(rule for rule in rulebook.rules if not rule.value.get("titles"))

    def __call__(
        self,
        plain: Plain,
        sentences: Sequence[Sentence],
        contexts: Sequence[frozenset[str]],
        purpose: str | None,
    ) -> tuple[Found, ...]:
        """Every setting once, its first mention; "curative" among them where the words show curative intent."""
        titles = [s.index for s in sentences if s.kind in TITLED]
        readable = [s.index for s in sentences if s.kind in READABLE]
        hits = [*self._titles.hits(plain, sentences, titles), *self._everywhere.hits(plain, sentences, readable)]
        past = {
            _span(hit)
            for hit in hits
            if hit.rule.value.get("role") == "past" and hit.sentence.kind is not SectionKind.OUTCOMES
        }
        kept = [hit for hit in hits if "setting" in hit.rule.value and _span(hit) not in past]
        kept = [hit for hit in sorted(kept, key=lambda hit: hit.start) if _counts(hit, contexts, plain)]
        if any(hit.sentence.kind not in WEAKER and hit.rule.value["setting"] != CURATIVE for hit in kept):
            kept = [hit for hit in kept if hit.sentence.kind not in WEAKER]
        found: dict[str, Found] = {}
        for hit in kept:
            name = hit.rule.value["setting"]
            if name not in PHASES or purpose not in SUPPORTIVE:
                found.setdefault(name, Found(name, hit.rule.id, *_span(hit)))
        return tuple(found.values())


def _span(hit: Hit) -> tuple[int, int]:
    """Where the setting's own word stands."""
    groups = hit.match.groupdict()
    group: str | int = next((name for name in ("word", "word2") if groups.get(name)), 0)
    return hit.sentence.start + hit.match.start(group), hit.sentence.start + hit.match.end(group)


def _counts(hit: Hit, contexts: Sequence[frozenset[str]], plain: Plain) -> bool:
    """True where a mention speaks of the trial treatment."""
    kind = hit.sentence.kind
    if hit.rule.value.get("titles") or (kind in WEAKER and hit.rule.value["setting"] == "perioperative"):
        return kind in TITLES or (hit.rule.value["setting"] == CURATIVE and kind is SectionKind.SUMMARY)
    if kind is SectionKind.OUTCOMES:
        return hit.rule.value["setting"] == "induction" and bool(OUTCOME.search(plain.of(hit.sentence)))
    if kind in CORE - {SectionKind.SUMMARY}:
        return True
    if kind in WEAKER or kind is SectionKind.SUMMARY:
        aside = ASIDE if kind in WEAKER else {"background"}
        return not contexts[hit.sentence.index] & aside and _told(hit, plain)
    return False


def _told(hit: Hit, plain: Plain) -> bool:
    """True where a sentence of running text tells what is done, or is headed by the setting itself."""
    end = _span(hit)[1]
    words = plain.lower[hit.sentence.start : hit.sentence.end]
    return plain.text[end : end + 1] == ":" or any(told in words for told in TOLD)
