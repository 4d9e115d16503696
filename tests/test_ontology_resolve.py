"""From any spelling of an identifier or a name to the term."""

import pytest

from ontology.model import Drug
from ontology.resolve import Resolver, build_resolver, canonical_drugs
from ontology.tables import built_in


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return build_resolver(built_in())


@pytest.mark.parametrize(
    "text",
    [
        "ncit:C156692",
        "NCIt:C156692",
        "c156692",
        "NCIT_C156692",
        "obo:NCIT_C156692",
        "<http://purl.obolibrary.org/obo/NCIT_C156692>",
        "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#C156692",
        "https://ncit.nci.nih.gov/ncitbrowser/ConceptReport.jsp?dictionary=NCI_Thesaurus&ns=ncit&code=C156692",
        "https://bioregistry.io/ncit:C156692",
        "db17473",
        "https://www.drugbank.ca/drugs/DB17473",
        "TQB2450",
        "tqb-2450",
        "TQB 2450 ",
        "drug:benmelstobart",
        "drug/benmelstobart",
        "http://w3id.org/trialgraph/drug/benmelstobart",
        "https://w3id.org/trialgraph/drug/benmelstobart",
        "benmelstobart (TQB2450)",
        "TQB2450 [benmelstobart]",
    ],
)
def test_one_drug_in_every_spelling(resolver: Resolver, text: str) -> None:
    found = canonical_drugs(text, resolver.find(text), resolver.lookup)
    assert [drug.id for drug in found] == ["benmelstobart"]


@pytest.mark.parametrize(
    "text",
    [
        "chembl:CHEMBL3137343",
        "https://www.ebi.ac.uk/chembl/compound_report_card/CHEMBL3137343/",
        "https://www.ebi.ac.uk/chembl/explore/compound/CHEMBL3137343",
        "https://atcddd.fhi.no/atc_ddd_index/?code=L01FF02",
        "rxnorm:1547545",
        "RXCUI:1547545",
        "dpt0o3t46p",
        "KEYTRUDA®",
        "mk 3475",
    ],
)
def test_identifiers_of_every_owner_lead_to_the_drug(resolver: Resolver, text: str) -> None:
    found = canonical_drugs(text, resolver.find(text), resolver.lookup)
    assert [drug.id for drug in found] == ["pembrolizumab"]


@pytest.mark.parametrize(
    "text",
    ["", " ", "drug:", "drug/no-such-drug", "target:benmelstobart", "ncit:C0", "https://example.org/",
     "https://example.org/benmelstobart", "benmelstobart (pembrolizumab)"],
)  # fmt: skip
def test_what_is_no_spelling_of_one_term_gives_none(resolver: Resolver, text: str) -> None:
    assert resolver.find(text) == ()


def test_an_old_code_leads_to_the_present_name(resolver: Resolver) -> None:
    redirects = [drug for drug in resolver.lookup.vocabulary.drugs.values() if drug.replaced_by]
    assert len(redirects) > 100
    for old in redirects[:50]:
        (term,) = (t for t in resolver.find(f"drug:{old.id}") if isinstance(t, Drug))
        assert [drug.id for drug in canonical_drugs(old.id, (term,), resolver.lookup)] == [old.replaced_by]
