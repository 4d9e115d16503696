"""What a name tells: whether it is a research code, a salt, a conjugate, a class, or a chemical formula in words."""

import re
import unicodedata

from ontology.lookup import GREEK, normalise

_GREEK = str.maketrans(GREEK)
_CODE = re.compile(
    r"(?=[^ ]*\d)(?=.*[A-Za-z])[A-Za-z]{1,10}(?:[- ]?[A-Za-z]{0,4})?[- ]?\d[\dA-Za-z]*(?:[-./][\dA-Za-z]+){0,3}(?: ?\d{2,7}[A-Za-z]?)?"
)
_SALTS = (
    "hydrochloride|dihydrochloride|hcl|mesylate|dimesylate|bimesylate|mesilate|tosylate|ditosylate|maleate|dimaleate"
    "|malate|s-malate|citrate|phosphate|diphosphate|succinate|fumarate|tartrate|sulfate|sulphate|besylate|acetate"
    "|sodium|disodium|potassium|calcium|magnesium|hydrobromide|bromide|lactate|monohydrate|hemihydrate|dihydrate"
    "|hydrate|anhydrous|trihydrate|adipate|benzoate|camsylate|esylate|edisylate|isethionate|olamine|tromethamine"
    "|meglumine|nitrate|gluconate|oxalate|glutamate|hemifumarate|sesquihydrate|dipotassium|pamoate|palmitate"
    "|ethanolate|napadisylate|xinafoate|orotate|bitartrate|monohydrochloride|hemisuccinate|aspartate"
)
_SALT = re.compile(rf"(?:[ ,-]+(?:{_SALTS}))+$", re.IGNORECASE)
_CONJUGATE = re.compile(
    r"\b\w*(?:vedotin|emtansine|[a-z]+tecan|ozogamicin|mafodotin|(?:so)?ravtansine|tesirine|tirine|duocarmazine|tiuxetan"
    r"|talirine|pelidotin|botidotin|sunirine|tazevibulin|pasudotox|sudotox|ledadotin|fuvedotin|upifitamab|mertansine"
    r"|samrotecan|sesutecan|satetraxetan|tetraxetan|satoreotide|sarotalocan|doxetan)\b|-dxd\b|\badc\b|drug conjugate",
    re.IGNORECASE,
)
_CLASS_END = re.compile(
    r"(?:inhibitor|antagonist|agonist|agent|antibod(?:y|ies)|vaccine|therapy|analogue?|modulator|preparation|drug|compound"
    r"|derivative|factor|hormone|conjugate|immunotoxin|cells?|lymphocytes?|protein|peptides?|virus|fusion|acid|antigen"
    r"|supplement|product|regimen|receptor|combination|extract|oil|juice|diet|immunoglobulin|cytokine|blocker|steroid"
    r"|chelator|ligand|toxin|substance|medication|nanoparticles?|liposomes?|activator|engager|immunoconjugate|stimulant"
    r"|biosimilar|adc|bsab|oligonucleotide|sensitizer|emollient|antidepressant|formulation|mixture|solution|s)$",
    re.IGNORECASE,
)
_CHEMICAL = re.compile(r"\d[,']\d|\(\d*[a-z]?\)-|\d-\w+\(|\]\w+yl|[({\[].*[({\[]|yl\)|\d+H-|-yl\b|[a-z]{28,}|ylmethyl|oxy\)")
_KEEP = re.compile(r"\d|^[A-Z]{2}|^[a-z]+[A-Z]|^[IVX]+$")


def is_code(name: str) -> bool:
    """Whether a name is a research code: AZD9291, BMS-936558, TQB2450, HLX 10."""
    return len(name) <= 24 and bool(_CODE.fullmatch(name)) and sum(c.isdigit() for c in name) >= 2


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
    """`apatinib mesylate` -> `apatinib`; a name that is nothing but a salt stays.

    >>> without_salt("Cabozantinib S-malate"), without_salt("Sodium Phosphate")
    ('Cabozantinib', 'Sodium')
    """
    return _SALT.sub("", name) or name


def trailing_code(name: str) -> str | None:
    """The research code that a descriptive name ends with: `ERK 1/2 Inhibitor ASTX029` -> `ASTX029`."""
    words = name.split()
    if len(words) > 1 and is_code(words[-1]) and _CLASS_END.search(words[-2]):
        return words[-1]
    return None


def preferred(display: str) -> str:
    """The name as records and registries write it: INN in lower case, codes and acronyms as they are."""
    return trailing_code(display) or " ".join(w if _KEEP.search(w) else w.lower() for w in display.split())


def slug(name: str) -> str:
    """A name as the last segment of an IRI.

    >>> slug("PD-1/CTLA-4 bispecific antibody"), slug("TGFβ")
    ('pd-1-ctla-4-bispecific-antibody', 'tgfbeta')
    """
    text = unicodedata.normalize("NFKD", name.casefold().translate(_GREEK))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"\W+|_", "-", text).strip("-")


__all__ = ["is_chemical", "is_class_like", "is_code", "is_conjugate", "normalise", "preferred", "slug", "trailing_code", "without_salt"]
