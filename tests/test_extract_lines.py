"""Lines of therapy and treatment settings; all texts are invented."""

import pytest

from extract.lines.claims import ClaimFinder, prior_bounds
from extract.lines.decide import decide
from extract.lines.settings import CURATIVE, SettingFinder
from extract.model import Section, SectionKind
from extract.rulebook import load_rulebook
from extract.scan import plain_text
from extract.sentences import split_sentences
from extract.text import RecordText

CLAIMS = ClaimFinder(load_rulebook("lines"))
SETTINGS = SettingFinder(load_rulebook("settings"))
KINDS = {
    "title": SectionKind.TITLE,
    "summary": SectionKind.SUMMARY,
    "description": SectionKind.DESCRIPTION,
    "arm": SectionKind.ARM_DESCRIPTION,
    "outcomes": SectionKind.OUTCOMES,
    "eligibility": SectionKind.ELIGIBILITY,
}


def record_of(**texts: str) -> RecordText:
    return RecordText([Section(name, KINDS[name], text) for name, text in texts.items()])


def lines_of(*, curative: bool = False, **texts: str) -> list[tuple[int, int | None]]:
    record = record_of(**texts)
    sentences = split_sentences(record)
    contexts = [frozenset[str]() for _ in sentences]
    claims = list(CLAIMS(plain_text(record.text, sentences), sentences, contexts))
    return sorted((found for found, _, _ in decide(claims, curative=curative)), key=str)


def settings_of(purpose: str | None = None, **texts: str) -> set[str]:
    record = record_of(**texts)
    sentences = split_sentences(record)
    contexts = [frozenset[str]() for _ in sentences]
    return {found.name for found in SETTINGS(plain_text(record.text, sentences), sentences, contexts, purpose)}


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Drug A as First-line Treatment of Lung Cancer", [(1, 1)]),
        ("Drug A as 2rd Line Treatment", [(2, 2)]),
        ("Drug A in 2L Gastric Cancer", [(2, 2)]),
        ("Cells Against CD19 and Drug A in RR-DLBCL", [(2, None)]),
        ("Drug A for RRMM", [(2, None)]),
        ("Drug A as Second- or Later-line Therapy", [(2, None)]),
        ("Drug A in Second- or Third-line Sarcoma", [(2, 3)]),
        ("Drug A as Third-line and Beyond Treatment", [(3, None)]),
        ("Frontline Drug A in Lymphoma", [(1, 1)]),
        ("Drug A for Cancer That Progressed After First-line Chemotherapy", [(2, 2)]),
        ("Drug A After First-line PD-1 Inhibitor", [(2, 2)]),
        ("Drug A in Patients Who Failed the Previous Standard First-line Treatment", [(2, 2)]),
        ("Drug A as Post Second-line Therapy", [(3, None)]),
        ("Drug A as First-line Maintenance", [(1, 1)]),
        ("Maintenance Drug A After Response to First-line Chemotherapy", [(1, 1)]),
        ("Drug A in Previously Treated NSCLC", [(2, None)]),
        ("Drug A in Pretreated Sarcoma", [(2, None)]),
        ("Drug A in Relapsed/Refractory AML", [(2, None)]),
        ("Drug A in R/R Lymphoma", [(2, None)]),
        ("Drug A in Recurrent Glioblastoma", [(2, None)]),
        ("Drug A in Recurrent or Metastatic Head and Neck Cancer", []),
        ("Drug A in Platinum-resistant Ovarian Cancer", [(2, None)]),
        ("Drug A in Castration-resistant Prostate Cancer", []),
        ("Drug A in Treatment-naïve Melanoma", [(1, 1)]),
        ("Drug A in TKI-naïve Lung Cancer", []),
        ("Drug A in Previously Untreated Hepatocellular Carcinoma", [(1, 1)]),
        ("Drug A in Newly Diagnosed AML", [(1, 1)]),
        ("Drug A in Advanced Cancer After Failure of Standard Therapy", [(2, None)]),
        ("Drug A in Immuno-experienced Second-line Oesophageal Cancer", [(2, 2)]),
        ("Frontline Drug A in Leukaemia, and Drug A in Relapsed or Refractory Leukaemia", [(1, 1), (2, None)]),
        ("Drug A in Advanced Solid Tumours", []),
    ],
)
def test_a_title_tells_the_line(title: str, wanted: list[tuple[int, int | None]]) -> None:
    assert lines_of(title=title) == wanted


@pytest.mark.parametrize(
    ("criterion", "wanted"),
    [
        ("No prior systemic therapy for metastatic disease", [(1, 1)]),
        ("Received no systemic treatment for advanced cancer", [(1, 1)]),
        ("At least one prior line of systemic therapy", [(2, None)]),
        ("Failed two standard regimens", [(3, None)]),
        ("Have received 1 to 2 prior lines of therapy", [(2, 3)]),
        ("At least one line of therapy and no more than two prior lines", [(2, 3)]),
        ("Only one prior platinum-based line of therapy", [(2, 2)]),
        ("One prior platinum-containing regimen", [(2, 2)]),
        ("No more than 2 prior lines of systemic therapy", [(1, 3)]),
        ("Progression on first-line osimertinib", [(2, 2)]),
        ("Has progressed on, or is intolerant of, all standard therapies", [(2, None)]),
        ("A solid tumour for which no standard therapy exists", [(2, None)]),
        ("At least 4 weeks since the last prior therapy", []),
        ("Toxicity of grade 2 caused by prior treatment", []),
        ("Contraception with a failure rate below 1% per year during treatment", []),
        ("No prior radiotherapy to the lung", []),
        ("No prior adjuvant therapy within 6 months", []),
    ],
)
def test_eligibility_tells_where_the_core_is_silent(criterion: str, wanted: list[tuple[int, int | None]]) -> None:
    text = f"Inclusion Criteria:\n* Age 18 or more\n* {criterion}"
    assert lines_of(title="Drug A in Cancer", eligibility=text) == wanted
    assert lines_of(title="Drug A as Second-line Therapy", eligibility=text) == [(2, 2)]


@pytest.mark.parametrize(
    ("criterion", "wanted"),
    [
        ("More than two prior systemic regimens", [(1, 3)]),
        ("≥ 3 prior lines of systemic therapy", [(1, 3)]),
        ("Prior systemic therapy for metastatic disease", [(1, 1)]),
        ("Systemic therapy within 4 weeks", []),
    ],
)
def test_exclusion_bounds_from_above(criterion: str, wanted: list[tuple[int, int | None]]) -> None:
    assert lines_of(title="Drug A in Cancer", eligibility=f"Exclusion Criteria:\n* {criterion}") == wanted


def test_a_count_narrows_a_core_that_says_only_relapsed() -> None:
    text = "Inclusion Criteria:\n* Only one prior line of therapy"
    assert lines_of(title="Drug A in Relapsed Small Cell Lung Cancer", eligibility=text) == [(2, 2)]


def test_a_named_line_must_agree_with_the_title() -> None:
    summary = "Drug B is given as first-line therapy, drug A as second-line therapy."
    assert lines_of(title="Drug A in Cancer Progressing After Drug B Treatment", summary=summary) == [(2, 2)]


def test_cohorts_that_differ_give_a_line_each() -> None:
    text = "Inclusion Criteria:\n* Cohort 1: at least one prior line of therapy. Cohort 2: no prior line of therapy"
    assert lines_of(title="Drug A in Cancer", eligibility=text) == [(1, 1), (2, None)]
    summary = "Drug A as second-line therapy, and with drug B as first-line therapy."
    assert lines_of(title="Drug A in Cancer", summary=summary) == [(1, 1), (2, 2)]


def test_curative_treatment_has_no_line() -> None:
    text = "Inclusion Criteria:\n* No prior systemic therapy"
    assert lines_of(title="Neoadjuvant Drug A", eligibility=text, curative=True) == []


def test_prior_bounds_need_a_number() -> None:
    assert prior_bounds({"n": None}, excluded=False) == (None, None)


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        ({"title": "Neoadjuvant Drug A in Resectable Cancer"}, {"neoadjuvant", CURATIVE}),
        ({"title": "Adjuvant Drug A After Neoadjuvant Chemotherapy"}, {"adjuvant"}),
        ({"title": "Drug A in Cancer That Relapsed After Adjuvant Therapy"}, set()),
        ({"title": "Drug A as Maintenance After Chemotherapy"}, {"maintenance"}),
        (
            {"title": "Drug A", "arm": "Induction: drug A, 4 cycles, followed by maintenance drug A"},
            {"induction", "maintenance"},
        ),
        ({"title": "Drug A", "summary": "No maintenance treatment is given in this trial."}, set()),
        ({"title": "Consolidation With Drug A After Chemoradiotherapy"}, {"consolidation", CURATIVE}),
        ({"title": "Drug A", "outcomes": "Remission, until the maintenance phase"}, set()),
        ({"title": "Drug A", "outcomes": "Residual disease at the end of induction 1"}, {"induction"}),
        ({"title": "Salvage Chemotherapy With Drug A"}, {"salvage"}),
        ({"title": "Rechallenge With Drug A"}, {"rechallenge"}),
    ],
)
def test_settings_of_the_trial_treatment(texts: dict[str, str], wanted: set[str]) -> None:
    assert settings_of(None, **texts) == wanted


def test_the_phases_of_another_protocol_are_no_setting() -> None:
    assert settings_of("SUPPORTIVE_CARE", title="Prophylaxis in the Induction Phase of Therapy") == set()


def test_a_count_among_criteria_of_which_one_is_enough_bounds_no_line() -> None:
    criteria = (
        "Inclusion Criteria:\n\n1. Relapsed or refractory AML that meets one of the following conditions:\n\n"
        "   1. Disease persists after at least two lines of therapy;\n   2. Relapse within six months.\n"
    )
    assert lines_of(title="Cells for relapsed or refractory AML", eligibility=criteria) == [(2, None)]


def test_a_count_of_some_patients_only_bounds_no_line() -> None:
    criteria = (
        "Inclusion Criteria:\n* Relapsed or refractory B-ALL\n"
        "* Patients with the fusion are eligible if they have failed at least two lines of therapy"
    )
    assert lines_of(title="Cells in relapsed or refractory B-ALL", eligibility=criteria) == [(2, None)]
    headed = "Inclusion Criteria:\n\nFor the combination with drug B:\n\n* No more than 3 prior lines of therapy"
    assert lines_of(title="Drug A in relapsed solid tumors", eligibility=headed) == [(2, None)]


def test_a_count_for_one_of_several_diseases_bounds_no_line() -> None:
    criteria = (
        "Inclusion Criteria:\n\n* NSCLC - Progressed on platinum. Must have had at least two prior lines of therapy\n"
        "* Ovarian cancer (HGSOC) - Relapsed. No more than 5 prior lines of therapy\n"
        "* Colon cancer: 1-3 prior lines of therapy"
    )
    assert lines_of(title="Drug A in Solid Tumors", eligibility=criteria) == [(2, None)]


def test_a_count_of_the_core_narrows_the_title_and_regimens_of_the_trial_do_not() -> None:
    title = "Drug A in Relapsed or Refractory Lymphoma"
    told = "Patients with relapsed lymphoma who have received at least two prior standard therapy lines"
    assert lines_of(title=title, description=told) == [(3, None)]
    given = "Drug A is combined with 2 different chemotherapy regimens in participants with relapsed lymphoma."
    assert lines_of(title=title, summary=given) == [(2, None)]


def test_checkpoint_inhibitor_naive_is_not_untreated() -> None:
    text = "Inclusion Criteria:\n* Progressed on at least one prior line of therapy"
    assert lines_of(title="Drug A in Solid Tumors", arm="Expansion; CPI therapy naive", eligibility=text) == [(2, None)]


def test_untreated_metastases_of_the_brain_are_no_untreated_patients() -> None:
    assert lines_of(eligibility="Exclusion Criteria:\n* Untreated/active CNS metastases, or meningeal disease") == []
    assert lines_of(eligibility="Inclusion Criteria:\n* Untreated disease") == [(1, 1)]
