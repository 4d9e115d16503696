"""Damaged and odd texts through reading and extraction: nothing is raised but what is documented."""

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from extract.facts import to_json
from extract.pipeline import build_pipeline, extract_facts
from extract.sources.limits import BadRecordError, Limits
from extract.sources.plain_text import read_text
from ontology.tables import built_in

PROGRAM = Path(__file__).parents[1] / "bench" / "mutations.py"
# Words of records, and signs between them, in any order and number.
WORDS = st.sampled_from(
    (
        *("NSCLC", "PD-L1 >= 50%", "EGFR", "exon 19", "cisplatin", "no prior", "after", "second-line", "PFS", "Q3W"),
        *("DRUG: ", "* ", "\n", "\n\n  * ", "Inclusion Criteria:", "Exclusion Criteria:", "Cohort A:", "200 mg"),
        *("6 months", "12-month OS rate", "with or without", "or", "+", "/", "|", ", ", "(", "[", ")", "≥ 2"),
        *("🧬", "\u202e", "\u0130", "\x00"),
    )
)


@cache
def pipeline() -> Language:
    return build_pipeline(built_in())


def quotes_are_the_text(text: str) -> bool:
    """Read a text and take its facts; False where a quote is not what stands at its place."""
    try:
        document = read_text(text, "sample-1", "sample.txt", Limits())
    except BadRecordError as refused:
        return bool(str(refused))
    told = to_json(extract_facts(pipeline(), document), sections=document.sections)
    sections = told["sections"]
    facts = [fact for part in told.values() if isinstance(part, list) for fact in part if isinstance(fact, dict)]
    evidence = [one for fact in facts for one in fact.get("evidence", ())]
    return all(sections[one["section"]][one["start"] : one["end"]] == one["quote"] for one in evidence)


@given(st.lists(WORDS, max_size=60).map(" ".join))
@settings(max_examples=150, deadline=None)
def test_words_of_records_in_any_order_are_read(text: str) -> None:
    assert quotes_are_the_text(text)


@given(st.text(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    assert quotes_are_the_text(text)


@pytest.mark.parametrize("text", ["[" * 30_000, "prior " * 5_000, "1 x 10^6 cells/kg " * 2_000, "* a\n  * b\n" * 3_000])
def test_long_runs_of_one_thing_are_read(text: str) -> None:
    assert quotes_are_the_text("A Study of Cisplatin\n" + text)


def program() -> ModuleType:
    """The benchmark that damages records."""
    found = importlib.util.spec_from_file_location("mutations", PROGRAM)
    if found is None or found.loader is None or not PROGRAM.is_file():
        pytest.skip(f"{PROGRAM} is not there")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_damaged_records_are_read_or_refused(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = [str(shared / "corpus" / "api-v2" / name) for name in ("oncology-01.json", "other-01.json")]
    assert program().main([*records, "--number", "400", "--seed", "7", "--huge", "0.005"]) == 0
    assert " read" in capsys.readouterr().out
