"""Cross-references as sources write them, as CURIEs with the prefixes of `ontology.iri`."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

import curies

from ontology import iri


@cache
def _prefixes() -> dict[str, str]:
    """Every spelling of a prefix to the registry's own."""
    return {s.lower(): r.prefix for r in iri.converter().records for s in (r.prefix, *r.prefix_synonyms)}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    records: list[curies.Record] = iri.converter().records
    return {r.prefix: re.compile(r.pattern) for r in records if r.pattern}


@lru_cache(maxsize=50_000)
def curie(text: str) -> str | None:
    """`NCIT:C123`, `NCI:C123`, `obo:NCIT_C123` or an IRI as `ncit:C123`; None where the prefix is not in the registry.

    An identifier that breaks the registry's pattern is none: some sources put names where identifiers belong.
    """
    if text.startswith(("http://", "https://")):
        known = iri.compress(text)
        return known if known and _is_well_formed(known) else None
    short = text.strip().removeprefix("obo:")
    prefix, _, identifier = short.partition(":") if ":" in short else short.partition("_")  # OBO's own short form
    known_prefix = _prefixes().get(prefix.lower())
    found = f"{known_prefix}:{identifier}" if known_prefix and identifier else None
    return found if found and _is_well_formed(found) else None


def all_curies(texts: Iterable[str]) -> tuple[str, ...]:
    """Those that are identifiers of the registry, once each, in order."""
    return tuple(dict.fromkeys(found for text in texts if (found := curie(text))))


def of(prefix: str, identifiers: Iterable[str]) -> tuple[str, ...]:
    """Bare identifiers of one source as CURIEs; malformed ones are left out."""
    return all_curies(f"{prefix}:{text.strip()}" for text in identifiers)


def _is_well_formed(text: str) -> bool:
    prefix, _, identifier = text.partition(":")
    pattern = _patterns().get(prefix)
    return pattern is None or pattern.fullmatch(identifier) is not None
