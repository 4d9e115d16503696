"""Read the official files as their owners (or those who cut a subset) publish them, into frozen rows."""

import csv
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ontology.compile.names import is_code
from ontology.errors import VocabularyError, Where

NCIT = "ncit_21.09d_treatment_subset.tsv"
ONCOPHARMA = "oncopharmadb_ncit22.04d_chembl30_drugs.tsv"
PHARMONCOX = "pharmOncoX_2026-06_vignette_drugs.tsv"
THERASABDAB = "TheraSAbDab_SeqStruc_OnlineDownload.csv"
DRUGBANK = "drugbank_vocabulary.csv"
PHARMGKB = "pharmgkb.drug.sssom.tsv"
PHARMGKB_NAMES = "pharmgkb.drug.obo"
NCI_DICTIONARY = "nci_drug_dictionary_sample345_2023.json"
HGNC = "hgnc_entries_indra1.24.tsv"
MONDO = "mondo.json"
DOID = "doid.json"
ONCOTREE = "oncotree_2025_10_03.json"
MESH = "mesh_descriptors_indra1.24.tsv"
_CARRIER = "ALB"  # binds serum albumin to stay in the blood longer, which is no target
NAMED = frozenset({"Synonym", "CodeName", "USBrandName", "ForeignBrandName", "Abbreviation", "AcronymName"})
FILES = (
    NCIT,
    ONCOPHARMA,
    PHARMONCOX,
    THERASABDAB,
    DRUGBANK,
    PHARMGKB,
    PHARMGKB_NAMES,
    NCI_DICTIONARY,
    HGNC,
    MONDO,
    DOID,
    ONCOTREE,
    MESH,
)


@dataclass(frozen=True, slots=True)
class DrugRow:
    """A drug as one source describes it; `source` cites the row."""

    source: str
    name: str
    synonyms: tuple[str, ...]
    kind: str = ""
    targets: tuple[str, ...] = ()
    chembl: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    antineoplastic: bool = False


_NO_VALUE = frozenset(("na", "tbc"))


def require(folder: Path) -> None:
    """Raise for the first source file that is not in the folder.

    Raises:
        VocabularyError: a file is missing.
    """
    for name in FILES:
        if not (folder / name).is_file():
            raise VocabularyError("a source file is missing", where=Where(file=name), hint="give --from its folder")


def table(path: Path, *, tabs: bool = True) -> Iterator[dict[str, str]]:
    """The rows of a delimited file, cells stripped and free of entities (`&apos;`); those with tabs have no quoting."""
    with path.open(encoding="utf-8", errors="replace", newline="") as lines:
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if tabs else csv.DictReader(lines)
        for row in reader:
            yield {k: html.unescape(v or "").strip() for k, v in row.items() if k and isinstance(v, str | None)}


def split(cell: str, separator: str = "|") -> tuple[str, ...]:
    """The members of a list cell, without the empty, `NA` and `TBC` (to be confirmed)."""
    values = (value.strip() for value in cell.split(separator))
    return tuple(value for value in values if value and value.lower() not in _NO_VALUE)


def ncit(folder: Path) -> Iterator[DrugRow]:
    """The treatment concepts of NCIt that are not obsolete."""
    for row in table(folder / NCIT):
        if not row["nci_t"].startswith("C") or row["nci_concept_status"] == "Obsolete_Concept":
            continue
        yield DrugRow(
            source=f"ncit:{row['nci_t']}",
            name=row["nci_concept_display_name"],
            synonyms=split(row["nci_concept_synonym_all"]),
            kind=row["nci_concept_semantic_type"],
            chembl=split(row["molecule_chembl_id"]),
            xrefs=(f"ncit:{row['nci_t']}",),
            antineoplastic=row["antineoplastic_agent"] == "True",
        )


def oncopharma(folder: Path) -> Iterator[DrugRow]:
    """OncoPharmaDB: NCIt drugs with ChEMBL ids, targets and class flags."""
    for row in table(folder / ONCOPHARMA):
        yield DrugRow(
            source=f"oncopharmadb:{row['nci_t']}",
            name=row["name"],
            synonyms=split(row["synonyms"]),
            kind=row["drug_type"],
            targets=split(row["target_symbols"]),
            chembl=split(row["chembl_id"]),
            xrefs=(f"ncit:{row['nci_t']}",),
            flags=(*split(row["classes"]), *_conjugate_flag(row["definition"])),
            antineoplastic=True,
        )


def _conjugate_flag(definition: str) -> tuple[str, ...]:
    """`adc` where a definition calls the thing a conjugate of antibody and drug; no sentence of it is kept."""
    return ("adc",) if re.search(r"antibody[- ]drug conjugate|^An immunoconjugate", definition, re.IGNORECASE) else ()


def pharmoncox(folder: Path) -> Iterator[DrugRow]:
    """The recent drugs of pharmOncoX; one row a drug and target."""
    for row in table(folder / PHARMONCOX):
        code = row["nci_t"] if row["nci_t"].startswith("C") else ""
        yield DrugRow(
            source=f"pharmoncox:{row['drug_id']}",
            name=" ".join(word.upper() if is_code(word) else word for word in row["drug_name"].split()),
            synonyms=(),
            kind=row["drug_type"],
            targets=split(row["target_symbol"]),
            chembl=split(row["molecule_chembl_id"]),
            xrefs=(f"ncit:{code}",) if code else (),
            flags=("adc",) if row["is_adc"] == "True" else (),
            antineoplastic=True,
        )


def atc_levels(folder: Path) -> dict[str, str]:
    """ATC codes above the substance with their names, as far as pharmOncoX gives official ones."""
    rows = table(folder / PHARMONCOX)
    levels = {row[f"atc_code_level{n}"]: row[f"atc_level{n}"] for row in rows for n in "123"}
    return {code: name for code, name in levels.items() if re.fullmatch(r"[A-Z]\d\d[A-Z]{0,2}", code)}


def therasabdab(folder: Path) -> Iterator[DrugRow]:
    """The antibodies for people of Thera-SAbDab; one that fills two rows (`Gocatamig1`, `Gocatamig2`) is one."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in table(folder / THERASABDAB, tabs=False):
        if not re.search(r"canine|feline", row["Format"], re.IGNORECASE):
            rows.setdefault(re.sub(r"(?<=[a-z])[12]$", "", row["Therapeutic"]), []).append(row)
    for name, parts in rows.items():
        yield DrugRow(
            source=f"tsabdab:{parts[0]['Therapeutic']}",
            name=name,
            synonyms=_members(parts, "Alternative Therapeutic Names"),
            kind=parts[0]["Format"],
            targets=tuple(target for target in _members(parts, "Target") if target != _CARRIER),
        )


def _members(rows: Iterable[Mapping[str, str]], column: str) -> tuple[str, ...]:
    """The members of the list cells of one column, once each."""
    return tuple(dict.fromkeys(member for row in rows for member in split(row[column], ";")))


def drugbank(folder: Path) -> Iterator[DrugRow]:
    """The open vocabulary of DrugBank."""
    for row in table(folder / DRUGBANK, tabs=False):
        unii = (f"unii:{row['UNII']}",) if re.fullmatch(r"[A-Z0-9]{10}", row["UNII"]) else ()
        key = row["DrugBank ID"]
        yield DrugRow(
            source=f"drugbank:{key}",
            name=row["Common name"],
            synonyms=split(row["Synonyms"], " | "),
            xrefs=(f"drugbank:{key}", *unii),
        )


def nci_dictionary(folder: Path) -> Iterator[DrugRow]:
    """A sample of the NCI Drug Dictionary."""
    for row in json.loads((folder / NCI_DICTIONARY).read_text(encoding="utf-8")):
        names = tuple(a["name"] for a in row["aliases"] or () if a["type"] in NAMED)
        code = row.get("nciConceptId")
        if code:
            yield DrugRow(source=f"ncidrug:{row['termId']}", name=row["name"], synonyms=names, xrefs=(f"ncit:{code}",))


def pharmgkb(folder: Path) -> dict[str, dict[str, list[str]]]:
    """PharmGKB drug id -> prefix -> identifiers."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in table(folder / PHARMGKB):
        prefix, _, local = row["object_id"].partition(":")
        found.setdefault(row["subject_id"].removeprefix("pharmgkb.drug:"), {}).setdefault(prefix, []).append(local)
    return found


def pharmgkb_names(folder: Path) -> dict[str, str]:
    """PharmGKB drug id -> name."""
    text = (folder / PHARMGKB_NAMES).read_text(encoding="utf-8")
    return {
        m[1]: m[2].replace("\\,", ",")
        for m in re.finditer(r"^id: pharmgkb\.drug:(PA\d+)\nname: (.+)$", text, re.MULTILINE)
    }
