"""What single words of names and source columns mean: `patterns.toml`, read and checked once."""

import re
import tomllib
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


class Patterns(BaseModel):
    """The lists of `patterns.toml`; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    salts: tuple[str, ...]
    payloads: tuple[str, ...]
    class_nouns: tuple[str, ...]
    describers: tuple[str, ...]
    chemical: tuple[str, ...]
    radionuclides: tuple[str, ...]
    imaging: frozenset[str]
    skipped_kinds: tuple[str, ...]
    never_kinds: tuple[str, ...]
    too_wide: frozenset[str]
    anticancer_endings: tuple[str, ...]
    biological_endings: tuple[str, ...]
    car_t_names: tuple[str, ...]
    formats: tuple[tuple[str, str], ...]
    molecules: tuple[tuple[str, str], ...]
    cells: frozenset[str]
    cytotoxic: dict[str, str]
    flags: dict[str, str]
    general: dict[str, str]
    branch: dict[str, str]


PATTERNS = Patterns.model_validate(
    tomllib.loads((files("ontology.compile") / "patterns.toml").read_text(encoding="utf-8"))
)


def any_of(words: tuple[str, ...], *, before: str = "", after: str = "") -> re.Pattern[str]:
    """One expression that matches any of the words, between two anchors, without regard to case."""
    return re.compile(f"{before}(?:{'|'.join(words)}){after}", re.IGNORECASE)
