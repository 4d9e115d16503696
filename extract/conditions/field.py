"""The entries of the conditions field: junk dropped, known diseases named, others kept as they stand, cleaned."""

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from extract.conditions.hierarchy import GENERIC, Hierarchy
from extract.conditions.model import Found
from extract.lowered import lowered
from extract.rulebook import Rule, load_rulebook

UNKNOWN = "condition.field-as-written"
WORD = re.compile(r"[^\W\d_]{3,}")
ACRONYM = re.compile(r"[A-Z0-9][A-Z0-9+/-]*[A-Z0-9]s?$|.*\d|.*[a-z][A-Z]|I$|[A-Z]-")
BRACKETS = re.compile(r"\s*[(\[][^()\[\]]{0,80}[)\]]")
LABEL = re.compile(r"^(?:conditions? or focus of study|conditions?|diagnosis|disease)\s*[:：]\s*", re.I)
LEFT_OVER = re.compile(r"^(?:(?:or|and|and/or)\b|/)\s*|\s+(?:or|and)$", re.IGNORECASE)
PLURAL = re.compile(r"(?<=[a-z])(?:(?P<ies>ies)|(?P<s>(?<![suoi])s))$")
NO_PLURAL = re.compile(
    r"(?:diabetes|herpes|rabies|scabies|caries|series|species|measles|mumps|rickets|arthritis|insipidus|mellitus|\w+[iyu]s)$",
    re.IGNORECASE,
)
AMERICAN = (
    ("aemia", "emia"),
    ("umour", "umor"),
    ("oesoph", "esoph"),
    ("Oesoph", "Esoph"),
    ("haem", "hem"),
    ("Haem", "Hem"),
)
SPREAD = re.compile(r"metasta|carcinomatosis", re.IGNORECASE)
WITH = re.compile(r"\bwith\b", re.IGNORECASE)
LONGEST_ENTRY = 1_000  # characters; a longer entry is prose, and only the diseases that it names count
# "Gastric/esophageal cancer": two organs before one word for the tumour.
SHARED_HEAD = re.compile(
    r"(?P<one>\w+)\s*(?:/|,|&|\bor\b|\band\b)\s*(?P<other>\w+(?: \w+)?) "
    r"(?P<head>cancers?|carcinomas?|adenocarcinomas?|tumou?rs?|neoplasms?)",
    re.IGNORECASE,
)
MOST_WORDS = 8  # an entry of more words is a sentence about the diseases that it names
LONG_NAME = 12  # a longer name says enough of its own whatever stands beside it


@cache
def _rules(role: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in load_rulebook("conditions").rules if rule.value["role"] == role)


def read_entry(text: str, start: int, known: Sequence[Found], look_up: Callable[[str], Found | None]) -> list[Found]:
    """The diseases of one entry.

    Args:
        text: the entry.
        start: its offset in the record's text.
        known: the vocabulary's diseases named in it, in order.
        look_up: finds a disease by its whole name, of the vocabulary or of all diseases; offsets are set here.
    """
    if len(text) > LONGEST_ENTRY:
        return list(known)
    if is_junk(text):
        return []
    return _diseases(text, start, _without_spread(text, start, _without_agents(text, known)), look_up)


def _diseases(text: str, start: int, known: Sequence[Found], look_up: Callable[[str], Found | None]) -> list[Found]:
    """The diseases of an entry that is one: named in full, found by its whole name, or kept as it stands."""
    specific = [found for found in known if found.key not in GENERIC]
    told = specific and not _rest(text, start, specific)
    if told and not ("," in text and len(specific) == 1):
        return list(specific)
    whole = look_up(text) or (None if told else look_up(_bare(text)))  # "Lymphoma, B Cell" says more than lymphoma
    if whole is not None:
        return [Found(whole.key, whole.name, start, start + len(text), whole.rule)]
    if told or not _rest(text, start, known):
        return list(specific if told else known)
    if two := _two_organs(text, start, look_up):
        return two
    if specific and (len(text.split()) > MOST_WORDS or any(len(found.name) > LONG_NAME for found in specific)):
        return specific
    name = clean(text)
    return [Found(None, name, start, start + len(text), UNKNOWN)] if name else []


def _two_organs(text: str, start: int, look_up: Callable[[str], Found | None]) -> list[Found]:
    """The two diseases of an entry that names two organs before one word for the tumour; else none."""
    shared = SHARED_HEAD.fullmatch(text.strip())
    names = [f"{shared[organ]} {shared['head']}" for organ in ("one", "other")] if shared else []
    found = [disease for name in names if (disease := look_up(name))]
    return [Found(one.key, one.name, start, start + len(text), one.rule) for one in found] if len(found) > 1 else []


def of_organs(entries: Sequence[Found], hierarchy: Hierarchy, look_up: Callable[[str], Found | None]) -> list[Found]:
    """The entries, an organ by itself ("Prostate") read as its cancer where another entry is a tumour."""
    tumours = any(GENERIC & hierarchy.above.get(item.key or "", frozenset()) for item in entries)
    if not tumours:
        return list(entries)
    cancers = [
        look_up(f"{item.name} cancer") if item.rule == UNKNOWN and " " not in item.name else None for item in entries
    ]
    return [
        Found(cancer.key, cancer.name, item.start, item.end, cancer.rule) if cancer else item
        for item, cancer in zip(entries, cancers, strict=True)
    ]


def _without_agents(text: str, known: Sequence[Found]) -> Sequence[Found]:
    """Leave out the infection of a disease that comes of it ("EBV-related gastric carcinoma")."""
    diseases = [found for found in known if "infection" not in found.name]
    return diseases if diseases and "infect" not in text.lower() else known


def _without_spread(text: str, start: int, known: Sequence[Found]) -> Sequence[Found]:
    """Leave out where a disease spread to, if the entry is of that one ("colon cancer with bone metastases")."""
    turn = WITH.search(text)
    first = [found for found in known if found.key not in GENERIC and not SPREAD.search(found.name)]
    if turn is None or not first or first[0].start >= start + turn.start():
        return known
    return [found for found in known if not SPREAD.search(found.name)]


@cache
def _junk() -> tuple[Rule, ...]:
    return tuple(map(lowered, _rules("junk")))


@lru_cache(maxsize=20_000)
def is_junk(text: str) -> bool:
    """Whether an entry of the conditions field is no disease."""
    plain = " ".join(text.split()).strip(" .;,")
    return not WORD.search(plain) or any(rule.pattern.match(plain.lower()) for rule in _junk())


def _rest(text: str, start: int, known: Sequence[Found]) -> str:
    """What words are left of an entry without the diseases named in it and without filler."""
    left, at = [], 0
    for found in known:
        left.append(text[at : found.start - start])
        at = max(at, found.end - start)
    rest = " ".join([*left, text[at:]])
    for rule in _rules("filler"):
        rest = rule.pattern.sub(" ", rest)
    return " ".join(WORD.findall(rest))


def _bare(text: str) -> str:
    """An entry without stage, grade, age group and marker, in American spelling."""
    for rule in _rules("filler"):
        text = rule.pattern.sub(" ", text)
    return _american(text)


def _american(text: str) -> str:
    for british, american in AMERICAN:
        text = text.replace(british, american)
    return text


def clean(text: str) -> str:
    """A disease as it stands: MeSH inversion undone, brackets and stage dropped, singular, lower case but acronyms.

    >>> clean("Diabetes Mellitus, Type 2"), clean("Nasal Polyps")
    ('type 2 diabetes mellitus', 'nasal polyp')
    """
    text = LABEL.sub("", _american(" ".join(text.split()).strip(" .;,")))
    text = BRACKETS.sub("", text) or text
    for rule in _rules("stage"):
        text = LEFT_OVER.sub("", " ".join(rule.pattern.sub(" ", text).split()).strip(" .;,")) or text
    for rule in _rules("inverted"):
        found = rule.pattern.match(text)
        if found and " and " not in text:
            rest = [part.strip() for part in found["rest"].split(",")]
            text = " ".join([*reversed(rest), found["head"]])
    loud = text.isupper() and len(text) > LONG_NAME
    words = [word if ACRONYM.match(word) and not loud else word.lower() for word in text.split()]
    if words and not ACRONYM.match(words[-1]) and not NO_PLURAL.search(words[-1]):
        words[-1] = PLURAL.sub(lambda m: "y" if m["ies"] else "", words[-1])
    return " ".join(words)
