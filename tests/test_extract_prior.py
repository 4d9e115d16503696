"""Earlier therapies asked for, excluded and allowed; all texts are invented."""

import pytest

from extract.context.cues import CueFinder
from extract.matcher import Mention, Term
from extract.model import Section, SectionKind
from extract.prior.names import target_name
from extract.prior.settle import settled
from extract.prior.statements import StatementFinder
from extract.rulebook import load_rulebook
from extract.scan import plain_text
from extract.sentences import split_sentences
from extract.text import RecordText
from ontology.model import Drug, NameForm, TermKind, Vocabulary


def drug(name: str, *classes: str, purpose: str = "treatment") -> Drug:
    return Drug(name, name, "drug", "small molecule", purpose, (), classes, (), (), "test")


EGFR_TKI = "EGFR tyrosine kinase inhibitor"
DRUGS = {d.id: d for d in (drug("osimertinib", "kinase-inhibitor"), drug("prednisone", "corticosteroid"))}
FINDER = StatementFinder(load_rulebook("prior"), Vocabulary(DRUGS, {}, {}, {}, {}, (), "test"))
CUES = CueFinder(load_rulebook("context"))


def mention(name: str, at: int) -> Mention:
    term = Term(TermKind.DRUG, name, NameForm.PREFERRED, needs_context=False, case_sensitive=False, text=name)
    return Mention(at, at + len(name), name, (term,))


def mentions_in(text: str) -> list[Mention]:
    found = [mention(name, text.find(name)) for name in DRUGS if name in text]
    return sorted(found, key=lambda each: each.start)


def prior_of(text: str, kind: SectionKind = SectionKind.ELIGIBILITY) -> set[tuple[str, str]]:
    record = RecordText([Section("s", kind, text)])
    sentences = split_sentences(record)
    plain = plain_text(record.text, sentences)
    found = FINDER(plain, sentences, CUES(plain, sentences), mentions_in(record.text))
    return {(s.polarity, s.therapy.name) for s in settled(list(found), plain)}


@pytest.mark.parametrize(
    ("criterion", "wanted"),
    [
        ("Progressed on prior platinum-based chemotherapy", {("required", "platinum-based chemotherapy")}),
        ("Must have received a PD-1 or PD-L1 antibody", {("required", "PD-1/PD-L1 inhibitor")}),
        ("Failed, or intolerant of, all available standard therapies", {("required", "standard therapy")}),
        ("Disease progression after osimertinib", {("required", "osimertinib")}),
        ("No prior systemic therapy for metastatic disease", {("excluded", "systemic therapy")}),
        ("Must not have received an anti-CTLA-4 antibody", {("excluded", "CTLA-4 inhibitor")}),
        ("Previous systemic chemotherapy has not been performed", {("excluded", "chemotherapy")}),
        ("Prior adjuvant chemotherapy is allowed", {("allowed", "chemotherapy")}),
        ("At least 4 weeks since prior chemotherapy", set()),
        ("Recovered from the toxicity of prior immunotherapy", set()),
        ("Relapse after a CAR-T cell therapy, or", set()),
        ("Progression on chemotherapy with or without osimertinib", {("required", "chemotherapy")}),
        ("Age 18 years or older", set()),
        ("No previous systematic treatment for biliary cancer", {("excluded", "systemic therapy")}),
        (
            "Progression during or after prior first-line therapy, or intolerant because of its toxicity",
            {("required", "first-line therapy")},
        ),
        ("Progressed on platinum; prior regimens can include taxanes", {("required", "platinum-based chemotherapy")}),
        ("No current or previous exposure to a PARP inhibitor", {("excluded", "PARP inhibitor")}),
        (
            "Never treated with immunotherapy; for patients receiving earlier chemotherapy it ended long ago",
            {("excluded", "immune checkpoint inhibitor")},
        ),
        ("Has received a taxane, or has a tumour that is indicated for osimertinib", {("required", "taxane")}),
        ("Received all treatments known to confer benefit", {("required", "standard therapy")}),
        ("At least 7 days from prior growth factors, hormones, small molecules and osimertinib", set()),
        ("Prior systemic therapy:", set()),
        ("Further criteria are met prior to the receipt of osimertinib", set()),
        ("No prior chemotherapy other than that permitted by the protocol", {("excluded", "chemotherapy")}),
    ],
)
def test_inclusion(criterion: str, wanted: set[tuple[str, str]]) -> None:
    assert prior_of(f"Inclusion Criteria:\n* {criterion}") == wanted


@pytest.mark.parametrize(
    ("criterion", "wanted"),
    [
        ("Prior treatment with a PARP inhibitor", {("excluded", "PARP inhibitor")}),
        ("Received any prior anti-B7-H3 treatment", {("excluded", "B7-H3-targeted therapy")}),
        (
            "Previous use of anti-PD-1, anti-PD-L1, anti-OX40 or anti-TIGIT antibodies",
            {("excluded", "PD-1/PD-L1 inhibitor"), ("excluded", "OX40 agonist"), ("excluded", "TIGIT inhibitor")},
        ),
        (
            "Prior therapy with a third-generation EGFR-TKI",
            {("excluded", "third-generation EGFR tyrosine kinase inhibitor")},
        ),
        ("Chemotherapy within 4 weeks before the first dose", set()),
        (
            "Previously treated with osimertinib (chemotherapy is permitted)",
            {("excluded", "osimertinib"), ("allowed", "chemotherapy")},
        ),
        ("Chemotherapy within 4 weeks, or prior CAR-T cell therapy", {("excluded", "CAR-T cell therapy")}),
        ("Prior use of prednisone", set()),
        ("Allergic reaction to previous taxanes", set()),
        ("Prior allogeneic stem cell or organ transplantation", set()),
        ("Not previously treated with immunotherapy", set()),
        ("Participants must not have received osimertinib before", {("excluded", "osimertinib")}),
        ("Prior EGFR tyrosine kinase inhibitors \\[TKIs\\]", {("excluded", EGFR_TKI)}),
        (
            "Previously given a topoisomerase inhibitor antibody-drug conjugate",
            {("excluded", "topoisomerase I inhibitor antibody-drug conjugate")},
        ),
        ("Previous treatment with an immune-oncology agent", {("excluded", "immune checkpoint inhibitor")}),
    ],
)
def test_exclusion(criterion: str, wanted: set[tuple[str, str]]) -> None:
    assert prior_of(f"Exclusion Criteria:\n* {criterion}") == wanted


def test_nested_items_take_the_past_from_their_heading() -> None:
    text = "Exclusion Criteria:\n* Prior:\n  * thoracic radiotherapy\n  * any taxane"
    assert prior_of(text) == {("excluded", "radiotherapy"), ("excluded", "taxane")}


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Drug A in Platinum-resistant Ovarian Cancer", {("required", "platinum-based chemotherapy")}),
        ("Drug A in Patients Who Have Failed Anti-PD-1/PD-L1 Drugs", {("required", "PD-1/PD-L1 inhibitor")}),
        ("Drug A in Previously Untreated Lung Cancer", {("excluded", "systemic therapy")}),
        ("Drug A With Chemotherapy in Lung Cancer", set()),
    ],
)
def test_titles(title: str, wanted: set[tuple[str, str]]) -> None:
    assert prior_of(title, SectionKind.TITLE) == wanted


def test_a_drug_that_a_title_names_twice_may_be_given_and_asked_for() -> None:
    title = "osimertinib in Lung Cancer Previously Treated With osimertinib"
    record = RecordText([Section("s", SectionKind.TITLE, title)])
    sentences = split_sentences(record)
    plain = plain_text(record.text, sentences)
    places = [mention("osimertinib", at) for at in (0, title.rfind("osimertinib"))]
    found = FINDER(plain, sentences, CUES(plain, sentences), places)
    assert [(s.polarity, s.therapy.start) for s in found] == [("required", places[1].start)]


def test_an_option_takes_out_what_stands_beside_it_alone() -> None:
    title = "Foomab With or Without Barumab in Treating Patients With Lymphoma Previously Treated With a Taxane"
    assert prior_of(title, SectionKind.TITLE) == {("required", "taxane")}
    assert prior_of("Progression after chemotherapy with or without a taxane") == {("required", "chemotherapy")}


def test_a_title_says_untreated_where_no_criterion_says_more() -> None:
    assert prior_of("Foomab in Untreated Mantle Cell Lymphoma", SectionKind.TITLE) == {("excluded", "systemic therapy")}
    assert prior_of("Foomab for Untreated Brain Metastases of Lung Cancer", SectionKind.TITLE) == set()
    assert prior_of("Exclusion Criteria:\n* Prior malignancy, or untreated lymphoma of the skin") == set()


def test_what_is_known_of_a_drug_is_no_requirement() -> None:
    text = "Earlier studies have shown that patients who progressed on osimertinib have few options."
    assert prior_of(text, SectionKind.DESCRIPTION) == set()


@pytest.mark.parametrize(
    ("target", "form", "name"),
    [
        ("CTLA4", "antibody", "CTLA-4 inhibitor"),
        ("4-1BB", "", "CD137 agonist"),
        ("CD38", "antibody", "anti-CD38 antibody"),
        ("B7-H3", "", "B7-H3-targeted therapy"),
        ("MET", "inhibitor", "MET inhibitor"),
        ("CD19", "car-t", "CD19 CAR-T cell therapy"),
        ("GITR", "agonist", "GITR agonist"),
    ],
)
def test_target_name(target: str, form: str, name: str) -> None:
    assert target_name(target, form, anti=True) == name


@pytest.mark.parametrize(
    ("criterion", "wanted"),
    [
        # "Amenable to" and its like speak of what follows them, not of what stands before.
        ("Progression on chemotherapy, and disease not amenable to local care", {("required", "chemotherapy")}),
        ("Prior therapy: not amenable to surgery or chemotherapy", set()),
        (
            "Have received, been intolerant to, or been ineligible for all standard therapies",
            {("required", "standard therapy")},
        ),
        (
            "Progression on all standard therapies, with limited benefit from currently available treatment",
            {("required", "standard therapy")},
        ),
        (
            "Progression as judged by two readers of the brain scans after standard therapy",
            {("required", "standard therapy")},
        ),
        ("Relapse after receiving chemotherapy", {("required", "chemotherapy")}),
        ("Pneumonitis after receiving prior chemotherapy", set()),
        ("Has been untreated for metastatic disease", {("excluded", "systemic therapy")}),
        ("Prior treatment must include at least radiotherapy", {("required", "radiotherapy")}),
        ("Prior radiotherapy of the chest", set()),
        ("Prior first-line treatment with a taxane failed", {("required", "taxane")}),
        ("If prior therapy included a taxane, neuropathy must have resolved", set()),
        ("Melanoma that is PD-1 refractory, after prior anti-PD-1/PD-L1", {("required", "PD-1/PD-L1 inhibitor")}),
        ("The demand for previous chemotherapy may be waived", set()),
        (
            "Previously received standard therapy, or it was not tolerated or refused",
            {("required", "standard therapy")},
        ),
        ("Patients who refused prior chemotherapy", set()),
        ("The number of previous chemotherapy regimens does not exceed two", set()),
        ("Progressed on standard therapy (biopsy of the tumour is needed)", {("required", "standard therapy")}),
        (
            "Progression after chemotherapy (previous osimertinib is authorised)",
            {("required", "chemotherapy"), ("allowed", "osimertinib")},
        ),
        ("Treatment-naive to immunotherapy", set()),
        (
            "May have received prior chemotherapy if progression occurred a year after the last chemotherapy",
            {("allowed", "chemotherapy")},
        ),
        ("Those who had previously received chemotherapy were required to be free of disease for a year", set()),
        ("Patients who have received prior chemotherapy", {("required", "chemotherapy")}),
    ],
)
def test_what_stands_beside_a_therapy(criterion: str, wanted: set[tuple[str, str]]) -> None:
    assert prior_of(f"Inclusion Criteria:\n* {criterion}") == wanted


@pytest.mark.parametrize(
    ("criterion", "wanted"),
    [
        ("Prior monoclonal antibodies (mAbs) targeting TIGIT", {("excluded", "TIGIT inhibitor")}),
        ("Prior therapy with any TOP1i", {("excluded", "topoisomerase I inhibitor")}),
        (
            "Prior antibody-drug conjugate (ADC) with a topoisomerase-1 (TOPO1) inhibitor",
            {("excluded", "topoisomerase I inhibitor antibody-drug conjugate")},
        ),
        ("Prior chemokine receptor 8 (CCR8) antibodies", {("excluded", "CCR8-targeted therapy")}),
        ("Previously received a cumulative dose of an anthracycline of more than 300 mg", set()),
        ("Prior malignancies treated with hormonal therapy alone", set()),
        ("Any of these prior to the first dose within the stated times: chemotherapy", set()),
    ],
)
def test_what_an_exclusion_bars(criterion: str, wanted: set[tuple[str, str]]) -> None:
    assert prior_of(f"Exclusion Criteria:\n* {criterion}") == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Many patients do not respond to chemotherapy that they had before.",
        "Patients with PD-1 resistant melanoma, and patients who may benefit from anti-TIGIT and earlier care.",
    ],
)
def test_running_text_speaks_of_patients_in_general(text: str) -> None:
    found = prior_of(text, SectionKind.SUMMARY)
    assert not found & {("required", "chemotherapy"), ("required", "TIGIT inhibitor")}
