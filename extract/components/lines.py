"""`tg_settings` and `tg_lines`: treatment settings, and lines of therapy with the reason where none is told."""

from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc

from extract.facts import Abstention, Certainty, Line, Setting
from extract.lines.claims import Claim, ClaimFinder
from extract.lines.decide import decide
from extract.lines.settings import AROUND_SURGERY, CURATIVE, SUPPORTIVE, Found, SettingFinder
from extract.rulebook import load_rulebook
from extract.scan import holds_any
from extract.text import RecordText

STATED = frozenset({"named", "past", "maintenance", "count"})
ONCOLOGY = ("cancer", "carcinoma", "tumor", "tumour", "leuk", "lymphoma", "myeloma", "sarcoma", "melanoma", "blastoma",
            "glioma", "neoplas", "malignan", "metasta", "myelodysplas", "mesothelioma", "macroglobulin", "oncolog",
            "adenocarc", "histiocyt", "myelofibrosis", "cytoma", "mycosis fung", "zary s", "hodgkin",
            "thymoma", "chordoma", "seminoma", "mastocytosis", "amyloidosis", "lymphoprolif", "polycyth",
            "castleman", "sclc", "hcc", "tnbc", "hnscc", "escc", "dlbcl", "mcrc", "mcrpc", "mrcc")  # fmt: skip
NOT_TOLD = "the record says nothing of earlier systemic therapy"
CURATIVE_ONLY = "treatment with curative intent has no line of systemic therapy for advanced disease"


@Language.factory(
    "tg_settings",
    requires=["doc._.plain", "doc._.sentences", "doc._.contexts", "doc._.document"],
    assigns=["doc._.settings", "doc._.curative"],
)
def create_settings(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Build the setting finder from its rule file."""
    finder = SettingFinder(load_rulebook("settings"))
    return lambda doc: assign_settings(doc, finder)


def assign_settings(doc: Doc, finder: SettingFinder) -> Doc:
    """Assign `doc._.settings` and `doc._.curative`."""
    state = doc._
    found = finder(state.plain, state.sentences, state.contexts, state.document.registry.purpose)
    named = [item for item in found if item.name != CURATIVE]
    state.settings = tuple([_setting(state.record, item) for item in named])
    state.curative = any(item.name == CURATIVE or item.name in AROUND_SURGERY for item in found)
    return doc


def _setting(record: RecordText, found: Found) -> Setting:
    return Setting(name=found.name, evidence=(record.evidence(found.start, found.end),), rule=found.rule)


@Language.factory(
    "tg_lines",
    requires=["doc._.plain", "doc._.sentences", "doc._.contexts", "doc._.settings", "doc._.curative"],
    assigns=["doc._.lines", "doc._.settings", "doc._.abstained"],
)
def create_lines(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Build the claim finder from its rule file."""
    finder = ClaimFinder(load_rulebook("lines"))
    return lambda doc: assign_lines(doc, finder)


def assign_lines(doc: Doc, finder: ClaimFinder) -> Doc:
    """Assign `doc._.lines`; a reason in `doc._.abstained` where there is none."""
    state = doc._
    plain, record, curative = state.plain, state.record, state.curative
    oncology = holds_any(plain.lower, ONCOLOGY)
    purpose = state.document.registry.purpose
    claims = finder(plain, state.sentences, state.contexts)
    kept = [claim for claim in claims if _counts(purpose, claim, oncology=oncology)]
    told = decide(kept, curative=curative)
    state.lines = lines = tuple([_line(record, low, high, arm, claim) for (low, high), arm, claim in told])
    if not lines:
        reason = CURATIVE_ONLY if curative else NOT_TOLD
        state.abstained = (*state.abstained, Abstention("lines", reason))
    return doc


def _counts(purpose: str | None, claim: Claim, *, oncology: bool) -> bool:
    """Outside oncology only a line called by its number counts, and no new diagnosis in supportive care."""
    if claim.weak and purpose in SUPPORTIVE:
        return False
    return oncology or claim.kind == "named"


def _line(record: RecordText, low: int, high: int | None, arm: str | None, claim: Claim) -> Line:
    certainty = Certainty.STATED if claim.kind in STATED else Certainty.INFERRED
    evidence = (record.evidence(claim.start, claim.end),)
    return Line(min=low, max=high, arm=arm, evidence=evidence, certainty=certainty, rule=claim.rule)
