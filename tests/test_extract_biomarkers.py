"""Markers that select patients; all texts are invented."""

import pytest

from extract.biomarkers.select import MarkerFinder
from extract.context.cues import CueFinder
from extract.model import Section, SectionKind
from extract.rulebook import load_rulebook
from extract.scan import plain_text
from extract.sentences import split_sentences
from extract.text import RecordText

NO_DRIVERS = {"EGFR mutation negative", "ALK negative", "ROS1 negative"}
FINDER = MarkerFinder(load_rulebook("biomarkers"))
CUES = CueFinder(load_rulebook("context"))


def markers(text: str, kind: SectionKind = SectionKind.TITLE) -> set[str]:
    record = RecordText([Section("s", kind, text)])
    sentences = split_sentences(record)
    plain = plain_text(record.text, sentences)
    return {marker.name for marker in FINDER(plain, sentences, CUES(plain, sentences))}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("PD-L1 CPS ≥ 10 gastric cancer", {"PD-L1 CPS >= 10"}),
        ("PD-L1 positive (TPS of at least 1%) lung cancer", {"PD-L1 TPS >= 1%"}),
        ("PD-L1 expression > 50%", {"PD-L1 > 50%"}),
        ("PD-L1 TPS 1-49%", {"PD-L1 TPS 1-49%"}),
        ("PD-L1-positive lung cancer", {"PD-L1 positive"}),
        ("A PD-L1 inhibitor in lung cancer", set()),
        ("EGFR-mutated lung cancer", {"EGFR mutation positive"}),
        ("EGFR exon 20 insertion mutations", {"EGFR exon 20 insertion mutation"}),
        ("A drug for patients with EGFR-mutated lung cancer", {"EGFR mutation positive"}),
        ("HER2 exon 20 mutations, by exon 20 insertion of HER2", {"HER2 exon 20 insertion mutation"}),
        ("EGFR or HER2 exon 20 insertion", {"EGFR exon 20 insertion mutation", "HER2 exon 20 insertion mutation"}),
        (
            "EGFR mutations (exon 19 deletion or L858R)",
            {"EGFR mutation positive", "EGFR exon 19 deletion", "EGFR L858R"},
        ),
        ("ALK+ Non-small Cell Lung Cancer", {"ALK fusion positive"}),
        (
            "lung cancer without EGFR, ALK or ROS1 driver mutations",
            {"EGFR mutation negative", "ALK negative", "ROS1 negative"},
        ),
        ("RAS/BRAF Wild-type Colorectal Cancer", {"RAS mutation negative", "BRAF mutation negative"}),
        ("BRCA-mutated ovarian cancer", {"BRCA1/2 mutation"}),
        ("BRAF V600E melanoma", {"BRAF V600E mutation"}),
        ("FLT3-ITD leukaemia", {"FLT3-ITD positive"}),
        ("driver gene-negative lung cancer", {"driver gene negative"}),
        ("MSI-H or dMMR cancer", {"MSI-H/dMMR"}),
        ("Microsatellite Stable Colorectal Cancer", {"MSS/pMMR"}),
        ("HER2-positive breast cancer", {"HER2 positive"}),
        ("HER2-negative, hormone receptor-positive breast cancer", {"HER2 negative", "HR positive"}),
        ("ER-, PR- breast cancer", {"ER negative", "PR negative"}),
        ("Ph+ leukaemia", {"Ph positive"}),
        ("EBV-positive lymphoma", {"EBV positive"}),
        ("HLA-A2 positive patients", {"HLA-A2 positive"}),
        ("CD22-positive leukaemia", {"CD22 positive"}),
        ("GD2 and B7-H3 positive neuroblastoma", {"GD2 positive", "B7-H3 positive"}),
        ("CD19 CAR-T cells for leukaemia", set()),
        ("CD3+ T cells for leukaemia", set()),
        ("An EGFR-TKI in lung cancer", set()),
    ],
)
def test_a_title_names_the_markers(text: str, wanted: set[str]) -> None:
    assert markers(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Inclusion Criteria:\n* B7-H3 expression in ≥ 30% of cells", {"B7-H3 positive >= 30%"}),
        (
            "Inclusion Criteria:\n* EGFR, ALK and ROS1 gene tests are all negative",
            {"EGFR mutation negative", "ALK negative", "ROS1 negative"},
        ),
        ("Inclusion Criteria:\n* Enrolled regardless of PD-L1 expression ≥ 1%", set()),
        ("Inclusion Criteria:\n* Patients with an EGFR mutation must have received a TKI", set()),
        ("Inclusion Criteria:\n* Triple negative is defined as ER-negative and HER2-negative", set()),
        ("Exclusion Criteria:\n* Known EGFR mutation or ALK fusion", {"EGFR mutation negative", "ALK negative"}),
        ("Exclusion Criteria:\n* A positive test for T790M", {"EGFR T790M negative"}),
        ("Exclusion Criteria:\n* HER2-positive disease", {"HER2 negative"}),
        ("Exclusion Criteria:\n* HIV positive or MSI-H tumours", set()),
        ("Inclusion Criteria:\n* Positive (score \\[CPS\\] ≥ 5) for the first cohort", {"PD-L1 CPS >= 5"}),
        ("Inclusion Criteria:\n* Cutaneous melanoma, BRAF wild-type or mutant", set()),
        ("Inclusion Criteria:\n* Had an antibody if RAS wild-type", set()),
        ("Inclusion Criteria:\n* Tumours with an IDH 1 or 2 mutation are excluded", {"IDH1/2 mutation negative"}),
        ("Inclusion Criteria:\n* MET-expressing tumours with an EGFR mutation", {"EGFR mutation positive"}),
        ("Inclusion Criteria:\n* Tumours expressing FRα", {"folate receptor alpha positive"}),
        ("Inclusion Criteria:\n* Colorectal cancer that is not MSI-H or MMR-deficient", set()),
        ("Inclusion Criteria:\n* Patient with wild type EGFR and ALK", {"EGFR mutation negative", "ALK negative"}),
        ("Inclusion Criteria:\n* EGFR, ALK gene wild type", {"EGFR mutation negative", "ALK negative"}),
        (
            "Inclusion Criteria:\n* Leukaemia with wild-type FLT3 (those with NPM1 mutations included)",
            {"FLT3 mutation negative", "NPM1 mutation"},
        ),
        ("Inclusion Criteria:\n* Cells with a domain of wild-type EGFR", set()),
        ("Inclusion Criteria:\n* Had an inhibitor for patients with BRAF V600E mutation", set()),
        ("Inclusion Criteria:\n* HER2-positive participants must have received trastuzumab", set()),
        ("Inclusion Criteria:\n* Bone marrow is LILRB4 positive", {"LILRB4 positive"}),
    ],
)
def test_eligibility_selects_by_markers(text: str, wanted: set[str]) -> None:
    assert markers(text, SectionKind.ELIGIBILITY) == wanted


def test_a_stated_marker_outweighs_an_exclusion() -> None:
    text = "Inclusion Criteria:\n* EGFR mutation positive\nExclusion Criteria:\n* EGFR mutations such as T790M"
    assert markers(text, SectionKind.ELIGIBILITY) == {"EGFR mutation positive", "EGFR T790M negative"}


def test_background_selects_nobody() -> None:
    assert (
        markers("Earlier studies have shown that patients with EGFR mutations respond.", SectionKind.SUMMARY) == set()
    )


@pytest.mark.parametrize(
    ("criterion", "wanted"),
    [
        ("Glioblastoma, IDH wild-type", {"IDH mutation negative"}),
        ("Tumours with an epidermal growth factor receptor mutation", {"EGFR mutation positive"}),
        ("AML with a NUP214 or RUNX1 alteration", {"NUP214 mutation", "RUNX1 mutation"}),
        ("Diffuse midline glioma, H3 K27M-mutant", {"H3 K27M mutation"}),
        ("Drive gene negative lung cancer", {"driver gene negative"}),
        ("PD-L1 expression is positive (defined as ≥ 1% of TPS)", {"PD-L1 TPS >= 1%"}),
        ("PD-L1 in ≥ 1% of tumour cells (TPS ≥ 1%)", {"PD-L1 TPS >= 1%"}),
        ("A driver that a drug is approved for, e.g. EGFR, ROS1 or BRAF mutations", set()),
        ("A mutation other than EGFR (e.g., KRAS G12C mutation, BRAF V600E mutation)", set()),
        ("Lymphoma with less than 10% CD30 expression", set()),
    ],
)
def test_how_criteria_write_a_marker(criterion: str, wanted: set[str]) -> None:
    assert markers(f"Inclusion Criteria:\n* {criterion}", SectionKind.ELIGIBILITY) == wanted


def test_a_description_tells_of_its_own_patients_only() -> None:
    told = "Adults with an EGFR mutation will be enrolled."
    aside = "Survival of EGFR mutation patients grew longer over the years."
    assert markers(told, SectionKind.DESCRIPTION) == {"EGFR mutation positive"}
    assert markers(aside, SectionKind.DESCRIPTION) == set()


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Foomab in CD20-Positive B-Cell Non-Hodgkin Lymphoma", {"CD20 positive"}),
        ("Foomab in CD19 Positive B Cell Malignancies", {"CD19 positive"}),
        ("Foomab for Depletion of CD19-positive B cells", set()),
        ("T Cells Expressing CD19-CAR in Lymphoma", set()),
        ("Foomab in CD19- and/or CD22-Positive Lymphoma", {"CD19 positive", "CD22 positive"}),
        ("Foomab in Differentiation Antigen 30 (CD30) Positive Lymphoma", {"CD30 positive"}),
        ("Foomab in Ph- ALL", {"Ph negative"}),
        ("Foomab in FLT3-ITD+ and NPM1 wild-type AML", {"FLT3-ITD positive", "NPM1 mutation negative"}),
        ("Foomab in CEBPA Double Mutated AML", {"CEBPA mutation"}),
    ],
)
def test_how_titles_write_a_marker(title: str, wanted: set[str]) -> None:
    assert markers(title) == wanted
