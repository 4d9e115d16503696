"""Write `ontology/prefixes.json`, the extended prefix map of the external identifiers that we use, from Bioregistry.

Run `python scripts/prefixes.py` after an update of Bioregistry; `tests/test_ontology_prefixes.py` compares.
"""

import json
from pathlib import Path
from typing import Any

import bioregistry

PREFIXES = (
    "atc", "cas", "chebi", "chembl.compound", "chembl.target", "clinicaltrials", "ctis", "doid", "drugbank", "efo",
    "euclinicaltrials", "hgnc", "hgnc.symbol", "inchikey", "isrctn", "mesh", "mondo", "ncbigene", "ncit", "oncotree",
    "pubchem.compound", "rxnorm", "umls", "unii", "uniprot",
)  # fmt: skip
TARGET = Path(__file__).parents[1] / "ontology" / "prefixes.json"


def record(prefix: str) -> dict[str, Any]:
    """One entry of the map: the IRI that the owner publishes as RDF where there is one, else its page."""
    resource = bioregistry.get_resource(prefix, strict=True)
    published = resource.get_rdf_uri_format() or resource.get_default_format()
    if published is None or not published.endswith("$1"):
        raise ValueError(f"{prefix}: no IRI format with the identifier at its end")
    main = published.removesuffix("$1")
    others = {str(other) for other in resource.get_uri_prefixes()} - {main}
    known = {prefix.upper(), *resource.get_synonyms()}
    synonyms = (known | {name.lower() for name in known}) - {prefix}
    return {
        "prefix": prefix,
        "prefix_synonyms": sorted(synonym for synonym in synonyms if " " not in synonym),
        "uri_prefix": main,
        "uri_prefix_synonyms": sorted(others),
        "pattern": resource.get_pattern(),
    }


def render() -> str:
    """The whole file, records and lists sorted, so that a diff shows what Bioregistry changed."""
    return json.dumps([record(prefix) for prefix in PREFIXES], indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
