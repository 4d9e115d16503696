"""How much of what records give as drug or biological the built-in vocabulary knows.

    python bench/vocabulary_coverage.py [--shared ../shared] [--unlinked]

Prints, for the oncology records in API v2 layout and for the CSV downloads: the share of named drug and biological
interventions that resolve (by mention and by distinct name), the share of these with an NCIt or UNII identifier, and
the share of targeted agents with a target. `--unlinked` lists what is left, most frequent first.
"""

import argparse
import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ontology.lookup import Lookup, Term, build_lookup
from ontology.model import Drug, DrugClass, NamedRegimen
from ontology.tables import load_vocabulary

TYPES = {"DRUG", "BIOLOGICAL", "COMBINATION_PRODUCT", "GENETIC"}
CSVS = ("bcell-classic-2018.csv", "lymphoma-ctg-studies.csv", "mrd-ctg-studies.csv")
APART = re.compile(
    r"\s*(?:[+;,，；|&]|/(?=\D)|\b(?:and|plus|with|or|followed by|versus|vs|in combination)\b)\s*", re.IGNORECASE
)
NOISE = re.compile(
    r"\(.*?\)|\b\d+(?:[.,]\d+)?\s*(?:mg|g|µg|mcg|ml|miu|iu|gy|%|x)\S*|\b(?:arms?|groups?|cohorts?|part|phase|dose|level|escalation|expansion"
    r"|injections?|tablets?|capsules?|oral|intravenous|iv|infusion|subcutaneous|treatment|therapy|regimen|for|of|the|a|an|in|combination"
    r"|combined|monotherapy|single|agent|schedule|daily|once|twice|weekly|day|days|every|weeks?|alone|study|drug|standard|low|high|i{1,3}v?"
    r"|matching|intrathecal|liposomal|hydrochloride|at|mg|kg|m2|solution|product|investigational|experimental)\b|\d+",
    re.IGNORECASE,
)
UNTARGETED = (
    "chemotherapy",
    "radiotherapy",
    "supportive-care",
    "surgery",
    "immunosuppressant",
    "anesthetic",
    "diagnostic-agent",
    "vaccine",
    "therapeutic-cancer-vaccine",
    "oncolytic-virus",
    "arsenical",
    "enzyme",
    "photosensitizer",
    "traditional-chinese-medicine",
    "targeted-radionuclide-therapy",
)


@dataclass
class Tally:
    """Counts over mentions; `seen` and `lost` count distinct names."""

    linked: int = 0
    named: Counter[str] = field(default_factory=Counter)
    identified: Counter[str] = field(default_factory=Counter)
    targeted: int = 0
    with_target: int = 0
    total: int = 0
    seen: set[str] = field(default_factory=set)
    lost: Counter[str] = field(default_factory=Counter)
    targetless: Counter[str] = field(default_factory=Counter)


def api_names(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("oncology-*.json")):
        for study in json.loads(path.read_text(encoding="utf-8"))["studies"]:
            for item in study["protocolSection"].get("armsInterventionsModule", {}).get("interventions", []):
                if item.get("type") in TYPES:
                    yield item["name"]


def csv_names(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace", newline="") as lines:
        for row in csv.DictReader(lines):
            for item in (row.get("Interventions") or row.get("interventions") or "").split("|"):
                kind, _, name = item.partition(":")
                if kind.strip().upper() in TYPES and name.strip():
                    yield name.strip()


def pieces(name: str, lookup: Lookup) -> Iterable[str]:
    """The single therapies that a name speaks of."""
    if found(name, lookup):
        return [name]
    return [piece for piece in APART.split(name) if NOISE.sub(" ", piece).strip(" -:.()")]


def found(text: str, lookup: Lookup) -> tuple[Term, ...]:
    """Therapies whose name is the text, or the longest run of words in it."""
    words = re.sub(r"[()\[\]:®™*]", " ", text).split()
    for size in range(min(len(words), 9), 0, -1):
        for start in range(len(words) - size + 1):
            terms = lookup.find(" ".join(words[start : start + size]))
            good = tuple(t for t in terms if isinstance(t, Drug | DrugClass | NamedRegimen))
            if good:
                return good
    return ()


def count(names: Iterable[str], lookup: Lookup) -> Tally:
    tally = Tally()
    untargeted = {d for c in UNTARGETED for d in (c, *lookup.descendants(c))}
    for name in names:
        for piece in pieces(name, lookup):
            _count_piece(piece, found(piece, lookup), untargeted, tally)
    return tally


def _count_piece(piece: str, terms: tuple[Term, ...], untargeted: set[str], tally: Tally) -> None:
    key = piece.casefold()
    tally.total += 1
    tally.seen.add(key)
    if not terms:
        tally.lost[key] += 1
        tally.named[key] += 1
        return
    tally.linked += 1
    named = [t for t in terms if isinstance(t, Drug) and t.type in {"drug", "biological"} and t.purpose != "placebo"]
    if named:
        tally.named[named[0].id] += 1
        if any(x.curie.startswith(("ncit:", "unii:")) for t in named for x in t.xrefs):
            tally.identified[named[0].id] += 1
    drugs = [t for t in terms if isinstance(t, Drug) and t.type in {"drug", "biological"} and t.purpose == "treatment"]
    if drugs and not any(c in untargeted for d in drugs for c in d.classes) and any(d.molecule != "" for d in drugs):
        tally.targeted += 1
        tally.with_target += any(d.targets for d in drugs)
        if not any(d.targets for d in drugs):
            tally.targetless[drugs[0].name] += 1


def report(title: str, tally: Tally, *, unlinked: bool) -> None:
    distinct = 1 - len(tally.lost) / max(len(tally.seen), 1)
    print(f"{title}: {tally.total} mentions, {len(tally.seen)} names")
    print(f"  resolved by mention {tally.linked / max(tally.total, 1):.3f}, by distinct name {distinct:.3f}")
    print(
        f"  named drugs with NCIt or UNII: by mention {tally.identified.total() / max(tally.named.total(), 1):.3f} of"
        f" {tally.named.total()}, by name {len(tally.identified) / max(len(tally.named), 1):.3f} of {len(tally.named)}"
    )
    print(f"  targeted agents with a target {tally.with_target / max(tally.targeted, 1):.3f} of {tally.targeted}")
    if unlinked:
        print(
            "  named without NCIt or UNII:",
            "; ".join(f"{n} ({c})" for n, c in (tally.named - tally.identified).most_common()),
        )
        print("  unlinked:", "; ".join(f"{n} ({c})" for n, c in tally.lost.most_common()))
        print("  without a target:", "; ".join(f"{n} ({c})" for n, c in tally.targetless.most_common()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--unlinked", action="store_true")
    given = parser.parse_args()
    lookup = build_lookup(load_vocabulary())
    corpus = given.shared / "corpus"
    report("oncology, API v2", count(api_names(corpus / "api-v2"), lookup), unlinked=given.unlinked)
    for name in CSVS:
        report(name, count(csv_names(corpus / "csv" / name), lookup), unlinked=given.unlinked)


if __name__ == "__main__":
    main()
