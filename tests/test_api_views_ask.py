"""The answer page and `/api/ask` with its options, over the sample records (which are invented)."""

import csv
import html
import io
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph
import pytest

from api.answers import Answers
from api.ask.service import build_ask_service
from api.views.ask import Asked, answer_page
from ontology.errors import LimitError
from ontology.model import Vocabulary

FLAGSHIP = "which PD-L1 combos in second line"
EXPECTED = ["NCT99000001", "NCT99000007", "NCT99000010"]


def page(client: httpx.Client, path: str = "/ask", **params: Any) -> str:
    answer = client.get(path, params=params or None)
    assert answer.status_code == 200, answer.text[:500]
    assert len(answer.content) <= 200_000
    return answer.text


def api(client: httpx.Client, **params: Any) -> Any:
    answer = client.get("/api/ask", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def links(text: str) -> set[str]:
    return {html.unescape(found) for found in re.findall(r'href="(/[^"]*)"', text)}


def ids(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'<h3><a href="/trial/([^"]+)"', text)))


def test_each_chip_is_a_link_that_leaves_one_condition_out(sample_client: httpx.Client) -> None:
    text = page(sample_client, q=FLAGSHIP)
    assert ids(text) == EXPECTED
    removing = sorted(link for link in links(text) if "drop=" in link)
    assert len(removing) == 3
    for link in removing:
        wider = page(sample_client, link)
        assert set(EXPECTED) <= set(ids(wider))
        assert "put back" in wider


def test_facets_leave_what_they_count(sample_client: httpx.Client) -> None:
    text = page(sample_client, q="PD-L1 inhibitors")
    total = len(ids(text))
    facets = re.findall(r'<li><a href="([^"]+)">[^<]+</a> <span class="count">(\d+)</span>', text)
    assert len(facets) > 8
    for link, number in facets:
        narrower = ids(page(sample_client, html.unescape(link)))
        assert len(narrower) == int(number) < total


def test_the_matrix_leads_to_the_trials_of_a_cell(sample_client: httpx.Client) -> None:
    text = page(sample_client, q="PD-L1 inhibitors")
    cells = re.findall(r'<td class="s\d"><a href="([^"]+)"[^>]*>(\d+)</a>', text)
    assert cells
    for link, number in cells:
        assert len(ids(page(sample_client, html.unescape(link)))) == int(number)


def test_an_empty_answer_tells_near_misses_alike_on_the_page_and_as_json(sample_client: httpx.Client) -> None:
    question = "PD-L1 combos in second line in phase 3"
    value = api(sample_client, q=question)
    assert (value["total"], value["trials"]) == (0, [])
    assert {one["label"]: one["total"] for one in value["near_misses"]}["phase 3"] == 3
    text = page(sample_client, q=question)
    assert "Near misses" in text
    for miss in value["near_misses"]:
        assert api(sample_client, q=question, drop=miss["drop"])["total"] == miss["total"]


def test_sorting_keeps_the_trials(sample_client: httpx.Client) -> None:
    orders = [ids(page(sample_client, q="PD-L1 inhibitors", sort=sort)) for sort in ("id", "newest", "largest")]
    assert orders[0] == sorted(orders[0])
    assert sorted(orders[1]) == sorted(orders[2]) == orders[0]
    values = api(sample_client, q="PD-L1 inhibitors", sort="largest")["trials"]
    sizes = [sample_client.get(f"/api/trials/{one['id']}").json()["enrollment"] for one in values]
    assert sizes == sorted(sizes, reverse=True)


def test_an_answer_as_csv_turtle_and_json_ld(sample_client: httpx.Client) -> None:
    table = sample_client.get("/api/ask", params={"q": FLAGSHIP}, headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [row["id"] for row in rows] == EXPECTED
    assert "attachment" in table.headers["content-disposition"]
    for form, syntax in (("ttl", pyoxigraph.RdfFormat.TURTLE), ("jsonld", pyoxigraph.RdfFormat.JSON_LD)):
        content = sample_client.get("/api/ask", params={"q": FLAGSHIP, "format": form}).content
        subjects = {quad.subject.value for quad in pyoxigraph.parse(content, syntax)}
        assert {f"https://w3id.org/trialgraph/trial/{trial}" for trial in EXPECTED} <= subjects


def test_an_empty_answer_as_rdf_is_an_empty_graph(sample_client: httpx.Client) -> None:
    answer = sample_client.get("/api/ask", params={"q": "PD-L1 in 1999", "f": "phase:PHASE4", "format": "nt"})
    assert (answer.status_code, answer.content) == (200, b"")


def test_pages_of_an_answer(sample_client: httpx.Client) -> None:
    value = api(sample_client, q="PD-L1 inhibitors", limit=2, cursor=2)
    assert [one["id"] for one in value["trials"]] == ids(page(sample_client, q="PD-L1 inhibitors"))[2:4]
    assert (value["total"], value["truncated"]) == (5, True)
    beyond = api(sample_client, q="PD-L1 inhibitors", cursor=50)
    assert (beyond["total"], beyond["trials"]) == (5, [])


def test_facets_alone_are_an_answer(sample_client: httpx.Client) -> None:
    value = api(sample_client, f=["class:pd-l1-inhibitor", "line:2"])
    assert value["total"] == 4
    assert [one["label"] for one in value["parts"]] == ["gives PD-L1 inhibitor", "line 2"]


@pytest.mark.parametrize("params", [{"f": "bogus:1"}, {"f": "line:99"}, {"q": "x" * 3000}])
def test_a_bad_address_is_a_page_that_says_so(sample_client: httpx.Client, params: dict[str, str]) -> None:
    answer = sample_client.get("/ask", params=params)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>Wrong usage</h1>" in answer.text


def test_a_comparison_has_a_side_for_each(sample_client: httpx.Client) -> None:
    value = api(sample_client, q="compare PD-1 and PD-L1 inhibitors")
    first, second = value["comparison"]
    assert "PD-1" in first["name"]
    assert "PD-L1" in second["name"]
    assert first["total"] + second["total"] >= value["total"] > 0
    assert "Compared" in page(sample_client, q="PD-1 versus PD-L1 inhibitors")
    assert "nothing to compare" in api(sample_client, q="compare melanoma")["note"]


def test_a_misspelt_drug_is_suggested_as_a_link(sample_client: httpx.Client) -> None:
    text = page(sample_client, q="atezolizumap in second line")
    assert "/ask?q=atezolizumab+in+second+line" in links(text)


def test_pages_need_no_script(sample_client: httpx.Client) -> None:
    for path in ("/", f"/ask?q={FLAGSHIP}"):
        text = page(sample_client, path)
        assert "<script" not in text
        assert not re.search(r"\son[a-z]+=", text)


@pytest.mark.slow
def test_no_question_breaks_the_page_or_the_api(sample_client: httpx.Client) -> None:
    """200 garbled, hostile and off-topic questions: a page each, nothing of theirs run or shown as markup."""
    lines = (Path(__file__).parent / "data" / "hostile_questions.jsonl").read_text("utf-8").splitlines()
    for question in (json.loads(line)["question"] for line in lines):
        for path in ("/ask", "/api/ask"):
            answer = sample_client.get(path, params={"q": question})
            assert answer.status_code in ({200, 400} if not question.strip() else {200}), (path, question)
            if path == "/ask":
                assert not re.search(r"<(?:script(?! type=.application/ld.json)|img|iframe|svg onload)", answer.text)


def failing(_text: str, _values: object) -> list[dict[str, str]]:
    raise LimitError("the query took longer than 0.1 s", limit="query_seconds")


def test_what_was_understood_goes_out_before_any_query_runs(small_vocabulary: Vocabulary) -> None:
    answers = Answers(build_ask_service(small_vocabulary), failing, lambda _text, _syntax: b"")
    parts = answer_page(Asked("PD-L1 in second line, please"), answers)
    head = next(parts)
    assert "Understood" in head
    assert "line 2" in head
    rest = "".join(parts)
    assert "the query took longer than 0.1 s" in rest
    assert rest.rstrip().endswith("</html>")


def test_a_facet_that_is_none_is_told_by_a_page_of_its_own(sample_client: httpx.Client) -> None:
    answer = sample_client.get("/ask", params={"q": FLAGSHIP, "f": "colour:blue"})
    assert answer.status_code == 400
    assert "is no facet" in answer.text


def test_head_of_an_answer_has_no_body(sample_client: httpx.Client) -> None:
    answer = sample_client.head("/ask", params={"q": FLAGSHIP})
    assert (answer.status_code, answer.content) == (200, b"")
