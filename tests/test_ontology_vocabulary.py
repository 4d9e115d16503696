"""The built-in vocabulary itself: its size, its hierarchy, its names and the form of its identifiers."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import pytest

from ontology.lookup import Lookup, build_lookup, normalise
from ontology.model import Condition, Drug, DrugClass, Endpoint, Name, NamedRegimen, NameForm, Target, Vocabulary
from ontology.tables import built_in

ENDPOINTS = (
    "OS PFS PFS2 ORR DCR CBR DoR TTR TTP CR pCR MPR EFS DFS RFS iDFS MFS LRFS LC R0 MRD AE DLT MTD PK PD ADA QoL "
    "BIOMARKER OTHER"
)
NOT_GENES = {"gd2", "lewis-y"}
SHAPES = {
    "ncit": r"C\d{2,7}",
    "drugbank": r"DB\d{5}",
    "unii": r"[A-Z0-9]{10}",
    "chembl.compound": r"CHEMBL\d+",
    "rxcui": r"\d{1,8}",
    "atc": r"[A-Z]\d\d(?:[A-Z]{0,2}|[A-Z]{2}\d\d)",
    "mesh": r"[CD]\d{6,9}",
    "CHEBI": r"\d+",
    "hgnc": r"\d+",
    "uniprot": r"[A-Z0-9]{6,10}",
    "mondo": r"\d{7}",
    "doid": r"\d+",
    "oncotree": r"[A-Za-z0-9_/-]+",
}
Term = Drug | DrugClass | Target | Condition | Endpoint | NamedRegimen


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return built_in()


@pytest.fixture(scope="module")
def lookup(vocabulary: Vocabulary) -> Lookup:
    return build_lookup(vocabulary)


def _terms(vocabulary: Vocabulary) -> Iterable[Term]:
    for terms in (
        vocabulary.drugs,
        vocabulary.classes,
        vocabulary.targets,
        vocabulary.conditions,
        vocabulary.endpoints,
    ):
        yield from terms.values()
    yield from vocabulary.regimens.values()


def _open_names(names: Iterable[Name]) -> set[str]:
    return {normalise(name.text) for name in names if not name.needs_context}


def test_it_is_as_large_as_promised(vocabulary: Vocabulary) -> None:
    drugs = [d for d in vocabulary.drugs.values() if d.replaced_by is None]
    with_uniprot = [t for t in vocabulary.targets.values() if any(x.curie.startswith("uniprot:") for x in t.xrefs)]
    with_mondo = [c for c in vocabulary.conditions.values() if any(x.curie.startswith("mondo:") for x in c.xrefs)]
    treatments = [
        d for d in drugs if d.purpose == "treatment" and d.type in {"drug", "biological", "cell_gene"} and d.classes
    ]
    assert len(treatments) >= 1500
    assert len(with_uniprot) >= 300
    assert len(with_mondo) >= 400
    assert set(vocabulary.endpoints) == set(ENDPOINTS.split())
    assert len(vocabulary.regimens) >= 100


def test_every_term_has_one_preferred_name(vocabulary: Vocabulary) -> None:
    wrong = [
        term.id
        for term in _terms(vocabulary)
        if not (isinstance(term, Drug) and term.replaced_by)
        and sum(n.form is NameForm.PREFERRED for n in term.names) != 1
    ]
    assert wrong == []


def test_no_name_has_two_meanings_unless_it_needs_context(vocabulary: Vocabulary) -> None:
    meanings: defaultdict[str, list[tuple[str, Name]]] = defaultdict(list)
    for term in _terms(vocabulary):
        for name in term.names:
            meanings[normalise(name.text)].append((f"{type(term).__name__} {term.id}", name))
    wrong = [
        (key, owner)
        for key, found in meanings.items()
        if len({owner for owner, _ in found}) > 1
        for owner, name in found
        if name.form is not NameForm.PREFERRED and not name.needs_context
    ]
    assert wrong == []


def test_short_names_need_context(vocabulary: Vocabulary) -> None:
    short = [n.text for t in _terms(vocabulary) for n in t.names if len(normalise(n.text)) <= 3 and not n.needs_context]
    assert short == []


def test_no_conjugate_bears_a_name_of_its_antibody(vocabulary: Vocabulary) -> None:
    drugs = [d for d in vocabulary.drugs.values() if d.replaced_by is None]
    antibodies = {d.name: d for d in drugs if d.molecule == "monoclonal antibody"}
    inn = re.compile(r"[a-z]+(?:mab|bart|tug|mig) ")
    conjugates = [d for d in drugs if d.molecule == "antibody-drug conjugate" and inn.match(d.name)]
    bare = [d.id for d in conjugates if normalise(d.name.split()[0]) in _open_names(d.names)]
    common = [
        (d.id, _open_names(d.names) & _open_names(antibodies[d.name.split()[0]].names))
        for d in conjugates
        if d.name.split()[0] in antibodies
    ]
    assert len(conjugates) > 50
    assert bare == []
    assert [pair for pair in common if pair[1]] == []


def test_identifiers_are_well_formed_and_cite_their_source(vocabulary: Vocabulary) -> None:
    wrong = []
    for term in _terms(vocabulary):
        for xref in () if isinstance(term, NamedRegimen) else term.xrefs:
            prefix, _, local = xref.curie.partition(":")
            if prefix not in SHAPES or not re.fullmatch(SHAPES[prefix], local) or ":" not in xref.source:
                wrong.append((term.id, xref))
    assert wrong == []


def test_every_name_cites_its_source(vocabulary: Vocabulary) -> None:
    assert [t.id for t in _terms(vocabulary) for n in t.names if ":" not in n.source] == []


def test_every_target_is_a_gene_of_hgnc_or_marked(vocabulary: Vocabulary) -> None:
    strange = {t.id for t in vocabulary.targets.values() if not any(x.curie.startswith("hgnc:") for x in t.xrefs)}
    assert strange == NOT_GENES


def test_the_hierarchies_have_no_loop(vocabulary: Vocabulary, lookup: Lookup) -> None:
    assert [key for key in vocabulary.classes if key in lookup.ancestors(key)] == []
    assert [key for key in vocabulary.conditions if key in lookup.ancestors(key)] == []


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("immunotherapy", "pd-l1-inhibitor"),
        ("pd-1-pd-l1-inhibitor", "pd-1-ctla-4-bispecific-antibody"),
        ("ctla-4-inhibitor", "pd-1-ctla-4-bispecific-antibody"),
        ("anti-angiogenic", "vegf-inhibitor"),
        ("anti-angiogenic", "vegfr-inhibitor"),
        ("chemotherapy", "platinum-compound"),
        ("chemotherapy", "taxane"),
        ("chemotherapy", "antimetabolite"),
        ("chemotherapy", "anthracycline"),
        ("chemotherapy", "alkylating-agent"),
        ("chemotherapy", "topoisomerase-i-inhibitor"),
        ("chemotherapy", "vinca-alkaloid"),
        ("egfr-tyrosine-kinase-inhibitor", "third-generation-egfr-tyrosine-kinase-inhibitor"),
        ("lung-cancer", "non-small-cell-lung-cancer"),
        ("lung-cancer", "small-cell-lung-cancer"),
        ("lymphoma", "diffuse-large-b-cell-lymphoma"),
        ("leukemia", "acute-myeloid-leukemia"),
        ("solid-tumor", "advanced-solid-tumor"),
    ],
)
def test_a_class_or_condition_covers_what_the_contract_says(lookup: Lookup, above: str, below: str) -> None:
    assert below in lookup.descendants(above)


@pytest.mark.parametrize(
    ("name", "drug", "targets"),
    [
        ("TQB2450", "benmelstobart", ("CD274",)),
        ("AK104", "cadonilimab", ("PDCD1", "CTLA4")),
        ("AK112", "ivonescimab", ("PDCD1", "VEGFA")),
        ("chidamide", "tucidinostat", None),
        ("apatinib mesylate", "apatinib", ("KDR",)),
        ("rivoceranib", "apatinib", ("KDR",)),
        ("5-FU", "fluorouracil", ()),
        ("liposomal irinotecan", "irinotecan liposome", ()),
        ("SHR-A1811", "trastuzumab rezetecan", ("ERBB2",)),
        ("SKB264", "sacituzumab tirumotecan", ("TACSTD2",)),
        ("trastuzumab", "trastuzumab", ("ERBB2",)),
        ("Keytruda", "pembrolizumab", ("PDCD1",)),
    ],
)
def test_well_known_drugs_are_found(lookup: Lookup, name: str, drug: str, targets: tuple[str, ...] | None) -> None:
    found = [term for term in lookup.find(name) if isinstance(term, Drug)]
    assert [term.name for term in found] == [drug]
    assert targets is None or found[0].targets == targets


@pytest.mark.parametrize(
    ("name", "target"), [("PD-L1", "CD274"), ("B7-H1", "CD274"), ("HER2", "ERBB2"), ("BCMA", "TNFRSF17")]
)
def test_targets_are_found_by_what_records_call_them(lookup: Lookup, name: str, target: str) -> None:
    assert [term.id for term in lookup.find(name) if isinstance(term, Target)] == [target]


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("NSCLC", "non-small cell lung cancer"),
        ("ES-SCLC", "extensive-stage small cell lung cancer"),
        ("oesophageal squamous cell carcinoma", "esophageal squamous cell carcinoma"),
        ("Carcinoma, Non-Small-Cell Lung", "non-small cell lung cancer"),
        ("R/R DLBCL", "relapsed or refractory diffuse large B-cell lymphoma"),
        ("TNBC", "triple-negative breast cancer"),
    ],
)
def test_conditions_are_found_by_what_records_call_them(lookup: Lookup, name: str, condition: str) -> None:
    assert condition in [term.name for term in lookup.find(name) if isinstance(term, Condition)]


def test_stems_never_name_a_target(vocabulary: Vocabulary) -> None:
    by_target: Mapping[str, DrugClass] = {c.id: c for c in vocabulary.classes.values() if c.targets}
    telling = {"MAP2K1", "PARP1", "PSMB5"}  # classes whose stem is the class: -metinib, -parib, -zomib
    broad = [
        s
        for s in vocabulary.stems
        if s.molecule in {"monoclonal antibody", "bispecific antibody", "antibody-drug conjugate"}
    ]
    assert {s.suffix for s in vocabulary.stems} >= {"tinib", "mab", "vedotin", "parib"}
    assert [s.suffix for s in broad for c in s.classes if c in by_target] == []
    assert telling <= {t for s in vocabulary.stems for c in s.classes if c in by_target for t in by_target[c].targets}
