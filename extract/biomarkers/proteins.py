"""Markers of expression: PD-L1 with its scores, antigens, hormone receptors, HER2, viruses, repair status."""

import re
from collections.abc import Callable, Iterator, Mapping

from extract.biomarkers.clauses import Clause
from extract.biomarkers.marker import Marker
from extract.model import SectionKind
from extract.scan import Hit, Plain

SIGNS = {"+": "positive", "-": "negative"}
AT_LEAST = ("≥", ">=", "=>", "at least", "of at least", "greater than or equal", "equal to or greater")
AT_MOST = ("≤", "<=")
SCORES = {"combined positive score": "CPS", "tumor proportion score": "TPS", "tumour proportion score": "TPS",
          "tumor area positivity": "TAP", "tumour area positivity": "TAP"}  # fmt: skip
# Antigens that name cells, not tumours.
CELLS = frozenset(
    {
        "CD3",
        "CD4",
        "CD8",
        "CD14",
        "CD16",
        "CD25",
        "CD34",
        "CD45",
        "CD56",
        "CD107",
        "CD69",
        "CD68",
        "CD274",
        "PD1",
        "PD-1",
    }
)
DEFINES = re.compile(r"\bdefin(?:ed|ition)\b", re.IGNORECASE)
# "CD19-positive B cells" are cells, "CD19-positive B-cell lymphoma" is a disease.
OF_CELLS = re.compile(
    r"[\s,+-]*(?:T|NK|B|stem|immune|effector|memory|progenitor|CAR|dendritic)?[- ]?cells?\b"
    r"(?![- ](?:[\w'’/-]+ ){0,3}?(?:[\w-]*(?:lymphom|leuk|malignan|neoplas|cancer|tumou?r)|NHL|ALL|CLL|non-hodgkin))",
    re.IGNORECASE,
)
FEW = re.compile(r"(?:<|≤|\bless than|\bno more than)\s{0,2}\d{1,3}\s?%\s*$", re.IGNORECASE)
EARLIER = re.compile(r"(?P<name>[A-Z][\w.-]{1,14}\d[\w.]*|PSMA|BCMA|GD2)-?\s*(?:,|/|&|and|or)+\s*(?:and |or )?$")


def proteins(clause: Clause, plain: Plain) -> Iterator[Marker]:
    """The expression markers of a clause; an exclusion of a positive one asks for nothing, but for HER2."""
    if clause.for_some:
        return
    defines = DEFINES.search(plain.text, clause.start, clause.end)
    for hit in clause.of(*READERS):
        if defines and hit.rule.value["kind"] in {"receptor", "her2"}:
            continue  # "triple negative is defined as ..."
        if clause.set_aside(hit.start, hit.end) or (clause.excludes and hit.rule.value["kind"] != "her2"):
            continue
        yield from READERS[hit.rule.value["kind"]](hit, clause, plain)


def _fixed(hit: Hit, clause: Clause, plain: Plain) -> Iterator[Marker]:
    """A wording that stands for one marker."""
    groups = {"sign": _sign(hit.match.groupdict().get("sign") or "")}
    denied = not (groups["sign"] or hit.rule.value.get("final")) and clause.denied(
        hit.start, hit.end, before=20, after=3
    )
    if not denied:
        yield Marker(hit.rule.value["name"].format(**groups), hit.start, hit.end, hit.rule.id)


def _sign(written: str) -> str:
    """The word that a sign stands for: "positive" for "+"."""
    word = written.strip().lower()
    return SIGNS.get(word, word.strip("-"))


def _score(hit: Hit, clause: Clause, plain: Plain) -> Iterator[Marker]:
    """PD-L1 from a cut-off."""
    groups = hit.match.groupdict()
    kind = (groups["kind"] or groups.get("after") or "").lower()
    kind = SCORES.get(kind, kind.upper())
    unit = "" if kind == "CPS" else "%"
    name = " ".join(part for part in ("PD-L1", kind, _comparison(hit.match["cmp"]), hit.match["n"] + unit) if part)
    yield Marker(name, hit.start, hit.end, hit.rule.id, subject="PD-L1")


def _comparison(written: str) -> str:
    """The sign that a comparison stands for."""
    word = written.lower()
    if word.startswith(AT_LEAST):
        return ">="
    if word.startswith(AT_MOST):
        return "<="
    return "<" if word.startswith(("<", "less")) else ">"


def _range(hit: Hit, clause: Clause, plain: Plain) -> Iterator[Marker]:
    """PD-L1 between two bounds."""
    kind = f" {hit.match['kind'].upper()}" if hit.match["kind"] else ""
    name = f"PD-L1{kind} {hit.match['n']}-{hit.match['m']}%"
    yield Marker(name, hit.start, hit.end, hit.rule.id, subject="PD-L1")


def _receptor(hit: Hit, clause: Clause, plain: Plain) -> Iterator[Marker]:
    """Oestrogen and progesterone receptors."""
    kind = "ER" if hit.match["kind"].lower().startswith(("er", "e", "o")) else "PR"
    yield Marker(f"{kind} {_sign(hit.match['sign'])}", hit.start, hit.end, hit.rule.id, subject=kind)


def _virus(hit: Hit, clause: Clause, plain: Plain) -> Iterator[Marker]:
    """Tumours with or without a virus."""
    virus = "EBV" if hit.match["virus"].lower().startswith(("e", "ep")) else "HPV"
    sign = "negative" if hit.match["sign"].lower() == "negative" else "positive"
    yield Marker(f"{virus} {sign}", hit.start, hit.end, hit.rule.id, subject=virus)


def _hla(hit: Hit, clause: Clause, plain: Plain) -> Iterator[Marker]:
    """HLA types; the plural of arms with and without is left to their own words."""
    if not hit.match["sign"] and clause.sentence.kind is not SectionKind.ELIGIBILITY:
        return
    name = re.sub(r"\s", "", hit.match["name"])
    yield Marker(f"{name} {_sign(hit.match['sign'] or 'positive')}", hit.start, hit.end, hit.rule.id, subject=name)


def _her2(hit: Hit, clause: Clause, plain: Plain) -> Iterator[Marker]:
    """HER2 by its status; excluded when positive, it is asked to be negative."""
    sign = _sign(hit.match["sign"] or hit.match["sign2"] or "")
    if clause.excludes:
        if sign == "positive":
            yield Marker("HER2 negative", hit.start, hit.end, hit.rule.id, subject="HER2", negative=True, excluded=True)
        return
    if clause.denied(hit.start, hit.end, before=12, after=0) and sign == "positive":
        sign = "negative"
    kept = {"low": "low", "negative": "negative", "null": "negative", "ultra-low": "ultralow", "ultralow": "ultralow"}
    name = "HER2 amplification" if sign.startswith("ampl") else f"HER2 {kept.get(sign, 'positive')}"
    yield Marker(name, hit.start, hit.end, hit.rule.id, subject="HER2", negative=sign == "negative")


def _antigen(hit: Hit, clause: Clause, plain: Plain) -> Iterator[Marker]:
    """Surface antigens, and those listed before them."""
    groups = hit.match.groupdict()
    name = groups.get("name") or groups.get("name2") or groups.get("name3") or ""
    if name.upper() in CELLS or OF_CELLS.match(plain.text, hit.end) or FEW.search(plain.text, clause.start, hit.start):
        return
    if clause.denied(hit.start, hit.start, before=40, after=0):
        return
    if groups.get("name3") and clause.sentence.kind is SectionKind.DESCRIPTION:
        return
    sign = "negative" if _sign(groups.get("sign") or "").startswith("neg") else "positive"
    for each in (*_listed_before(plain.text[max(clause.start, hit.start - 80) : hit.start]), name):
        yield Marker(f"{antigen_name(each)} {sign}", hit.start, hit.end, hit.rule.id, subject=antigen_name(each))


def _listed_before(words: str) -> list[str]:
    """The antigens of a list that ends with the one that bears the sign."""
    found: list[str] = []
    while match := EARLIER.search(words):
        found.insert(0, match["name"])
        words = words[: match.start()]
    return found


def antigen_name(written: str) -> str:
    """One spelling an antigen."""
    name = written.replace("α", "alpha")
    return {
        "b7h3": "B7-H3",
        "b7-h3": "B7-H3",
        "b7h4": "B7-H4",
        "gpc-3": "GPC3",
        "trop-2": "TROP2",
        "glypican-3": "GPC3",
        "glypican3": "GPC3",
        **dict.fromkeys(("frα", "fra", "fralpha", "folr1"), "folate receptor alpha"),
    }.get(name.lower(), name)


def _percent(hit: Hit, clause: Clause, plain: Plain) -> Iterator[Marker]:
    """An antigen from a cut-off."""
    name = antigen_name(hit.match["name"] or hit.match["name2"])
    sign = _comparison(hit.match["cmp"] or hit.match["cmp2"])
    if name.upper() not in CELLS:
        percent = hit.match["n"] or hit.match["n2"]
        yield Marker(f"{name} positive {sign} {percent}%", hit.start, hit.end, hit.rule.id, subject=name)


READERS: Mapping[str, Callable[[Hit, Clause, Plain], Iterator[Marker]]] = {
    "fixed": _fixed,
    "score": _score,
    "range": _range,
    "receptor": _receptor,
    "virus": _virus,
    "hla": _hla,
    "her2": _her2,
    "antigen": _antigen,
    "percent": _percent,
}
