"""Ontologies in OWL as RDF/XML, streamed: the statements about one class stand together, and end with the next class.

Blank nodes (restrictions, annotated axioms) are passed over; a parent is a class that `rdfs:subClassOf` names. NCI's
own `Thesaurus.owl` says names and semantic types by its properties P108, P90 and P106.
"""

from collections.abc import Iterator
from itertools import groupby

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from ontology.importers import families, xrefs
from ontology.importers.files import VocabularyFile
from ontology.importers.model import BadRow, ImportedTerm, Layout, Rows, distinct
from ontology.iri import NAMESPACES

RDFS, OWL, SKOS = NAMESPACES["rdfs"], NAMESPACES["owl"], NAMESPACES["skos"]
OBO_IN_OWL = "http://www.geneontology.org/formats/oboInOwl#"
NCIT = ("http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#", "http://purl.obolibrary.org/obo/NCIT_")
TYPE, CLASS = NAMESPACES["rdf"] + "type", OWL + "Class"
LABELS = frozenset({RDFS + "label"})
NAMES = frozenset({OBO_IN_OWL + "hasExactSynonym", *(ns + p for ns in NCIT for p in ("P108", "P90"))})
TYPES = frozenset(ns + "P106" for ns in NCIT)
XREFS = frozenset({OBO_IN_OWL + "hasDbXref", SKOS + "exactMatch"})
PARENT, DEPRECATED = RDFS + "subClassOf", OWL + "deprecated"


def recognise(head: str) -> str | None:
    """The source of an RDF/XML document."""
    return families.owner(head) if "<rdf:RDF" in head else None


def read(file: VocabularyFile, source: str) -> Rows:
    """Every class of the source's own prefix."""
    for address, quads in groupby(_named(file), key=_subject):
        curie = xrefs.curie(address)
        if curie and curie.startswith(f"{source}:"):
            said = _said(quads)
            if f"<{CLASS}>" in said.get(TYPE, ()):
                yield _term(curie, said, source)


def _subject(quad: Quad) -> str:
    return str(quad.subject.value) if isinstance(quad.subject, NamedNode) else ""


def _named(file: VocabularyFile) -> Iterator[Quad]:
    """The statements about things that have an IRI."""
    with file.open() as stream:
        try:
            quads = parse(stream, format=RdfFormat.RDF_XML, base_iri="http://purl.obolibrary.org/obo/")
            yield from (quad for quad in quads if isinstance(quad.subject, NamedNode))
        except SyntaxError as error:
            raise file.error(f"the RDF/XML is broken or cut: {error.msg}") from error


def _said(quads: Iterator[Quad]) -> dict[str, list[str]]:
    """Objects by property: the text of a literal, an IRI in brackets."""
    said: dict[str, list[str]] = {}
    for quad in quads:
        value = quad.object
        if isinstance(value, Literal | NamedNode):
            text = str(value.value) if isinstance(value, Literal) else f"<{value.value}>"
            said.setdefault(str(quad.predicate.value), []).append(text)
    return said


def _term(curie: str, said: dict[str, list[str]], source: str) -> ImportedTerm | BadRow:
    def values(properties: frozenset[str]) -> list[str]:
        return [text for name in properties for text in said.get(name, ())]

    labels = values(LABELS)
    is_gone = "true" in said.get(DEPRECATED, ())
    if not labels and not is_gone:
        return BadRow(curie, "the class has no label")
    label = labels[0] if labels else ""
    return ImportedTerm(
        curie,
        label,
        families.kind(source, values(TYPES)),
        distinct(sorted(values(NAMES)), without=label),
        xrefs.all_curies(text.strip("<>") for text in said.get(PARENT, ())),
        xrefs.all_curies(text.strip("<>") for text in sorted(values(XREFS))),
        obsolete=is_gone,
    )


LAYOUT = Layout("owl-rdf-xml", recognise, read, families.release)
