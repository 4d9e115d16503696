"""Write `ontology/terms.py`, one constant for each term of `ontology/trialgraph.ttl`.

Run `python scripts/terms.py` after a change of the ontology; `tests/test_ontology_terms.py` compares.
"""

import re
from pathlib import Path

from rdflib import RDFS, Graph, URIRef

ROOT = Path(__file__).parents[1] / "ontology"
TG = "https://w3id.org/trialgraph/ontology#"
HEAD = '''"""The terms of `ontology/trialgraph.ttl` as IRIs; written by `scripts/terms.py`, do not edit."""

from typing import Final

'''


def constant(name: str) -> str:
    """`hasPriorTherapy` to `HAS_PRIOR_THERAPY`, `ChoiceGroup` to `CHOICE_GROUP`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def names(source: Path) -> list[str]:
    """The local names of every labelled term, sorted; two that give one constant are an error."""
    labelled = {str(s).removeprefix(TG) for s in Graph().parse(source).subjects(RDFS.label) if isinstance(s, URIRef)}
    found = sorted(name for name in labelled if re.fullmatch(r"\w+", name))
    if len({constant(name) for name in found}) < len(found):
        raise ValueError("two terms give the same constant")
    return found


def render() -> str:
    """The whole module."""
    return HEAD + "".join(f'{constant(name)}: Final = "{TG}{name}"\n' for name in names(ROOT / "trialgraph.ttl"))


if __name__ == "__main__":
    (ROOT / "terms.py").write_text(render(), encoding="utf-8")
