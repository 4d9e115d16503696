"""Names of therapies as records write them, in sentences of our own, read by the whole pipeline."""

from collections.abc import Callable

import pytest

from extract.facts import Certainty, Intervention, TrialFacts
from extract.therapies.names import as_cells

Extract = Callable[..., TrialFacts]


def names(facts: TrialFacts) -> list[str]:
    return [item.name for item in facts.interventions]


def one(facts: TrialFacts) -> Intervention:
    (item,) = facts.interventions
    return item


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("Anlotinib plus docetaxel", ["anlotinib", "docetaxel"]),
        ("nal-IRI,5-fu,LV, benmelstobart", ["irinotecan liposome", "fluorouracil", "leucovorin", "benmelstobart"]),
        ("Sintilimab + bevacizumab biosimilar", ["sintilimab", "bevacizumab"]),
        ("Camrelizumab in combination with apatinib mesylate tablets", ["camrelizumab", "apatinib"]),
        ("Tislelizumab 200 mg IV Q3W", ["tislelizumab"]),
        ("Arm B: pemetrexed 500 mg/m2, carboplatin AUC 5", ["pemetrexed", "carboplatin"]),
        ("Gemcitabine/Cisplatin", ["gemcitabine", "cisplatin"]),
        ("nivolumab and relatlimab", ["nivolumab", "relatlimab"]),
        ("Nivolumab/relatlimab fixed-dose combination", ["nivolumab", "relatlimab"]),
        ("Iparomlimab and tuvonralimab injection", ["iparomlimab and tuvonralimab"]),
        ("Irinotecan Hydrochloride for injection", ["irinotecan"]),
        ("Opdivo (nivolumab)", ["nivolumab"]),
        ("FOLFOX", ["oxaliplatin", "leucovorin", "fluorouracil"]),
        ("Investigator's choice of chemotherapy (ICC)", ["chemotherapy"]),
        ("PD-1 inhibitor of choice", ["PD-1 inhibitor"]),
        ("endocrine therapy", ["endocrine therapy"]),
        ("Chemoradiotherapy", ["chemotherapy", "radiotherapy"]),
        ("Platinum doublet (carboplatin plus pemetrexed)", ["carboplatin", "pemetrexed"]),
        ("Matching placebo for anlotinib", ["placebo"]),
        ("QRX2207 capsules 40 mg twice daily", ["QRX2207"]),
        ("KX-4410 injection for treatment of advanced solid tumors", ["KX-4410"]),
        ("liposomal doxorubicin", ["pegylated liposomal doxorubicin"]),
        ("Expansion: Triplet combination of anlotinib + docetaxel + QRX2207", ["anlotinib", "docetaxel", "QRX2207"]),
        ("TAB006 injection", ["TAB006"]),
        ("JS006", ["JS006"]),
        ("Nanoencapsulated Paclitaxel FID-007", ["FID-007"]),
        ("DPX-Survivac", ["DPX-Survivac"]),
        ("Extended Release 5-FC", ["flucytosine"]),
        ("Daratumumab/rHuPH20", ["daratumumab"]),
    ],
)
def test_entry_of_the_list_is_cut_and_named(extract_trial: Extract, entry: str, expected: list[str]) -> None:
    facts = extract_trial("A Study in Lung Cancer", [("DRUG", entry)])
    assert names(facts) == expected


@pytest.mark.parametrize(
    "entry",
    ["Biospecimen Collection", "Questionnaire Administration", "Computed Tomography", "Laboratory Biomarker Analysis"],
)
def test_what_only_looks_at_the_patient_is_no_therapy(extract_trial: Extract, entry: str) -> None:
    facts = extract_trial("Osimertinib in Lung Cancer", [("DRUG", "Osimertinib"), ("PROCEDURE", entry)])
    assert names(facts) == ["osimertinib"]


def test_unknown_cells_take_target_and_class_from_their_own_name(extract_trial: Extract) -> None:
    item = one(extract_trial("A Study in Leukemia", [("BIOLOGICAL", "QZ77 anti-CD19 CAR-T cells")]))
    assert (item.name, item.type, item.targets) == ("QZ77", "cell_gene", ("CD19",))
    assert any("CAR-T" in label for label in item.classes)


def test_cells_against_a_target_are_no_inhibitor_of_it_and_are_prepared_for(extract_trial: Extract) -> None:
    entries = [("BIOLOGICAL", "Anti-PD-L1 QSR T cells"), ("DRUG", "Cyclophosphamide"), ("DRUG", "Fludarabine")]
    facts = extract_trial("QSR T Cells in Glioma", entries)
    cells, *others = facts.interventions
    assert (cells.name, cells.type) == ("Anti-PD-L1 QSR T cells", "cell_gene")
    assert [other.purpose for other in others] == ["preparative", "preparative"]
    assert facts.is_combination is False


def test_tablets_in_a_dose_are_no_antibody(extract_trial: Extract) -> None:
    facts = extract_trial("Melatonin for Sleep", [("DRUG", "Melatonin")], summary="Melatonin 3 mg, tab 1 at bedtime.")
    assert names(facts) == ["melatonin"]


def test_signalling_parts_of_a_receptor_are_no_targets(extract_trial: Extract) -> None:
    entry = "ZT11 cells transduced with a vector to express an anti-CD22 scFv with 4-1BB"
    item = one(extract_trial("A Study in Leukemia", [("BIOLOGICAL", entry)], summary="CAR T cells are given."))
    assert item.targets == ("CD22",)


def test_targets_of_several_words_stay_one_product(extract_trial: Extract) -> None:
    item = one(extract_trial("A Study in Lymphoma", [("BIOLOGICAL", "CD19/CD22 dual CAR-T cells")]))
    assert set(item.targets) == {"CD19", "CD22"}


def test_words_beside_an_unknown_name_give_its_target_as_inferred(extract_trial: Extract) -> None:
    summary = "This study evaluates QRX2207, a bispecific antibody against PD-1 and VEGF, in solid tumors."
    item = one(extract_trial("QRX2207 in Solid Tumors", [("DRUG", "QRX2207")], summary=summary))
    assert set(item.targets) == {"PDCD1", "VEGFA"}
    assert item.certainty is Certainty.INFERRED
    assert item.term is None


def test_stem_gives_a_class_and_never_a_target(extract_trial: Extract) -> None:
    item = one(extract_trial("A Study in Lung Cancer", [("DRUG", "Zorvaquintinib tablets")]))
    assert (item.name, item.targets, item.certainty) == ("Zorvaquintinib", (), Certainty.INFERRED)
    assert item.classes


def test_conjugate_is_not_its_antibody(extract_trial: Extract) -> None:
    item = one(extract_trial("A Study in Breast Cancer", [("DRUG", "Trastuzumab qorvatecan")]))
    assert item.name != "trastuzumab"
    assert item.targets == ()


def test_radiolabelled_antibody_is_not_the_antibody(extract_trial: Extract) -> None:
    item = one(extract_trial("A Study in Lymphoma", [("DRUG", "177Lu-DOTA-rituximab")]))
    assert item.name != "rituximab"


@pytest.mark.parametrize(("written", "meant"), [("Sintylimab", "sintilimab"), ("Anlottinib", "anlotinib")])
def test_misspelling_is_the_drug_and_inferred(extract_trial: Extract, written: str, meant: str) -> None:
    item = one(extract_trial("A Study in Lung Cancer", [("DRUG", written)]))
    assert (item.name, item.certainty) == (meant, Certainty.INFERRED)
    assert written in item.mentions


def test_code_is_the_drug_that_its_other_name_names(extract_trial: Extract) -> None:
    facts = extract_trial("ZZQ14 in Lung Cancer", [("DRUG", "ZZQ14")], others={0: ["Serplulimab"]})
    item = one(facts)
    assert item.name == "serplulimab"
    assert "ZZQ14" in item.mentions


def test_code_is_the_drug_in_the_parentheses_of_the_title(extract_trial: Extract) -> None:
    facts = extract_trial("Serplulimab (ZZQ14) in Lung Cancer", [("DRUG", "ZZQ14")])
    assert names(facts) == ["serplulimab"]


def test_short_form_with_a_second_meaning_needs_a_voucher(extract_trial: Extract) -> None:
    facts = extract_trial(
        "Cetuximab in Colon Cancer",
        [("DRUG", "Cetuximab")],
        summary="Tumors are assessed by CT as planned, EPO is measured.",
    )
    assert names(facts) == ["cetuximab"]


def test_what_patients_had_before_is_not_given(extract_trial: Extract) -> None:
    facts = extract_trial(
        "Docetaxel After Progression on Osimertinib",
        [("DRUG", "Docetaxel")],
        summary="Patients who progressed on gefitinib plus carboplatin will receive docetaxel.",
    )
    assert names(facts) == ["docetaxel"]


def test_cells_make_lymphodepletion_preparative(extract_trial: Extract) -> None:
    facts = extract_trial(
        "Cells in Lymphoma",
        [("BIOLOGICAL", "QZ77 CAR-T cells", "Fludarabine and cyclophosphamide are given as lymphodepletion before.")],
        [("EXPERIMENTAL", "Cells", "", (0,))],
    )
    purposes = {item.name: item.purpose for item in facts.interventions}
    assert purposes == {"QZ77": "treatment", "fludarabine": "preparative", "cyclophosphamide": "preparative"}
    assert facts.is_combination is False


def test_every_fact_has_its_quote(extract_trial: Extract) -> None:
    facts = extract_trial("Sintilimab Plus Anlotinib", [("DRUG", "Sintilimab, anlotinib")])
    assert all(item.evidence and all(found.quote for found in item.evidence) for item in facts.interventions)
    assert all(regimen.evidence for regimen in facts.regimens)


def test_other_name_of_the_same_kind_is_no_second_drug(extract_trial: Extract) -> None:
    arms = [("EXPERIMENTAL", "Liposomal irinotecan arm", "nal-IRI every two weeks", (0,))]
    facts = extract_trial("A Study", [("DRUG", "Onivyde")], arms, others={0: ["nal-IRI"]})
    assert names(facts) == ["irinotecan liposome"]


def test_antibody_conjugated_to_a_class_is_a_conjugate_of_its_own(extract_trial: Extract) -> None:
    name = "anti-B7-H3 antibody conjugated to a topoisomerase I inhibitor"
    item = one(extract_trial("A Study in Lung Cancer", [("DRUG", name)]))
    assert (item.name, item.targets) == (name, ("CD276",))


def test_cells_that_have_lost_a_gene_do_not_act_on_it(extract_trial: Extract) -> None:
    item = one(extract_trial("A Study in Leukemia", [("BIOLOGICAL", "CD19 CAR and PD-1 knock out engineered T cells")]))
    assert (item.type, item.targets) == ("cell_gene", ("CD19",))


def test_a_target_that_looks_like_a_code_is_no_name(extract_trial: Extract) -> None:
    name = "CAR-TILs targeting HER2, PSCA, Claudin18.2/6 or AXL"
    assert one(extract_trial("A Study in Cancer", [("BIOLOGICAL", name)])).name == name


def test_days_before_a_transplant_are_conditioning(extract_trial: Extract) -> None:
    facts = extract_trial(
        "Haploidentical Transplantation in Leukemia",
        [("DRUG", "Cytarabine", "4 g/m2/day on day -10"), ("PROCEDURE", "Allogeneic HSCT", "Day 0"),
         ("DRUG", "MTX", "15 mg/m2 on day +1")],
    )  # fmt: skip
    assert [item.purpose for item in facts.interventions] == ["preparative", "treatment", "supportive"]
    assert facts.is_combination is False


def test_markers_of_cells_are_no_cut_and_both_targets_stay(extract_trial: Extract) -> None:
    item = one(extract_trial("A Study in Lymphoma", [("BIOLOGICAL", "Anti-CD20/CD30-CAR-T Cells")]))
    assert set(item.targets) == {"MS4A1", "TNFRSF8"}
    item = one(extract_trial("A Study", [("BIOLOGICAL", "Autologous anti-CD19 CAR CD4+/CD8+ T-lymphocytes JCAR014")]))
    assert item.name == "JCAR014"


def test_a_programme_has_no_target(extract_trial: Extract) -> None:
    item = one(extract_trial("Sleep in Children", [("BEHAVIORAL", "Sleep ALL Night")]))
    assert item.targets == ()


def test_what_is_given_before_an_infusion_supports_it(extract_trial: Extract) -> None:
    summary = "Dexamethasone 20 mg is administered 1 hour before the onset of blinatumomab infusion."
    facts = extract_trial("Blinatumomab in Leukemia", [("DRUG", "blinatumomab")], summary=summary)
    assert [(item.name, item.purpose) for item in facts.interventions] == [
        ("blinatumomab", "treatment"),
        ("dexamethasone", "supportive"),
    ]
    assert facts.is_combination is False


def test_a_list_after_a_comma_is_no_apposition(extract_trial: Extract) -> None:
    items = [("DRUG", "QXZ-loaded DC vaccine"), ("DRUG", "PD-1 inhibitor"), ("RADIATION", "Radiotherapy")]
    facts = extract_trial("QXZ-loaded DC Vaccine, PD-1 Inhibitor, and Radiotherapy in Lung Cancer", items)
    assert facts.interventions[0].targets == ()


def test_cells_against_a_target_have_no_class_of_molecules(extract_trial: Extract) -> None:
    item = one(extract_trial("QSR T Cells in Glioma", [("BIOLOGICAL", "Anti-PD-L1 QSR T cells")]))
    assert item.targets == ("CD274",)
    assert not any("inhibitor" in label for label in item.classes)


def test_cells_that_a_code_of_another_name_and_the_title_name(extract_trial: Extract) -> None:
    entries = [("BIOLOGICAL", "T cell injection targeting B7-H3 chimeric antigen receptor")]
    item = one(extract_trial("QXA06 Injection in Neuroblastoma", entries, others={0: ["QXA06 Injection"]}))
    assert (item.name, item.targets) == ("QXA06", ("CD276",))


def test_cells_listed_as_a_procedure_are_cells_and_words_no_targets(extract_trial: Extract) -> None:
    entries = [("PROCEDURE", "QXCARB7H3_41BBL infusion"), ("DRUG", "Cyclophosphamide"), ("DRUG", "Fludarabine")]
    title = "B7-H3-CAR T Cells Given at the End of Chemotherapy in Osteosarcoma"
    cells, *others = extract_trial(title, entries).interventions
    assert (cells.type, cells.targets) == ("cell_gene", ("CD276",))
    assert {item.purpose for item in others} == {"preparative"}


def test_no_other_name_is_none(extract_trial: Extract) -> None:
    item = one(extract_trial("A Study in Cancer", [("DRUG", "Anlotinib")], others={0: ["No other name"]}))
    assert item.mentions == ()


def test_a_receptor_named_by_the_number_of_its_antigen(extract_trial: Extract) -> None:
    summary = "QXC CAR33 T cells are given to children whose leukaemia carries CD33."
    item = one(extract_trial("A Study in Leukaemia", [("BIOLOGICAL", "QXC CAR33 T cells")], summary=summary))
    assert item.targets == ("CD33",)


def test_a_gene_that_is_knocked_out_is_no_target(extract_trial: Extract) -> None:
    summary = "QZTIL cells carry a chimeric antigen receptor after knockout of the PD1 gene."
    item = one(extract_trial("A Study in Melanoma", [("BIOLOGICAL", "QZTIL T cells")], summary=summary))
    assert item.targets == ()


def test_cells_are_called_by_what_they_are() -> None:
    assert as_cells("XQ7 CAR-T Cell Therapy") == "XQ7 CAR-T cells"
    assert (
        as_cells("anti-ABC chimeric antigen receptor T cells infusion") == "anti-ABC chimeric antigen receptor T cells"
    )
    assert as_cells("stem cell mobilization therapy") == "stem cell mobilization therapy"
    assert as_cells("cellular immunotherapy") == "cellular immunotherapy"
