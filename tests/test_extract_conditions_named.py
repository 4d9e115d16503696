"""What the names of diseases say by themselves, and in a record; all texts are invented."""

import pytest

from extract.conditions.hierarchy import build_hierarchy
from extract.conditions.named import Names, named_conditions
from extract.matcher import Matcher, build_matcher, find_mentions, vocabulary_terms
from ontology.tables import built_in


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(build_hierarchy(built_in()))


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return build_matcher(vocabulary_terms(built_in()))


def test_a_name_is_remembered(names: Names, matcher: Matcher) -> None:
    mentions = find_mentions(matcher, "melanoma, pembrolizumab, melanoma")
    first, second = names.of(mentions)
    assert first[1] is second[1]
    assert names["pembrolizumab"] is None


@pytest.mark.parametrize(
    ("text", "entries", "expected"),
    [
        ("ALL", [], []),
        ("ALL", [(0, 3)], ["acute-lymphoblastic-leukemia"]),
        ("glioblastoma (GBM), gbm", [], ["glioblastoma"] * 2),
        ("melanoma, non-melanoma", [], ["melanoma"]),
    ],
)
def test_a_name_with_a_second_meaning_counts_where_it_is_told(
    names: Names, matcher: Matcher, text: str, entries: list[tuple[int, int]], expected: list[str]
) -> None:
    found = named_conditions(text.lower(), find_mentions(matcher, text), names, entries)
    assert [item.key for item in found] == expected
