"""Short forms that a text of our own defines."""

import pytest

from extract.therapies.abbreviations import find_abbreviations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Stereotactic body radiotherapy (SBRT) is given.", {"SBRT": "Stereotactic body radiotherapy"}),
        ("given overall survival (OS), then", {"OS": "overall survival"}),
        ("platinum-based doublet chemotherapy (PDCT)", {"PDCT": "platinum-based doublet chemotherapy"}),
        ("ICC (investigator chosen chemotherapy) is given", {"ICC": "investigator chosen chemotherapy"}),
        ("TMZ: temozolomide makes zeal", {"TMZ": "temozolomide makes zeal"}),
        ("a dose of 10 mg (two tablets)", {}),
        ("unrelated words (XYZQ)", {}),
        ("", {}),
    ],
)
def test_definitions(text: str, expected: dict[str, str]) -> None:
    assert find_abbreviations(text) == expected


def test_first_definition_stays() -> None:
    text = "overall survival (OS) and objective status (OS)"
    assert find_abbreviations(text)["OS"] == "overall survival"
