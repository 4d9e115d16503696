"""`GET /api/drugs/{id}`: any identifier or name gives one canonical drug."""

import httpx
import pytest


@pytest.mark.parametrize(
    "name",
    [
        "ncit:C156692",
        "NCIT:C156692",
        "C156692",
        "DB17473",
        "TQB2450",
        "tqb 2450",
        "benmelstobart",
        "https://go.drugbank.com/drugs/DB17473",
        "http://purl.obolibrary.org/obo/NCIT_C156692",
        "https://w3id.org/trialgraph/drug/benmelstobart",
    ],
)
def test_any_identifier_gives_the_canonical_drug(sample_client: httpx.Client, name: str) -> None:
    answer = sample_client.get(f"/api/drugs/{name}")
    assert answer.status_code == 200
    found = answer.json()
    assert (found["id"], found["iri"]) == ("benmelstobart", "https://w3id.org/trialgraph/drug/benmelstobart")
    assert found["targets"] == ["CD274"]
    assert all(xref["source"] and xref["iri"] for xref in found["xrefs"])


def test_nothing_is_made_up(sample_client: httpx.Client) -> None:
    assert sample_client.get("/api/drugs/no-such-drug-at-all").status_code == 404
    assert sample_client.get("/api/drugs/https://w3id.org/trialgraph/target/benmelstobart").status_code == 404
