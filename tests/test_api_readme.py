"""The Python of the README, run as it stands there, over the sample records (which are invented)."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

README = Path(__file__).parents[1] / "README.md"
FLAGSHIP = ["NCT99000001", "NCT99000007", "NCT99000010"]

pytestmark = pytest.mark.skipif(not README.is_file(), reason="the sources are not here")


@pytest.fixture(scope="module")
def client_code(sample_client: httpx.Client) -> dict[str, Any]:
    """What the README's block defines, with the address of a running service in place of the one it names."""
    found = re.search(r"^## From Python\n.*?^```python\n(.*?)^```", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert found
    code = found[1].replace("http://localhost:8000", str(sample_client.base_url).rstrip("/"))
    defined: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), defined)  # noqa: S102 - our own README is what is tested
    return defined


def test_the_client_of_the_readme_gives_a_table(client_code: dict[str, Any]) -> None:
    assert list(client_code["trials"]["id"]) == FLAGSHIP
    assert client_code["trials"].attrs["understood"]["line"] == 2
    quotes = client_code["quotes"]
    assert set(quotes["id"]) == set(FLAGSHIP)
    assert {"section", "start", "end", "quote"} <= set(quotes.columns)
    assert quotes["quote"].str.len().min() > 0


def test_an_empty_answer_is_an_empty_table_that_says_why(client_code: dict[str, Any]) -> None:
    nothing = client_code["ask"]("PD-L1 combos in second line in phase 3 in zorblaxitis")
    assert nothing.empty
    assert list(nothing.columns)[:2] == ["id", "title"]
    assert "zorblaxitis" in " ".join(nothing.attrs["not_understood"])
