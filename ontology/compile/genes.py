"""HGNC: from what a source calls a target to its symbol, and from the symbol to names and identifiers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ontology.compile.names import normalise
from ontology.compile.sources import HGNC, table
from ontology.tsv import Table, parts


@dataclass(frozen=True, slots=True)
class Gene:
    """One approved gene of HGNC."""

    hgnc: str
    symbol: str
    name: str
    aliases: tuple[str, ...]
    uniprot: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Genes:
    """The approved genes by symbol, and every unambiguous name -> target id, curated names before HGNC's aliases."""

    by_symbol: Mapping[str, Gene]
    by_name: Mapping[str, str]

    def target(self, text: str) -> str | None:
        """The target that a source's string names: `PDL1/CD274`, `TNFRSF17/CD269/BCMA`, `EGFRvIII`; None if unknown."""
        for part in (text, *re.split(r"[/;]", text)):
            if part in self.by_symbol:
                return part
            found = self.by_name.get(normalise(part))
            if found:
                return found
        return None


def read(folder: Path, curated: Table) -> Genes:
    """The genes of HGNC with the curated target names on top."""
    genes = {}
    for row in table(folder / HGNC):
        if row["Status"] == "Approved":
            aliases = tuple(
                a.strip() for a in f"{row['Alias symbols']},{row['Previous symbols']}".split(",") if a.strip()
            )
            uniprot = tuple(u.strip() for u in row["UniProt ID(supplied by UniProt)"].split(",") if u.strip())
            genes[row["Approved symbol"]] = Gene(
                row["HGNC ID"], row["Approved symbol"], row["Approved name"], aliases, uniprot
            )
    return Genes(genes, _names(genes, curated))


def _names(genes: Mapping[str, Gene], curated: Table) -> dict[str, str]:
    """Names that mean one target: curated ones win, then symbols, then aliases that no second gene has."""
    found = {normalise(symbol): symbol for symbol in genes}
    aliases: dict[str, set[str]] = {}
    for gene in genes.values():
        for alias in (*gene.aliases, gene.name):
            aliases.setdefault(normalise(alias), set()).add(gene.symbol)
    # An alias of two letters means many things: `II`, `Na+`, `Ro`.
    found = {k: next(iter(v)) for k, v in aliases.items() if len(v) == 1 and len(k) > 2} | found
    for _, key, label, names, *_ in curated.rows:
        found |= {normalise(name): key for name in (label, *parts(names))}
    return {key: value for key, value in found.items() if key}
