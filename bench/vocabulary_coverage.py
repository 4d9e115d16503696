"""How much of what records give as drug or biological the built-in vocabulary knows, and how much of it is identified.

    python bench/vocabulary_coverage.py [--shared ../shared] [--why]

A mention is one intervention of type drug, biological, combination product or genetic, cut at `+`, `and` and the like.
Three shares are printed for the oncology records in API v2 layout and for the CSV downloads:

- resolved: mentions for which the vocabulary has a drug, class or regimen;
- identified: named drugs with an NCIt code or a UNII, by mention and by distinct drug;
- targeted: targeted agents with a target.

A named drug is a product with a name of its own. These are none, and are counted apart: classes and regimens
("chemotherapy", "R-CHOP"), procedures, radiation, diagnostics and diet typed as drugs, placebo, and descriptions
("T cells targeting CD19", "rescue medication"): words of which none is a research code, ends as an INN does or stands
alone. What the vocabulary does not know counts against it when it looks like a name. A fixed combination without an
identifier of its own counts by its drugs. `--why` lists all that is not identified by cause.
"""

import argparse
import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ontology.compile import sources
from ontology.compile.names import is_code, normalise
from ontology.lookup import Lookup, Term, build_lookup
from ontology.model import Drug, DrugClass, NamedRegimen
from ontology.tables import load_vocabulary

TYPES = {"DRUG", "BIOLOGICAL", "COMBINATION_PRODUCT", "GENETIC"}
PRODUCTS = {"drug", "biological", "cell_gene"}
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
NO_NAME = "no name of a drug"


@dataclass
class Tally:
    """Counts over mentions; a Counter's keys are distinct names."""

    mentions: Counter[str] = field(default_factory=Counter)
    unresolved: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    identified: Counter[str] = field(default_factory=Counter)
    causes: dict[str, Counter[str]] = field(default_factory=dict)
    apart: Counter[str] = field(default_factory=Counter)
    targeted: Counter[str] = field(default_factory=Counter)
    targetless: Counter[str] = field(default_factory=Counter)

    def missing(self, cause: str, name: str) -> None:
        """Count a named drug without NCIt code or UNII."""
        self.named[name] += 1
        self.causes.setdefault(cause, Counter())[name] += 1


@dataclass(frozen=True)
class Judge:
    """Says what a mention is: the vocabulary, the names that the source files identify, classes without a target."""

    lookup: Lookup
    in_files: frozenset[str]
    untargeted: frozenset[str]
    stems: tuple[str, ...]


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
                if kind.strip().upper().replace(" ", "_") in TYPES and name.strip():
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


def judge(shared: Path) -> Judge:
    lookup = build_lookup(load_vocabulary())
    folder = shared / "vocabularies"
    rows = (*sources.ncit(folder), *sources.oncopharma(folder), *sources.pharmoncox(folder))
    rows = (*rows, *sources.nci_dictionary(folder), *sources.drugbank(folder))
    known = (r for r in rows if any(x.startswith(("ncit:", "unii:")) for x in r.xrefs))
    names = frozenset(normalise(name) for row in known for name in (row.name, *row.synonyms))
    untargeted = frozenset(d for c in UNTARGETED for d in (c, *lookup.descendants(c)))
    stems = tuple(stem.suffix for stem in lookup.vocabulary.stems if len(stem.suffix) > 2)
    return Judge(lookup, names, untargeted, stems)


def count(names: Iterable[str], known: Judge) -> Tally:
    tally = Tally()
    for name in names:
        for piece in pieces(name, known.lookup):
            terms = found(piece, known.lookup)
            tally.mentions[piece.casefold()] += 1
            _count_identity(piece, terms, known, tally)
            _count_target(terms, known, tally)
    return tally


def _count_identity(piece: str, terms: tuple[Term, ...], known: Judge, tally: Tally) -> None:
    if not terms:
        tally.unresolved[piece.casefold()] += 1
        if looks_named(piece, known):
            tally.missing("not in the vocabulary", piece.casefold())
        else:
            tally.apart[NO_NAME] += 1
        return
    drugs = [t for t in terms if isinstance(t, Drug) and t.type in PRODUCTS and t.purpose != "placebo"]
    if not drugs:
        tally.apart[_other(terms)] += 1
        return
    parts = components(drugs[0], known.lookup) if not any(map(is_identified, drugs)) else []
    for drug in parts or [next(filter(is_identified, drugs), drugs[0])]:
        if is_identified(drug):
            tally.named[drug.name] += 1
            tally.identified[drug.name] += 1
        else:
            has_row = any(normalise(name.text) in known.in_files for name in drug.names)
            tally.missing("a file has the name, not joined" if has_row else "in no file", drug.name)


def is_identified(drug: Drug) -> bool:
    return any(x.curie.startswith(("ncit:", "unii:")) for x in drug.xrefs)


def components(drug: Drug, lookup: Lookup) -> list[Drug]:
    """The drugs of a fixed combination, if the vocabulary knows them all."""
    words = re.split(r"/| and | plus |-(?=[a-z]{6})", drug.name)
    if len(words) < 2:
        return []
    singles = [next((t for t in lookup.find(word) if isinstance(t, Drug)), None) for word in words]
    return [drug for drug in singles if drug is not None] if all(singles) else []


def looks_named(piece: str, known: Judge) -> bool:
    """Whether unknown words name a product: by a code, by an ending as of an INN, or as a single word."""
    words = [w for w in NOISE.sub(" ", piece).split() if not known.lookup.find(w.strip("-.,"))]
    bare = [re.sub(r"^\W+|\W+$", "", word) for word in words]
    telling = any(is_code(w) or (len(w) > 6 and w.casefold().endswith(known.stems)) for w in bare)
    return telling or (len(piece.split()) == 1 and len(bare) == 1 and len(bare[0]) > 2)


def _other(terms: tuple[Term, ...]) -> str:
    """What a mention is that is no product."""
    drugs = [t for t in terms if isinstance(t, Drug)]
    if not drugs:
        return "class or regimen"
    return "placebo" if drugs[0].purpose == "placebo" else "procedure, radiation, diagnostic, diet"


def _count_target(terms: tuple[Term, ...], known: Judge, tally: Tally) -> None:
    drugs = [t for t in terms if isinstance(t, Drug) and t.type in {"drug", "biological"} and t.purpose == "treatment"]
    if drugs and not any(c in known.untargeted for d in drugs for c in d.classes) and any(d.molecule for d in drugs):
        tally.targeted[drugs[0].name] += 1
        if not any(d.targets for d in drugs):
            tally.targetless[drugs[0].name] += 1


def share(part: float, whole: float) -> str:
    return f"{part / max(whole, 1):.3f}"


def report(title: str, tally: Tally, *, why: bool) -> None:
    total, lost = tally.mentions.total(), tally.unresolved
    print(f"{title}: {total} mentions, {len(tally.mentions)} names")
    print(
        f"  resolved by mention {share(total - lost.total(), total)},"
        f" by name {share(len(tally.mentions) - len(lost), len(tally.mentions))}"
    )
    print(
        f"  named drugs with NCIt or UNII: by mention {share(tally.identified.total(), tally.named.total())} of"
        f" {tally.named.total()}, by name {share(len(tally.identified), len(tally.named))} of {len(tally.named)}"
    )
    print("  not named drugs:", "; ".join(f"{what} {number}" for what, number in tally.apart.most_common()))
    print(
        "  named without identifier:",
        "; ".join(f"{c}: {len(names)} names, {names.total()} mentions" for c, names in tally.causes.items()),
    )
    without = tally.targetless.total()
    print(
        f"  targeted agents with a target {share(tally.targeted.total() - without, tally.targeted.total())}"
        f" of {tally.targeted.total()}"
    )
    if why:
        for cause, names in tally.causes.items():
            print(f"  {cause}:", "; ".join(f"{n} ({c})" for n, c in names.most_common()))
        print("  unresolved:", "; ".join(f"{n} ({c})" for n, c in lost.most_common()))
        print("  without a target:", "; ".join(f"{n} ({c})" for n, c in tally.targetless.most_common()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--why", action="store_true", help="list what is left, by cause")
    given = parser.parse_args()
    known, corpus = judge(given.shared), given.shared / "corpus"
    report("oncology, API v2", count(api_names(corpus / "api-v2"), known), why=given.why)
    for name in CSVS:
        report(name, count(csv_names(corpus / "csv" / name), known), why=given.why)


if __name__ == "__main__":
    main()
