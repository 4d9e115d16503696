"""The standard name of an earlier therapy: class wordings by rule, drugs by vocabulary, targets by form.

Standard names are those of GUIDELINES, `prior_required`: "platinum-based chemotherapy", "PD-1/PD-L1 inhibitor",
else "<TARGET> inhibitor" / "anti-<TARGET> antibody", or the drug's INN.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from extract.matcher import Mention
from extract.rulebook import Rulebook
from extract.scan import Hit, Plain, holds_any
from extract.text import Sentence
from ontology.model import Drug, TermKind, Vocabulary

# "anti-X ...", "X-targeted ...", "X inhibitor": a target is written with two capitals or a digit.
TARGET = (
    r"(?:B7-?H\d|CTLA-?4|LAG-?3|TIM-?3|4-1BB|OX-?40|HER-?\d|TROP-?2|PD-?L2"
    r"|[A-Z][A-Za-z]*+(?:[-/ ]?\d+[A-Z]?\d*(?:\.\d)?)?[A-Za-z]?\d*|[a-z]{1,2}[A-Z]+\d*)"
)
FORM = r"antibod(?:y|ies)|mAbs?|inhibitors?|inhibition|antagonists?|blockers?|agonists?|CAR[- ]?T(?: cells?)?|ADCs?"
# No flag for the whole: Python is quick to pass over a word where the first letters of a pattern heed case.
BY_TARGET = re.compile(
    rf"\b[Aa](?i:nti)[- ]?(?P<anti>{TARGET})(?i:[ -](?:monoclonal |targeted |directed )?(?P<form>{FORM})\b)?"
    rf"|\b(?P<of>{TARGET})(?:\)?[- ](?i:(?:targeted|targeting|directed|specific)\b(?:[- ](?P<aimed>{FORM}))?)"
    rf"|\)?[- ](?i:(?:receptor |pathway |protein )?(?P<acting>{FORM})\b))"
    rf"|\b(?:[Tt](?i:arget(?:ing|s?))|[Dd](?i:irected (?:at|against|to)))(?i: the)? (?P<at>{TARGET})\b"
    r"|\b(?P<bare>CTLA-?4|TIGIT|LAG-?3|TIM-?3|PVRIG|OX-?40|CD137|4-1BB|GITR)\b"
)
AIMED = (
    "anti-", "anti ", "antib", "target", "directed", "-specific", "inhibitor", "inhibition", "agonist", "blocker",
    "ctla", "tigit", "lag-3", "lag3", "tim-3", "tim3", "ox40", "ox-40", "1bb", "cd137", "gitr", "pvrig", "car-t",
    "car t",
)  # fmt: skip
CHECKPOINTS = frozenset({"CTLA4", "TIGIT", "LAG3", "TIM3", "PVRIG", "VISTA", "PDL2", "CD47", "BTLA", "NKG2A", "CD96"})
AGONISTS = frozenset({"OX40", "CD137", "41BB", "GITR", "ICOS", "CD27", "CD40"})
CHECKED = CHECKPOINTS | AGONISTS
LONG_NAMED = {"HAVCR2": "TIM3", "TNFRSF4": "OX40", "TNFRSF9": "CD137", "TNFRSF18": "GITR"}
LONG = 12
CAPITAL = re.compile(r"[A-Z0-9]")
START = attrgetter("start")
SHORT = re.compile(r"s? ?(?:\(m?Abs?\) ?)?", re.IGNORECASE)
BRACKET = re.compile(r" {0,2}[(\[] ?")
BY_CLASS = re.compile(r"(?:inhibitor|agonist|antagonist|degrader|vaccine|virus)$")
SPELLED = {"CTLA4": "CTLA-4", "LAG3": "LAG-3", "TIM3": "TIM-3", "41BB": "CD137", "OX40": "OX40", "TROP2": "TROP2",
           "B7H3": "B7-H3", "B7H4": "B7-H4", "PDL2": "PD-L2", "CLAUDIN182": "CLDN18.2"}  # fmt: skip
# Written like a target, but none: viruses, laboratory tests, cell types, and classes that have rules of their own.
NO_TARGET = re.compile(
    r"^(?:HIV|HBV|HCV|HBC|HBS|HBSAG|TNF.*|CMV|EBV|HTLV.*|CYP\w*|PD-?L?1|PD|VEGFR?\d?|CNS|II?I?|IV|DNA|RNA|TKIS?|ICIS?|CAR|ADCS?"
    r"|T|NK|B|IGG|GVHD|HLA|ECOG|CD3|NSCLC|RCC|HCC|CRC|HNSCC|ESCC|MDS|CLL|DLBCL|MM|GBM|SCLC|BTC|UC|TNBC|M?CRPC|AML|ALL|HSCT|XA|IL-?\d+|HCG|RECIST|P-?GP|H2|MAO\w?|ACE|ARB|RANKL?|IGE|PPI|BCRP|OATP\w*"
    r"|PARP|CDK\d?(?:/\d)?|BTK|BCL-?ABL|BCR-?ABL1?|XO|COX-?2?|DPP-?4|TOPO.*|CTL|S1P|5-?HT\d?|JAK(?=$)|COVID\w*|SARS.*)$",
    re.IGNORECASE,
)
PLAIN_KINDS = frozenset({"chemotherapy", "monoclonal antibody"})
CODE_OR_STEM = re.compile(
    r"\d{2}|(?:nib|mab|lib|parib|taxel|platin|rubicin|tecan|leucel|vedotin|deruxtecan|zomib|degib)$"
)
CLASS_TYPES = frozenset({"drug", "biological", "cell_gene"})


class Therapy(NamedTuple):
    """A therapy by its standard name, at `[start, end)` of the record; `term` is its path in the vocabulary."""

    name: str
    start: int
    end: int
    rule: str
    term: str | None = None


class Namer:
    """Names the therapies of a sentence; built once from the rules and the vocabulary."""

    __slots__ = ("_known",)

    def __init__(self, rulebook: Rulebook, vocabulary: Vocabulary | None) -> None:
        other_care = next(rule.pattern for rule in rulebook.rules if rule.value.get("class") == "other")
        self._known = Known(vocabulary, other_care)

    def __call__(
        self, hits: Sequence[Hit], sentence: Sentence, plain: Plain, mentions: Collection[Mention]
    ) -> list[Therapy]:
        """The therapies by offset; where two overlap, a class wording wins over a target, a target over a drug."""
        drugs = _by_vocabulary(mentions, plain, self._known)
        named, aimed = list(map(_by_rule, hits)), _by_target(sentence, plain)
        if not (named or drugs or aimed):
            return []
        general = [therapy for therapy in named if therapy.name in PLAIN_KINDS]
        special = [therapy for therapy in named if therapy not in general] if general else named
        found: list[Therapy] = []
        for therapy in (*special, *aimed, *drugs, *general):
            if not _overlaps(therapy, found):
                found.append(therapy)
        if len(found) < 2:
            return found
        return merged(_without_abbreviations(sorted(found, key=START), plain))


def _without_abbreviations(found: Sequence[Therapy], plain: Plain) -> list[Therapy]:
    """Leave out the vaguer of two names of one thing.

    It stands in brackets behind the fuller one, "EGFR tyrosine kinase inhibitors [TKIs]", or before what it is aimed
    at, "monoclonal antibodies (mAbs) targeting TIGIT".
    """
    repeats = {
        therapy.start
        for fuller, therapy in pairwise(found)
        if fuller.name.endswith(f" {therapy.name}") and BRACKET.fullmatch(plain.text, fuller.end, therapy.start)
    }
    repeats |= {
        kind.start
        for kind, aimed in pairwise(found)
        if kind.name == "monoclonal antibody"
        and aimed.rule == "prior.name.by-target"
        and SHORT.fullmatch(plain.text, kind.end, aimed.start)
    }
    return [therapy for therapy in found if therapy.start not in repeats]


def _overlaps(therapy: Therapy, found: Iterable[Therapy]) -> bool:
    """True where a therapy stands on words that another one has."""
    for other in found:  # noqa: SIM110
        if therapy.start < other.end and other.start < therapy.end:
            return True
    return False


def _by_rule(hit: Hit) -> Therapy:
    """The therapy that a class wording stands for."""
    name = hit.rule.value["name"]
    if "{" in name:
        groups = {key: (value or "").lower() for key, value in hit.match.groupdict().items()}
        name = _ordinal(name.format(**groups))
    return Therapy(name, hit.start, hit.end, hit.rule.id)


def _ordinal(name: str) -> str:
    """Spell the generation out: "third-generation" for "3rd-generation"."""
    return name.replace("1st-", "first-").replace("2nd-", "second-").replace("3rd-", "third-")


def _by_target(sentence: Sentence, plain: Plain) -> list[Therapy]:
    """Therapies called by their target."""
    found: list[Therapy] = []
    if not holds_any(plain.lower[sentence.start : sentence.end], AIMED):
        return found
    for match in BY_TARGET.finditer(plain.of(sentence)):
        target = match["anti"] or match["of"] or match["at"] or match["bare"]
        if len(CAPITAL.findall(target)) < 2 or NO_TARGET.match(target):
            continue
        form = (match["form"] or match["aimed"] or match["acting"] or "").lower()
        name = target_name(target, form, anti=bool(match["anti"]))
        start, end = match.span()
        found.append(Therapy(name, sentence.start + start, sentence.start + end, "prior.name.by-target"))
    return found


def target_name(target: str, form: str, *, anti: bool) -> str:
    """A name such as "TIGIT inhibitor", "OX40 agonist", "anti-CD38 antibody", "B7-H3-targeted therapy"."""
    key = re.sub(r"[^A-Z0-9]", "", target.upper())
    label = SPELLED.get(key, key if key in CHECKED else target)
    if key in CHECKPOINTS:
        return f"{label} inhibitor"
    if key in AGONISTS or form.startswith("agonist"):
        return f"{label} agonist"
    if form.startswith("car"):
        return f"{label} CAR-T cell therapy"
    if form.startswith(("inhib", "antag", "block")):
        return f"{label} inhibitor"
    if form.startswith(("antibod", "mab")) and anti and key.startswith(("CD", "EGFR", "HER2", "GD2", "BCMA")):
        return f"anti-{label} antibody"
    return f"{label}-targeted therapy"


class Known(dict[tuple[TermKind, str], tuple[str, str] | None]):
    """The standard name that a term of the vocabulary stands for, and its path; None where it is no cancer therapy."""

    __slots__ = ("_other_care", "_vocabulary")

    def __init__(self, vocabulary: Vocabulary | None, other_care: re.Pattern[str]) -> None:
        super().__init__()
        self._vocabulary = vocabulary
        self._other_care = other_care

    def __missing__(self, term: tuple[TermKind, str]) -> tuple[str, str] | None:
        """Look a term up; it is remembered."""
        named = self[term] = self._named(*term, self._vocabulary) if self._vocabulary else None
        return named

    def _named(self, kind: TermKind, name: str, vocabulary: Vocabulary) -> tuple[str, str] | None:
        if kind is TermKind.DRUG and is_cancer_drug(vocabulary.drugs[name], self._other_care):
            return vocabulary.drugs[name].name, f"drug/{name}"
        if kind is TermKind.TARGET and LONG_NAMED.get(name, name) in CHECKED:
            return target_name(LONG_NAMED.get(name, name), "", anti=True), f"target/{name}"
        if kind is TermKind.CLASS and BY_CLASS.search(name) and not self._other_care.search(name):
            return vocabulary.classes[name].label, f"class/{name}"
        return None


def _by_vocabulary(mentions: Iterable[Mention], plain: Plain, known: Known) -> list[Therapy]:
    """Cancer drugs by their preferred name, checkpoints by their long one, and classes that no rule names."""
    found: list[Therapy] = []
    for mention in mentions:
        for term in mention.terms:
            named = None if term.needs_context else known[term.kind, term.id]
            if named and (term.kind is not TermKind.TARGET or len(mention.text) > LONG):
                if not plain.lower.startswith(" receptor", mention.end):
                    found.append(Therapy(named[0], mention.start, mention.end, "prior.name.drug", named[1]))
                break
    return found


def is_cancer_drug(drug: Drug, other_care: re.Pattern[str]) -> bool:
    """True for a drug that treats; one without a known class or target counts by its code or a stem only."""
    if drug.purpose != "treatment" or drug.type not in CLASS_TYPES or any(map(other_care.search, drug.classes)):
        return False
    return bool(drug.classes or drug.targets or CODE_OR_STEM.search(drug.name))


def merged(found: Sequence[Therapy]) -> list[Therapy]:
    """PD-1 and PD-L1 inhibitors side by side are one: "PD-1/PD-L1 inhibitor"."""
    both = {"PD-1 inhibitor", "PD-L1 inhibitor"} <= {therapy.name for therapy in found}
    kept: list[Therapy] = []
    for therapy in found:
        if kept and therapy.name in PLAIN_KINDS and 0 <= therapy.start - kept[-1].end <= 1:
            continue  # "irinotecan chemotherapy" is irinotecan, "PD-1 monoclonal antibody" a PD-1 inhibitor
        if both and therapy.name in {"PD-1 inhibitor", "PD-L1 inhibitor"}:
            therapy = Therapy("PD-1/PD-L1 inhibitor", therapy.start, therapy.end, therapy.rule)  # noqa: PLW2901
        kept.append(therapy)
    return kept
