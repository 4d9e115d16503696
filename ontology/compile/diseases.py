"""Read the files of diseases: MONDO and DOID as lists, MeSH descriptors, the tree of OncoTree."""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ontology.compile.sources import MESH, ONCOTREE, split
from ontology.errors import VocabularyError, Where


class Disease(BaseModel):
    """A term of MONDO or DOID in the list layout."""

    model_config = ConfigDict(frozen=True)
    id: str
    name: str
    synonyms: tuple[str, ...] = ()
    xrefs: tuple[dict[str, str], ...] = ()
    relations: dict[str, list[str]] = {}


def diseases(folder: Path, name: str) -> tuple[Disease, ...]:
    """The terms of MONDO or DOID.

    Raises:
        VocabularyError: a term lacks its id or name.
    """
    try:
        return tuple(Disease.model_validate(item) for item in json.loads((folder / name).read_text(encoding="utf-8")))
    except ValidationError as error:
        raise VocabularyError(
            f"a term breaks the layout: {error.errors()[0]['msg']}", where=Where(file=name)
        ) from error


def mesh(folder: Path) -> Iterator[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    """MeSH descriptors: id, name, synonyms, tree numbers."""
    for line in (folder / MESH).read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) >= 4:
            yield cells[0], cells[1], split(cells[2]), split(cells[3])


def oncotree(folder: Path) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """OncoTree: code, name, NCIt codes."""
    waiting = list(json.loads((folder / ONCOTREE).read_text(encoding="utf-8")).values())
    while waiting:
        node = waiting.pop()
        waiting.extend(node["children"].values())
        yield node["code"], node["name"], tuple(node["externalReferences"].get("NCI", ()))
