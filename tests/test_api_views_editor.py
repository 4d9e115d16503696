"""The SPARQL editor's page: a plain form that answers by itself, over the sample records (which are invented)."""

import html
import json
import re
from pathlib import Path

import httpx
import pytest

from api.views.editor import SHOWN, Example, editor_settings, examples, short

ROOT = Path(__file__).parents[1]


def get(client: httpx.Client, query: str, status: int = 200) -> str:
    answer = client.get("/editor", params={"query": query})
    assert answer.status_code == status
    return answer.text


def settings_of(text: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="editor-settings">(.*?)</script>', text, re.DOTALL)
    assert found
    value: dict[str, object] = json.loads(found[1])
    return value


def test_without_a_query_there_is_a_form_with_the_flagship_query(sample_client: httpx.Client) -> None:
    text = sample_client.get("/editor").text
    assert 'action="/editor" method="get"' in text
    assert "tg:combinesTarget" in html.unescape(text) or "target:CD274" in html.unescape(text)
    assert "<table" not in text


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.title[:30])
def test_each_example_answers(sample_client: httpx.Client, example: Example) -> None:
    text = get(sample_client, example.text)
    assert "<tbody>" in text or "<pre" in text


def test_results_lead_to_our_pages(sample_client: httpx.Client) -> None:
    text = get(sample_client, "SELECT ?t { ?t a <https://w3id.org/trialgraph/ontology#Trial> }")
    assert '<a href="/trial/NCT99000001">trial:NCT99000001</a>' in text
    assert sample_client.get("/trial/NCT99000001").status_code == 200


def test_a_long_table_says_that_it_goes_on(sample_client: httpx.Client) -> None:
    text = get(sample_client, "SELECT ?s ?p { ?s ?p <https://w3id.org/trialgraph/ontology#Evidence>, ?x } LIMIT 5")
    assert "No row fits" in text
    text = get(sample_client, f"SELECT ?s {{ ?s ?p ?o }} LIMIT {SHOWN + 1}")
    assert f"The first {SHOWN} rows" in text
    assert text.count("<tr>") == SHOWN + 1


def test_yes_no_and_triples(sample_client: httpx.Client) -> None:
    assert "<code>yes</code>" in get(sample_client, "ASK { ?s ?p ?o }")
    assert "&lt;https://w3id.org/trialgraph/" in get(sample_client, "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 2")


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("SELECT * { ?s", 400, "does not parse at line 1"),
        ("DELETE WHERE { ?s ?p ?o }", 400, "does not parse"),
        ("SELECT * { SERVICE <http://localhost:1/> { ?s ?p ?o } }", 403, "SERVICE"),
        ("SELECT * { ?s ?p ?o }", 422, "larger than this page shows"),
        ("SELECT * { ?s ?p '</textarea><script>alert(1)</script>' ", 400, "does not parse"),
    ],
)
def test_a_query_that_fails_is_kept_and_told_why(
    sample_client: httpx.Client, query: str, status: int, said: str
) -> None:
    text = get(sample_client, query, status)
    assert said in html.unescape(text)
    assert "<script>alert" not in text
    kept = re.search(r'<textarea id="query"[^>]*>(.*?)</textarea>', text, re.DOTALL)
    assert kept
    assert html.unescape(kept[1]) == query


def test_the_script_is_told_what_to_complete(sample_client: httpx.Client) -> None:
    value = settings_of(sample_client.get("/editor").text)
    assert value == json.loads(json.dumps(editor_settings(examples())))
    assert "https://w3id.org/trialgraph/ontology#Trial" in list(value["classes"])  # type: ignore[call-overload]
    assert "https://w3id.org/trialgraph/ontology#offersLine" in list(value["properties"])  # type: ignore[call-overload]


def test_short_names_take_the_longest_prefix() -> None:
    assert short("https://w3id.org/trialgraph/trial/NCT1") == "trial:NCT1"
    assert short("https://w3id.org/trialgraph/ontology#Trial") == "tg:Trial"
    assert short("https://example.org/x") == "https://example.org/x"


@pytest.mark.skipif(not (ROOT / "api" / "web" / "package-lock.json").is_file(), reason="the sources are not here")
def test_the_front_end_is_pinned_with_hashes() -> None:
    wanted = json.loads((ROOT / "api" / "web" / "package.json").read_text("utf-8"))
    locked = json.loads((ROOT / "api" / "web" / "package-lock.json").read_text("utf-8"))["packages"]
    for name, version in {**wanted["dependencies"], **wanted["devDependencies"]}.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all(entry.get("integrity", "").startswith("sha512-") for path, entry in locked.items() if path)
