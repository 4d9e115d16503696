"""One IRI, many forms: pages, JSON and RDF of trials and terms, over the sample records (which are invented)."""

import html
import json
import re
from pathlib import Path

import httpx
import pyoxigraph
import pytest
from fastapi import Request

from api.answers import Answers
from api.ask.service import build_ask_service
from api.things import Things
from api.views.render import data_block
from api.views.schema_org import trial_schema
from api.views.things import elsewhere
from api.views.trial import trial_page
from ontology.iri import Kind
from ontology.model import Vocabulary

THINGS = [
    "/trial/NCT99000001",
    "/drug/atezolizumab",
    "/class/pd-l1-inhibitor",
    "/target/CD274",
    "/condition/lung-cancer",
    "/endpoint/PFS",
]
RDF = {
    "text/turtle": pyoxigraph.RdfFormat.TURTLE,
    "application/ld+json": pyoxigraph.RdfFormat.JSON_LD,
    "application/n-triples": pyoxigraph.RdfFormat.N_TRIPLES,
    "application/rdf+xml": pyoxigraph.RdfFormat.RDF_XML,
}


def get(client: httpx.Client, path: str, accept: str = "text/html", status: int = 200) -> httpx.Response:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == status, answer.text[:500]
    return answer


@pytest.mark.parametrize("path", THINGS)
def test_one_iri_is_a_page_json_and_rdf(sample_client: httpx.Client, path: str) -> None:
    page = get(sample_client, path)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["vary"] == "Accept"
    value = get(sample_client, path, "application/json").json()
    assert value["id"] == path.rpartition("/")[2]
    sizes = set()
    for media_type, syntax in RDF.items():
        answer = get(sample_client, path, media_type)
        assert answer.headers["content-type"].startswith(media_type)
        sizes.add(len({str(quad.triple) for quad in pyoxigraph.parse(answer.content, syntax)}))
    assert len(sizes) == 1
    assert sizes.pop() > 1


@pytest.mark.parametrize("path", THINGS)
def test_head_says_what_get_would(sample_client: httpx.Client, path: str) -> None:
    head = sample_client.head(path, headers={"Accept": "text/turtle"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/turtle")


@pytest.mark.parametrize("path", THINGS)
def test_a_page_embeds_schema_org_and_no_script_that_runs(sample_client: httpx.Client, path: str) -> None:
    text = get(sample_client, path).text
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL)
    assert [attributes.strip() for attributes, _ in scripts] == ['type="application/ld+json"']
    value = json.loads(scripts[0][1])
    assert value["@context"] == "https://schema.org"
    assert value["@id"] == f"https://w3id.org/trialgraph{path}"
    assert " on" + "click" not in text


@pytest.mark.parametrize("kind", ["trial", "drug", "class", "target", "condition", "endpoint"])
def test_what_is_not_there_is_told_in_every_form(sample_client: httpx.Client, kind: str) -> None:
    page = get(sample_client, f"/{kind}/no-such-thing", status=404)
    assert "<h1>Not found</h1>" in page.text
    problem = get(sample_client, f"/{kind}/no-such-thing", "application/json", status=404)
    assert problem.headers["content-type"] == "application/problem+json"
    assert get(sample_client, f"/{kind}/no-such-thing", "text/turtle", status=404).json()["status"] == 404


def test_another_name_leads_to_the_thing(sample_client: httpx.Client) -> None:
    answer = sample_client.get("/drug/MPDL3280A", params={"format": "ttl"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/drug/atezolizumab?format=ttl")


def test_a_drug_that_has_a_new_name_is_a_redirect_for_good(small_vocabulary: Vocabulary) -> None:
    things = Things(Answers(build_ask_service(small_vocabulary), lambda _text, _values: [], lambda _text, _syntax: b""))
    request = Request({"type": "http", "method": "GET", "path": "/drug/xyz123", "headers": [], "query_string": b""})
    moved = elsewhere(things, Kind.DRUG, "xyz123", request)
    assert moved is not None
    assert (moved.status_code, moved.headers["location"], moved.headers["vary"]) == (301, "/drug/onelimab", "Accept")
    assert elsewhere(things, Kind.DRUG, "onelimab", request) is None


def test_no_form_that_is_accepted(sample_client: httpx.Client) -> None:
    assert get(sample_client, "/drug/atezolizumab", "image/png", status=406).json()["title"] == "Not acceptable"
    assert sample_client.get("/drug/atezolizumab?format=doc").status_code == 400


def test_a_format_in_the_address_wins(sample_client: httpx.Client) -> None:
    answer = sample_client.get("/drug/atezolizumab?format=jsonld", headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "application/ld+json"


def test_a_class_page_has_hierarchy_and_trials_by_line_and_partner(sample_client: httpx.Client) -> None:
    value = get(sample_client, "/class/pd-l1-inhibitor", "application/json").json()
    assert {one["name"] for one in value["broader"]}
    assert "atezolizumab" in {one["id"] for one in value["drugs"]}
    assert value["trials"] >= 3
    assert {one["value"] for one in value["lines"]} >= {"1", "2"} & {one["value"] for one in value["lines"]}
    assert value["lines"]
    assert all(0 < one["trials"] <= value["trials"] for one in (*value["lines"], *value["partners"]))
    page = get(sample_client, "/class/pd-l1-inhibitor").text
    assert all(f"/{one['kind']}/{one['id']}" in page for one in value["partners"])


def test_the_page_of_a_trial_ties_facts_and_text_both_ways(sample_client: httpx.Client) -> None:
    text = get(sample_client, "/trial/NCT99000001").text
    anchors = set(re.findall(r'id="([^"]+)"', text))
    links = set(re.findall(r'href="#([^"]+)"', text)) - {"main"}
    assert links
    assert links <= anchors
    assert {link.partition("-")[0] for link in links} == {"fact", "text"}
    assert {anchor for anchor in anchors if anchor.startswith("text-")} <= links


def test_the_page_of_a_trial_has_the_whole_record(sample_client: httpx.Client) -> None:
    record = Path(__file__).parents[1] / "examples" / "records" / "NCT99000001.json"
    summary = json.loads(record.read_text("utf-8"))["protocolSection"]["descriptionModule"]["briefSummary"]
    text = get(sample_client, "/trial/NCT99000001").text
    shown = html.unescape(re.sub(r'<span class="refs">.*?</span>|<[^>]*>', "", text))
    assert summary in shown
    assert "does not keep the record's full text" not in shown


def test_where_the_text_is_not_kept_the_page_has_the_quotes_and_says_so(sample_client: httpx.Client) -> None:
    value = get(sample_client, "/trial/NCT99000001", "application/json").json()
    text = trial_page(value)
    assert "does not keep the record's full text" in html.unescape(text)
    assert "<mark>" in text
    assert set(re.findall(r'href="#([^"]+)"', text)) - {"main"} <= set(re.findall(r'id="([^"]+)"', text))


def test_a_record_that_holds_markup_is_shown_as_it_is_written(sample_client: httpx.Client) -> None:
    value = get(sample_client, "/trial/NCT99000001", "application/json").json()
    text = trial_page(value, {"invented": "<script>alert(1)</script> & more"})
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in text


def test_a_data_block_cannot_be_left() -> None:
    said = {"name": "</script><script>alert(1)</script><!-- & \u2028"}
    text = str(data_block(said))
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == said


def test_a_trial_in_the_words_of_schema_org(sample_client: httpx.Client) -> None:
    value = trial_schema(get(sample_client, "/trial/NCT99000001", "application/json").json())
    assert value["@type"] == "MedicalTrial"
    assert value["studySubject"]
    assert value["healthCondition"]
