"""What a name tells: whether it is a research code, a salt, a conjugate, a class, or a chemical formula in words."""

import re
import unicodedata

from ontology.compile.patterns import PATTERNS, any_of
from ontology.lookup import GREEK, normalise

_GREEK = str.maketrans(GREEK)
_CODE = re.compile(
    r"[A-Za-z]{1,10}(?:[- ]?[A-Za-z]{0,4})?[- ]?\d[\dA-Za-z]*(?:[-./][\dA-Za-z]+){0,3}"
    r"(?: ?\d{2,7}[A-Za-z]?)?"
)
_SALT = any_of(PATTERNS.salts, before=r"(?:[ ,-]+", after=r")+$")
_CONJUGATE = any_of(PATTERNS.payloads, before=r"\b", after=r"\b")
_CLASS_END = any_of(PATTERNS.class_nouns, after="$")
_DESCRIBED = any_of((*PATTERNS.class_nouns, *PATTERNS.describers), after="$")
_SPACED_CODE = re.compile(r"([A-Z]{2,5}) \d{2,7}[A-Z]?")
_CHEMICAL = re.compile("|".join(PATTERNS.chemical))
LABELLED = re.compile(
    rf"\b({'|'.join(PATTERNS.radionuclides)})[ -]+(?:[a-z]{{1,2}}[ -]?\d+|\d{{2,3}}\b)"
    r"|^(?:I|Y|Lu|Re|Bi|At|Ac)[ -]?\d{2,3} (?=.*(?:antibod|moab))",
    re.IGNORECASE,
)
_KEEP = re.compile(r"\d|^[A-Z]{2}|^[a-z]+[A-Z]|^[IVX]+$")


def is_code(name: str) -> bool:
    """Whether a name is a research code: AZD9291, BMS-936558, TQB2450, HLX 10."""
    spaced = " " in name and not name.partition(" ")[0].isupper()  # vitamin B12
    return not spaced and len(name) <= 24 and bool(_CODE.fullmatch(name)) and sum(c.isdigit() for c in name) >= 2


def is_chemical(name: str) -> bool:
    """Whether a name is a systematic chemical name, or too long to stand in a record."""
    return len(name) > 80 or bool(_CHEMICAL.search(name))


def is_conjugate(name: str) -> bool:
    """Whether a name is that of an antibody with a payload; such a name never shares aliases with the bare antibody."""
    return bool(_CONJUGATE.search(name))


def is_class_like(name: str) -> bool:
    """Whether a display name is that of a class: it ends in a generic noun and holds no research code."""
    return bool(_CLASS_END.search(name)) and not any(is_code(word) for word in name.split()) and " " in name


def without_salt(name: str) -> str:
    """`apatinib mesylate` -> `apatinib`; a name that is nothing but a salt stays, or a labelled one.

    >>> without_salt("Cabozantinib S-malate"), without_salt("Sodium Phosphate")
    ('Cabozantinib', 'Sodium')
    """
    base = _SALT.sub("", name)
    return name if not base or LABELLED.fullmatch(base) else base  # `gallium Ga 68 citrate` is no `gallium Ga 68`


def trailing_code(name: str) -> str | None:
    """The research code that a descriptive name ends with: `ERK 1/2 Inhibitor ASTX029` -> `ASTX029`."""
    words = name.split()
    if len(words) > 1 and not LABELLED.search(name) and is_code(words[-1]) and _CLASS_END.search(words[-2]):
        return words[-1]
    return None


def own_code(display: str) -> str | None:
    """The research code that a product is called by where a source's label describes it first; of one word or two.

    Wider than `trailing_code`, by which rows join: a synonym may describe another product than its code names.

    >>> own_code("Anti-ABC Probody XYZ-123"), own_code("Anti-ABC Monoclonal Antibody XYZ 123"), own_code("Vitamin B12")
    ('XYZ-123', 'XYZ 123', None)
    """
    words = display.split()
    if LABELLED.search(display):
        return None
    for size in (1, 2):
        before, code = words[:-size], " ".join(words[-size:])
        told = is_code(code) if size == 1 else bool(_SPACED_CODE.fullmatch(code)) and "ormulation" not in display
        if told and before and _DESCRIBED.search(before[-1]):
            return code
    return None


def preferred(display: str) -> str:
    """The name as records and registries write it: INN in lower case, codes and acronyms as they are."""
    return own_code(display) or " ".join(w if _KEEP.search(w) else w.lower() for w in display.split())


def slug(name: str) -> str:
    """A name as the last segment of an IRI.

    >>> slug("PD-1/CTLA-4 bispecific antibody"), slug("TGFβ")
    ('pd-1-ctla-4-bispecific-antibody', 'tgfbeta')
    """
    text = unicodedata.normalize("NFKD", name.casefold().translate(_GREEK))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"\W+|_", "-", text).strip("-")


__all__ = [
    "is_chemical",
    "is_class_like",
    "is_code",
    "is_conjugate",
    "normalise",
    "own_code",
    "preferred",
    "slug",
    "trailing_code",
    "without_salt",
]
