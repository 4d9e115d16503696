"""A random sample of links with the rows of the source files that they point at, for checking by eye.

    python bench/links.py STORE [--sample 100] [--seed 1] [--shared ../shared] [--used]

Links the store (which must have imports), and prints for each link of the sample: the thing with its names, the
predicate and means, the term, and the term's own row in the official file. `--used` samples only things that trials
speak of. Give a verdict for each; nothing is judged here.
"""

import argparse
import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path

from api.commands.vocab_link import doubtful_names
from graph.links.model import Mapping
from graph.links.run import link, mappings_of
from graph.oxigraph import EmbeddedStore
from ontology import iri
from ontology.tables import built_in

NAMES = 6


def rows(folder: Path) -> Iterator[tuple[str, str]]:
    """CURIE and what its row says, of the files in the shared folder."""
    with (folder / "drugbank_vocabulary.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield (
                f"drugbank:{row['DrugBank ID']}",
                f"{row['Common name']} | UNII {row['UNII']} | {row['Synonyms'][:140]}",
            )
    with (folder / "ncit_21.09d_treatment_subset.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield f"ncit:{row['nci_t']}", f"{row['nci_concept_display_name']} | {row['nci_concept_synonym_all'][:140]}"
    with (folder / "hgnc_entries_indra1.24.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            known = f"{row['Approved symbol']} | {row['Approved name']} | {row['Alias symbols']}"
            yield row["HGNC ID"].replace("HGNC", "hgnc"), known
    for name in ("mondo", "doid"):
        for item in json.loads((folder / f"{name}.json").read_text(encoding="utf-8")):
            identifier = item["id"].rpartition(":")[2]
            yield f"{name}:{identifier}", f"{item['name']} | {'; '.join(item.get('synonyms', [])[:4])}"
    with (folder / "chembl_mechanisms.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield f"chembl.compound:{row['molecule_chembl_id']}", row["mechanism_of_action"]


def show(number: int, mapping: Mapping, sources: dict[str, str]) -> None:
    term = iri.compress(mapping.candidate.term) or mapping.candidate.term
    predicate = "exact" if mapping.exact else "close"
    print(f"{number:>3} {mapping.entity.kind} {' / '.join(mapping.entity.names[:NAMES])}")
    print(f"    {predicate} {mapping.candidate.means.removeprefix('semapv:')} {mapping.candidate.matched}")
    print(f"    {term}: {sources.get(term, 'NOT IN THE FILES')}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--used", action="store_true")
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    given = parser.parse_args()
    outcomes = link(EmbeddedStore(given.store), doubtful_names(built_in()), lambda _source: None)
    found = [m for m in mappings_of(outcomes) if m.exact and (m.entity.used or not given.used)]
    sources = dict(rows(given.shared / "vocabularies"))
    sample = random.Random(given.seed).sample(found, min(given.sample, len(found)))
    print(f"{len(sample)} of {len(found)} exact links")
    for number, mapping in enumerate(sample, 1):
        show(number, mapping, sources)


if __name__ == "__main__":
    main()
