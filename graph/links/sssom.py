"""Links as an SSSOM mapping set: a TSV with its metadata in comment lines (https://mapping-commons.github.io/sssom/).

Subjects are CURIEs of prefixes that the file's own `curie_map` declares; objects have the registry's prefixes.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as MappingType

from graph.links.model import Mapping, Means
from graph.vocabulary_sources import ImportRecord
from ontology import iri
from ontology.iri import BASE
from ontology.tsv import render

TOOL = "https://w3id.org/trialgraph/"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
SUBJECTS = {kind: f"tg.{kind}" for kind in ("drug", "target", "condition", "endpoint")}
COLUMNS = (
    "subject_id", "subject_label", "subject_category", "predicate_id", "object_id", "object_label",
    "mapping_justification", "confidence", "object_source", "object_source_version", "subject_match_field",
    "object_match_field", "match_string", "comment",
)  # fmt: skip
FIELDS = {
    Means.IDENTIFIER: ("skos:exactMatch", "skos:exactMatch"),
    Means.SHARED: ("skos:exactMatch", "skos:closeMatch"),
    Means.NAME: ("skos:altLabel", "skos:altLabel"),
}
LABELS = ("skos:prefLabel", "skos:prefLabel")
_BLANK = str.maketrans("\t\n\r", "   ")


def sssom_lines(
    mappings: Sequence[Mapping], sources: MappingType[str, ImportRecord], *, version: str, vocabulary: str
) -> Iterator[str]:
    """The file in parts.

    Args:
        mappings: what to write; rows are sorted, so that two files compare.
        sources: the imports that the mappings are to, by source.
        version: of the tool that linked.
        vocabulary: digest of the vocabulary whose terms are the subjects.
    """
    rows = [_row(mapping, sources[mapping.source]) for mapping in mappings]
    for line in _metadata(rows, version, vocabulary):
        yield f"#{line}\n"
    yield render(COLUMNS, rows)


def _metadata(rows: Sequence[Sequence[str]], version: str, vocabulary: str) -> Iterator[str]:
    yield f"mapping_set_id: {BASE}mappings/links"
    yield f"mapping_set_version: '{vocabulary[:12]}'"
    yield f"license: {LICENCE}"
    yield f"mapping_tool: {TOOL}"
    yield f"mapping_tool_version: '{version}'"
    yield "subject_source: tg.vocabulary:built-in"
    yield f"subject_source_version: '{vocabulary[:12]}'"
    yield "curie_map:"
    for prefix, namespace in sorted(_prefixes(rows).items()):
        yield f"  {prefix}: '{namespace}'"


def _prefixes(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """The prefixes that the rows use."""
    known = iri.converter().bimap
    used = {row[COLUMNS.index("object_id")].split(":", 1)[0] for row in rows}
    external = {prefix: known[prefix] for prefix in used if prefix in known}
    own = {prefix: f"{BASE}{kind}/" for kind, prefix in SUBJECTS.items()}
    return external | own | {"tg.vocabulary": f"{BASE}graph/vocabulary/"}


def _row(mapping: Mapping, source: ImportRecord) -> list[str]:
    entity, found = mapping.entity, mapping.candidate
    subject_field, object_field = LABELS if found.by_label else FIELDS[found.means]
    cells = (
        f"{SUBJECTS[entity.kind]}:{entity.iri.removeprefix(f'{BASE}{entity.kind}/')}",
        entity.label,
        entity.kind,
        "skos:exactMatch" if mapping.exact else "skos:closeMatch",
        iri.compress(found.term) or found.term,
        found.label,
        str(found.means),
        f"{mapping.confidence:g}",
        f"tg.vocabulary:{source.source}",
        source.version or source.digest[:12],
        subject_field,
        object_field,
        iri.compress(found.matched) or found.matched,
        mapping.comment,
    )
    return [text.translate(_BLANK) for text in cells]
