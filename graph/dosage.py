"""The numbers and the UCUM unit of a dose as a record writes it.

Unit codes are those of the Unified Code for Units of Medicine; spellings are in `ontology/units.json`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_POWER = re.compile(rf"({_NUMBER})\s*[x×*]\s*10\s*\^?\s*(\d{{1,2}})(?!\d)")
_PARTS = re.compile(rf"(?P<number>{_NUMBER}(?:[eE]\d{{1,2}})?)|(?P<unit>[a-zA-Zµμ]+(?:\s*/\s*[a-zA-Z]+[2²]?)*)")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """The numbers of a dose in order, and the UCUM code that holds for all of them."""

    values: tuple[float, ...]
    unit: str


@cache
def units() -> Mapping[str, str]:
    """Spelling, in lower case, to UCUM code."""
    table: dict[str, str] = json.loads((files("ontology") / "units.json").read_text(encoding="utf-8"))
    return table


def ucum(text: str) -> str | None:
    """The UCUM code of a unit such as `mg/m²`, or None where a part of it is unknown."""
    codes = [units().get(part.strip().lower()) for part in text.replace("²", "2").split("/")]
    return "/".join(code for code in codes if code) if all(codes) else None


def quantity(amount: str) -> Quantity | None:
    """The quantity of `1200 mg` or `5, 10 and 20 mg/kg`; None where numbers and one known unit cannot be told."""
    text = _POWER.sub(lambda m: f"{m[1]}e{m[2]}", amount.replace("m^2", "m2"))
    values: list[float] = []
    found: set[str | None] = set()
    for part in _PARTS.finditer(text):
        if part["number"]:
            values.append(_number(part["number"]))
        elif part["unit"].lower() not in {"and", "or", "to"}:
            found.add(ucum(part["unit"]))
    unit = found.pop() if len(found) == 1 else None
    return Quantity(tuple(dict.fromkeys(values)), unit) if values and unit else None


def _number(text: str) -> float:
    """`1,200` is twelve hundred; any other comma is taken for the decimal point."""
    return float(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text.rstrip(",").replace(",", ".", 1))
