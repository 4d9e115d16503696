"""The convenience endpoints and the pages, over HTTP, on the sample records (which are invented)."""

import json
from typing import Any

import httpx
import pytest

FLAGSHIP = "which PD-L1 combos in second line"
EXPECTED = ["NCT99000001", "NCT99000007", "NCT99000010"]


@pytest.fixture(scope="module")
def client(sample_client: httpx.Client) -> httpx.Client:
    return sample_client


def get(client: httpx.Client, path: str, **params: Any) -> Any:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_ask_answers_the_flagship_question(client: httpx.Client) -> None:
    found = get(client, "/api/ask", q=FLAGSHIP)
    assert [one["id"] for one in found["trials"]] == EXPECTED
    assert found["understood"] == {"targets": ["CD274"], "combination": True, "line": 2}
    assert all(one["evidence"] and one["lines"] and one["regimens"] for one in found["trials"])


def test_the_sparql_of_an_answer_gives_the_same_trials(client: httpx.Client) -> None:
    sparql = get(client, "/api/ask", q=FLAGSHIP)["sparql"]
    headers = {"Accept": "application/sparql-results+json"}
    rows = client.get("/sparql", params={"query": sparql}, headers=headers).json()["results"]["bindings"]
    assert [row["trial"]["value"].rpartition("/")[2] for row in rows] == EXPECTED


def test_facets_give_what_the_question_gives(client: httpx.Client) -> None:
    found = get(client, "/api/trials", target="PD-L1", line="2", combination="true")
    assert [one["id"] for one in found["trials"]] == EXPECTED
    assert (found["total"], found["next"]) == (3, None)


def test_facets_are_paged(client: httpx.Client) -> None:
    first = get(client, "/api/trials", target="PD-L1", line="2", combination="true", limit=2)
    second = get(client, "/api/trials", target="PD-L1", line="2", combination="true", limit=2, cursor=first["next"])
    assert [one["id"] for one in first["trials"] + second["trials"]] == EXPECTED


@pytest.mark.parametrize("name", ["atezolizumab", "Atezolizumab", "MPDL3280A", "ATEZOLIZUMAB"])
def test_a_drug_has_one_answer_by_any_name(client: httpx.Client, name: str) -> None:
    found = get(client, f"/api/drugs/{name}")
    assert found["id"] == "atezolizumab"
    assert found["targets"] == ["CD274"]


def test_a_drug_is_found_by_its_identifiers(client: httpx.Client) -> None:
    curies = [xref["curie"] for xref in get(client, "/api/drugs/atezolizumab")["xrefs"]]
    assert {get(client, f"/api/drugs/{curie}")["id"] for curie in curies} == {"atezolizumab"}


def test_a_trial_has_all_its_facts_with_evidence(client: httpx.Client) -> None:
    found = get(client, "/api/trials/NCT99000001")
    assert found["id"] == "NCT99000001"
    facts = [fact for part in ("lines", "interventions", "regimens", "conditions", "endpoints") for fact in found[part]]
    assert facts
    assert all(fact["evidence"] for fact in facts)


@pytest.mark.parametrize("path", ["/api/classes", "/api/targets", "/api/endpoints"])
def test_terms_are_counted(client: httpx.Client, path: str) -> None:
    found = get(client, path)
    assert found == sorted(found, key=lambda one: (-one["trials"], one["iri"]))
    assert all(one["trials"] > 0 and one["name"] for one in found)


def test_stats_count_the_samples(client: httpx.Client) -> None:
    stats = get(client, "/api/stats")
    assert (stats["trials"], stats["quarantined"]) == (12, 0)


BAD = [
    ("/api/trials", {"line": "ninth"}, 400),
    ("/api/trials", {"phase": "9"}, 400),
    ("/api/trials", {"combination": "perhaps"}, 400),
    ("/api/trials", {"target": "no-such-target"}, 404),
    ("/api/trials", {"limit": "0"}, 422),
    ("/api/trials", {"since": "soon"}, 422),
    ("/api/trials/NCT00000000", {}, 404),
    ("/api/drugs/no-such-drug", {}, 404),
    ("/api/ask", {}, 400),
    ("/api/ask", {"q": "x" * 3000}, 400),
]


@pytest.mark.parametrize(("path", "params", "status"), BAD, ids=[f"{path} {status}" for path, _, status in BAD])
def test_a_bad_request_is_a_problem(client: httpx.Client, path: str, params: dict[str, str], status: int) -> None:
    answer = client.get(path, params=params)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status"} <= set(answer.json())


def test_openapi_shows_examples(client: httpx.Client) -> None:
    paths = get(client, "/openapi.json")["paths"]
    assert FLAGSHIP in json.dumps(paths["/api/ask"])
    assert {"/api/trials", "/api/trials/{identifier}", "/api/drugs/{identifier}", "/api/stats", "/health"} <= set(paths)


def test_the_answer_page_shows_trials_and_their_evidence(client: httpx.Client) -> None:
    page = client.get("/ask", params={"q": FLAGSHIP})
    assert page.headers["content-type"].startswith("text/html")
    quotes = [e["quote"] for one in get(client, "/api/ask", q=FLAGSHIP)["trials"] for e in one["evidence"]]
    assert quotes
    assert all(quote.replace("&", "&amp;").split("'")[0] in page.text for quote in quotes)
    assert all(f"/trial/{trial}" in page.text for trial in EXPECTED)


def test_pages_escape_what_people_type(client: httpx.Client) -> None:
    page = client.get("/ask", params={"q": "<script>alert(1)</script> PD-L1"})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_home_and_trial_pages_open(client: httpx.Client) -> None:
    assert "which PD-L1 combos" in client.get("/").text
    page = client.get("/trial/NCT99000001")
    assert page.status_code == 200
    assert "Regimens" in page.text
