"""Mutated records: nothing but documents and failures comes out, and every span lies within its section."""

import copy
import io
from itertools import pairwise
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.model import Document, Failure, Span
from extract.sources.limits import Limits
from extract.sources.outcomes import list_items, outcome_forms, split_outcomes
from extract.sources.read import read_sources

STUDY: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT99000801", "briefTitle": "Drug One (invented)"},
        "conditionsModule": {"conditions": ["Lung Cancer"], "keywords": ["second line"]},
        "designModule": {"phases": ["PHASE2"], "enrollmentInfo": {"count": 5}},
        "armsInterventionsModule": {
            "armGroups": [{"label": "A", "interventionNames": ["Drug: One"]}],
            "interventions": [{"type": "DRUG", "name": "One", "otherNames": ["X-1"], "armGroupLabels": ["A"]}],
        },
        "outcomesModule": {"primaryOutcomes": [{"measure": "PFS", "timeFrame": "1 year"}]},
    }
}
CSV = (
    "NCT Number,Study Title,Interventions,Primary Outcome Measures,Enrollment\n"
    'NCT99000802,"A, B",DRUG: One|DRUG: Two,"PFS, From here, 2 years|OS, 3 years",5\n'
    'NCT99000803,"Line\none",,,\n'
)
TEXT = (
    "A Title of a Trial\nA summary, of 2 years.\n\nMore of it.\nLung Cancer\na|b\nDRUG: One|DRUG: Two\n"
    "PFS, From here, 2 years\nOS, 3 years|ORR, 1 year\nA description.\n"
)
JSONL = b"\n".join(orjson.dumps({"id": f"s-{n}", "text": TEXT}) for n in range(3))
SAMPLES = [orjson.dumps(STUDY), orjson.dumps({"studies": [STUDY, STUDY]}), CSV.encode(), TEXT.encode(), JSONL]
RELAXED = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=3),
    max_leaves=5,
)


def read(data: bytes) -> list[Document | Failure]:
    found = list(read_sources(["-"], stdin=io.BytesIO(data), limits=Limits(ratio_floor=10_000)))
    for item in found:
        if isinstance(item, Failure):
            assert item.file.startswith("-")
            assert item.reason
            assert "\n" not in item.reason
        else:
            check(item)
    return found


def check(document: Document) -> None:
    texts = {section.name: section.text for section in document.sections}
    assert len(texts) == len(document.sections)
    for span in spans(document):
        assert 0 <= span.start < span.end <= len(texts[span.section])
    for arm in document.arms:
        assert all(index < len(document.interventions) for index in arm.interventions)


def spans(document: Document) -> list[Span]:
    found = [*document.conditions, *document.keywords]
    for item in document.interventions:
        found += [item.name, *item.other_names, *([item.description] if item.description else [])]
    for arm in document.arms:
        found += [arm.label, *([arm.description] if arm.description else [])]
    for outcome in document.outcomes:
        found += [part for part in (outcome.measure, outcome.description, outcome.time_frame) if part]
    return found


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, below in items for place in [(*path, key), *paths(below, (*path, key))]]


@RELAXED
@given(st.data())
def test_any_value_in_any_place_of_a_study(data: st.DataObject) -> None:
    study = copy.deepcopy(STUDY)
    for place in data.draw(st.lists(st.sampled_from(paths(STUDY)), min_size=1, max_size=3)):
        node: Any = study
        for key in place[:-1]:
            node = node[key] if isinstance(node, dict) and key in node else {}
        if isinstance(node, dict) and place[-1] in node:
            node[place[-1]] = data.draw(anything)
    written = orjson.dumps(study, option=orjson.OPT_NON_STR_KEYS, default=str) if _writable(study) else b"{"
    assert len(read(written)) == 1


def _writable(study: dict[str, Any]) -> bool:
    try:
        orjson.dumps(study)
    except orjson.JSONEncodeError:
        return False
    return True


@RELAXED
@given(st.sampled_from(SAMPLES), st.data())
def test_cut_doubled_and_overwritten_bytes(sample: bytes, data: st.DataObject) -> None:
    place = st.integers(0, len(sample))
    start, end = sorted((data.draw(place), data.draw(place)))
    middle = data.draw(st.sampled_from([b"", sample[start:end] * 2, b"\x00", b"\xff", b'"', b"|", b"\n", b"\\u0000"]))
    assert read(sample[:start] + middle + sample[end:])


@RELAXED
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    assert read(data)


@RELAXED
@given(
    st.lists(st.sampled_from([*TEXT.splitlines(), "", "* a", "x" * 400, "1) b, 2 weeks", "😀, 3 days", "\u202eabc|d"]))
)
def test_shuffled_lines_of_text_lose_no_character_but_blanks(lines: list[str]) -> None:
    text = "\n".join(["A Title of an Invented Trial", *lines, "DRUG: One"])
    (document,) = read(text.encode())
    assert isinstance(document, Document)
    kept = "".join(section.text for section in document.sections)
    assert "".join(kept.split()) == "".join(text.split())


@RELAXED
@given(st.text(alphabet="ab ,.|()，2 wek\n"))
def test_outcome_parts_lie_in_order_within_their_item(text: str) -> None:
    items = split_outcomes("x", text, "primary", outcome_forms())
    assert len(items) <= len(list_items(text))
    for item in items:
        parts = [part for part in (item.measure, item.description, item.time_frame) if part]
        assert all(before.end <= after.start for before, after in pairwise(parts))
        assert all(text[part.start : part.end].strip() == text[part.start : part.end] for part in parts)
