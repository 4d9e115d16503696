"""Ontologies as OBO Graphs JSON (obographs 0.3): nodes and edges, streamed; edges are read first, for the parents."""

from collections.abc import Iterator, Mapping
from typing import Any

import ijson

from ontology.importers import families, xrefs
from ontology.importers.files import VocabularyFile
from ontology.importers.model import BadRow, ImportedTerm, Layout, Rows, distinct

IS_A = ("is_a", "http://www.w3.org/2000/01/rdf-schema#subClassOf", "subClassOf")


def recognise(head: str) -> str | None:
    """The source of a JSON object that holds graphs."""
    return families.owner(head) if head.lstrip()[:1] == "{" and '"graphs"' in head[:1000] else None


def read(file: VocabularyFile, source: str) -> Rows:
    """Every class of the source's own prefix; only edges of `is_a` become parents."""
    parents: dict[str, list[str]] = {}
    for edge in _items(file, "graphs.item.edges.item"):
        if edge.get("pred") in IS_A:
            parents.setdefault(str(edge.get("sub")), []).append(str(edge.get("obj")))
    for node in _items(file, "graphs.item.nodes.item"):
        address = str(node.get("id", ""))
        curie = xrefs.curie(address)
        if curie and curie.startswith(f"{source}:") and node.get("type", "CLASS") == "CLASS":
            yield _term(curie, node, parents.get(address, []), source)


def _term(curie: str, node: Mapping[str, Any], parents: list[str], source: str) -> ImportedTerm | BadRow:
    label, meta = str(node.get("lbl") or "").strip(), node.get("meta") or {}
    is_gone = bool(meta.get("deprecated"))
    if not label and not is_gone:
        return BadRow(curie, "the node has no label")
    exact = [str(s.get("val", "")) for s in meta.get("synonyms", ()) if s.get("pred") == "hasExactSynonym"]
    values = meta.get("basicPropertyValues", ())
    types = [str(v.get("val", "")) for v in values if v.get("pred") in families.SEMANTIC_TYPE]
    return ImportedTerm(
        curie,
        label,
        families.kind(source, types),
        distinct(exact, without=label),
        xrefs.all_curies(parents),
        xrefs.all_curies(str(x.get("val", "")) for x in meta.get("xrefs", ())),
        obsolete=is_gone,
    )


def _items(file: VocabularyFile, path: str) -> Iterator[Mapping[str, Any]]:
    with file.open() as stream:
        try:
            yield from (item for item in ijson.items(stream, path) if isinstance(item, dict))
        except ijson.JSONError as error:
            raise file.error(f"the JSON is broken or cut: {error}") from error


LAYOUT = Layout("obo-graphs-json", recognise, read, families.release)
