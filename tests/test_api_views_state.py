"""What is new, how good the data is, and the neighbourhoods that one can walk, over the sample records (invented)."""

import re

import httpx
import pytest

from api.views.walk import WIDTH, Neighbour, height_of, placed


def page(client: httpx.Client, path: str, status: int = 200) -> str:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"].startswith("text/html")
    return answer.text


def test_what_is_new_since_a_day(sample_client: httpx.Client) -> None:
    everything = re.findall(r'href="/trial/(NCT\d+)"', page(sample_client, "/new?since=2000-01-01"))
    days = re.findall(r'<td class="day">(\d{4}-\d\d-\d\d)</td>', page(sample_client, "/new?since=2000-01-01"))
    assert everything
    later = re.findall(r'href="/trial/(NCT\d+)"', page(sample_client, f"/new?since={max(days)}"))
    assert 0 < len(later) <= len(everything)
    assert later == everything[: len(later)]
    assert "None in this graph" in page(sample_client, "/new?since=2999-01-01")
    assert "New or changed" in page(sample_client, "/new")


@pytest.mark.parametrize("day", ["yesterday", "2024-13-01", "2024-1-1"])
def test_what_is_no_day_is_told(sample_client: httpx.Client, day: str) -> None:
    assert "is no day" in page(sample_client, f"/new?since={day}", status=400)


def test_quality_tells_what_was_left_open(sample_client: httpx.Client) -> None:
    text = page(sample_client, "/quality")
    abstained = sample_client.get("/api/trials/NCT99000001").json()["abstained"]
    assert "every trial keeps to the shapes" in text
    assert all(one["field"] in text for one in abstained)


@pytest.mark.parametrize("start", ["/walk/trial/NCT99000001", "/walk/class/pd-l1-inhibitor", "/walk/target/CD274"])
def test_every_neighbour_can_be_walked_to(sample_client: httpx.Client, start: str) -> None:
    links = set(re.findall(r'href="(/walk/[^"]+)"', page(sample_client, start)))
    assert len(links) >= 3
    for link in sorted(links)[:8]:
        assert "<svg" in page(sample_client, link)


def test_there_is_no_way_to_nowhere(sample_client: httpx.Client) -> None:
    assert "Not found" in page(sample_client, "/walk/drug/no-such-drug", status=404)
    assert sample_client.get("/walk/dragon/x").status_code == 422


def test_neighbours_are_drawn_once_and_inside() -> None:
    found = placed([Neighbour("drug", "drug", f"d{n % 30}", "x" * n) for n in range(60)])
    assert len({(one.x, one.y) for one in found}) == len(found) == 30
    assert all(0 < one.x < WIDTH and 0 < one.y < height_of(30) and len(one.name) <= 35 for one in found)


def test_every_link_between_pages_leads_somewhere(sample_client: httpx.Client) -> None:
    seen: set[str] = set()
    for start in (
        "/",
        "/ask?q=PD-L1 inhibitors",
        "/trial/NCT99000001",
        "/drug/atezolizumab",
        "/quality",
        "/new?since=2020-01-01",
    ):
        found = {link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', page(sample_client, start))}
        seen |= set(sorted(found)[:25])
    for link in sorted(seen):
        assert sample_client.get(link).status_code in {200, 301, 303}, link
