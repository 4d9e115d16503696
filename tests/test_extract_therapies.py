"""The steps of reading therapies, one by one: connectives, choices, cleaning, spelling, roles of rules."""

import pytest

from extract.therapies.choices import choice_groups, combine, never_together, same_substance
from extract.therapies.clean import clean_name, drop_parentheses, is_no_therapy, parenthesised
from extract.therapies.connect import link_between
from extract.therapies.fuzzy import allowed_edits, read_spelling, split_stem
from extract.therapies.model import Given, Phrase, Step, Therapy
from extract.therapies.stems import read_stems
from ontology.tables import built_in


def step(link: str, *keys: str, label: str = "") -> Step:
    therapies = (Therapy(key, key, "drug", classes=(label,) if label else ()) for key in keys)
    return Step(link, tuple(Given(therapy, 0, 1) for therapy in therapies))


def pairs(phrase: Phrase) -> set[frozenset[str]]:
    return set(phrase.apart)


@pytest.mark.parametrize(
    ("gap", "link"),
    [
        (" plus ", "and"),
        (" (200 mg, every 3 weeks) in combination with ", "and"),
        (" with or without ", "optional"),
        (" +/- ", "optional"),
        (" alone or combined with ", "alone"),
        (" versus ", "versus"),
        (" followed by ", "then"),
        (" or ", "or"),
        (", or ", "oxford"),
        (", ", "comma"),
        ("/", "slash"),
        (" ", "and"),
        (" was shown. The patients ", None),
        (" is a drug that was found to work in ", None),
    ],
)
def test_link_between_two_names(gap: str, link: str | None) -> None:
    assert link_between(gap) == link


def test_or_sets_neighbours_apart() -> None:
    phrase = combine([step("and", "a"), step("and", "b"), step("or", "c")])
    assert pairs(phrase) == {frozenset("bc")}


def test_serial_or_takes_the_commas_before_it() -> None:
    phrase = combine([step("and", "a"), step("comma", "b"), step("oxford", "c")])
    assert pairs(phrase) == {frozenset("ab"), frozenset("ac"), frozenset("bc")}


def test_repeated_therapy_makes_the_sides_alternatives() -> None:
    phrase = combine([step("and", "a"), step("and", "b"), step("or", "a"), step("and", "c")])
    assert pairs(phrase) == {frozenset("bc")}


def test_side_within_the_other_is_optional() -> None:
    phrase = combine([step("and", "a"), step("or", "a"), step("and", "b")])
    assert (phrase.optional, pairs(phrase)) == (frozenset("b"), set())


def test_slash_is_or_only_between_two_of_a_kind() -> None:
    same = combine([step("and", "a", label="taxane"), step("slash", "b", label="taxane")])
    other = combine([step("and", "a", label="taxane"), step("slash", "b", label="platinum compound")])
    assert (pairs(same), pairs(other)) == ({frozenset("ab")}, set())


def test_alone_names_two_variants_and_keeps_what_follows_both() -> None:
    phrase = combine([step("and", "a"), step("alone", "b"), step("then", "c")])
    assert phrase.variants == (frozenset("ac"), frozenset("abc"))


def test_choice_groups_join_pairs_that_are_all_apart() -> None:
    apart = frozenset({frozenset("ab"), frozenset("bc"), frozenset("ac"), frozenset("xd")})
    assert choice_groups(["a", "b", "c", "d"], apart) == (("a", "b", "c"),)


def test_choice_groups_stay_pairs_where_only_some_are_apart() -> None:
    apart = frozenset({frozenset("ac"), frozenset("bc")})
    assert choice_groups(["a", "b", "c"], apart) == (("a", "c"), ("b", "c"))


def test_two_platinum_compounds_are_never_together() -> None:
    one, other = (Therapy(f"drug/{n}", n, "drug", classes=("platinum compound",)) for n in ("cisplatin", "carboplatin"))
    assert never_together([one, other]) == frozenset({frozenset({one.key, other.key})})


def test_two_forms_of_a_substance_are_told_by_their_names() -> None:
    plain, bound, other = (Therapy(f"drug/{n}", n, "drug") for n in ("paclitaxel", "nab-paclitaxel", "docetaxel"))
    assert same_substance(plain, bound)
    assert not same_substance(plain, other)


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("HX-101 injection", "HX-101"),
        ("HX101 (dose escalation)", "HX101"),
        ("Drug: HX101 tablets 20 mg twice daily", "HX101"),
        ("Arm 2: HX101 monotherapy", "HX101"),
        ("HX101 for injection", "HX101"),
        ("intravenous infusion of HX101", "HX101"),
        ("HX101 75 mg/m2 every 3 weeks", "HX101"),
    ],
)
def test_clean_name(written: str, clean: str) -> None:
    assert clean_name(written) == clean


@pytest.mark.parametrize("text", ["", "(", "((", ")", "a (b", "x" * 5000, "🙂 (🙂)", "\u202e(abc"])
def test_any_text_is_cleaned_without_error(text: str) -> None:
    assert isinstance(clean_name(text), str)
    assert all(0 <= start < end <= len(text) for start, end in parenthesised(text))


def test_parentheses_are_dropped_unless_they_are_all() -> None:
    assert drop_parentheses("A (b (c)) d") == "A   d"
    assert drop_parentheses("(a)") == "a"


def test_names_that_are_no_therapy() -> None:
    assert is_no_therapy("Tumor biopsy")
    assert not is_no_therapy("Surgery")


def test_stem_of_an_antibody_is_one_kind() -> None:
    assert split_stem("sintilimab")[1] == split_stem("durvalumab")[1] == "mab"
    assert [allowed_edits(head) for head in ("ab", "abcd", "abcdefgh")] == [0, 1, 2]


@pytest.mark.parametrize(
    ("word", "key"),
    [("anlottinib", "drug/anlotinib"), ("qqqqqqqinib", None), ("HX101", None), ("short", None), ("radiotherapi", None)],
)
def test_spelling_is_bounded(word: str, key: str | None) -> None:
    assert read_spelling(built_in()).find(word) == key


def test_spelling_never_changes_a_stem() -> None:
    spelling = read_spelling(built_in())
    assert spelling.find("olaparinib") is None


def test_stems_end_a_word() -> None:
    stems = read_stems(built_in())
    found = stems.of("qorvazatinib tablets")
    assert found is not None
    assert "tinib" in found.suffix
    assert stems.of("HX101") is None
