"""How fast official files are imported, and in how much memory: each in a process and a store of its own.

    python bench/vocabulary_import.py [--shared ../shared] [--rows 50000,100000,200000]

Prints, for each file: rows, seconds of wall and processor time, rows a second of both, and the process's peak memory.
The synthetic files are in NCIt's flat layout; that their times grow with their rows shows that the importer is linear.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from graph.oxigraph import EmbeddedStore
from graph.vocabulary_import import Request, import_file
from ontology.importers.files import VocabularyFile

FILES = ("ncit_21.09d_treatment_subset.tsv", "drugbank_vocabulary.csv", "mondo.json", "hgnc_entries_indra1.24.tsv")


def synthetic(path: Path, rows: int) -> Path:
    """A file in the layout of Thesaurus.FLAT: a tree, four synonyms a concept, an invented definition."""
    with path.open("w", encoding="utf-8") as file:
        for n in range(1, rows + 1):
            code = f"C{n}"
            iri = f"<http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#{code}>"
            names = "|".join((f"Invented Agent {n}", f"INV-{n:06}", f"INV {n:06}", f"invented agent no. {n}"))
            parents = f"C{n // 8}" if n >= 8 else ""
            file.write(
                f"{code}\t{iri}\t{parents}\t{names}\tAn invented agent of no use.\t\t\tPharmacologic Substance\t\n"
            )
    return path


def measure(path: Path) -> dict[str, float]:
    """Import one file in a process of its own."""
    done = subprocess.run([sys.executable, __file__, "--one", str(path)], capture_output=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def one(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = EmbeddedStore(Path(folder) / "store")
        wall, cpu = time.perf_counter(), time.process_time()
        done = import_file(Request(VocabularyFile(path), path.name), store)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        wall_again = time.perf_counter()
        again = import_file(Request(VocabularyFile(path), path.name), store)
        assert again.unchanged
        again_seconds = time.perf_counter() - wall_again
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": done.tally.terms, "wall": wall, "cpu": cpu, "again": again_seconds, "peak": peak}))


def show(name: str, found: dict[str, float]) -> None:
    rows = found["rows"]
    print(
        f"{name:<42}{rows:>8.0f}{found['wall']:>8.1f}{found['cpu']:>8.1f}{rows / found['wall']:>10.0f}"
        f"{rows / found['cpu']:>10.0f}{found['again']:>8.2f}{found['peak']:>9.0f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--rows", default="50000,100000,200000")
    parser.add_argument("--one", type=Path)
    given = parser.parse_args()
    if given.one:
        one(given.one)
        return
    print(f"{'file':<42}{'rows':>8}{'s':>8}{'cpu s':>8}{'rows/s':>10}{'rows/cpu':>10}{'again s':>8}{'peak MB':>9}")
    for name in FILES:
        show(name, measure(given.shared / "vocabularies" / name))
    with tempfile.TemporaryDirectory() as folder:
        for rows in map(int, given.rows.split(",")):
            show(f"synthetic NCIt flat file, {rows} rows", measure(synthetic(Path(folder) / "Thesaurus.txt", rows)))


if __name__ == "__main__":
    main()
