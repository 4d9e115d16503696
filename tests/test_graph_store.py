"""The contract of a store, over every implementation that there is."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, RdfFormat, parse

from api.settings import Settings
from api.stores import open_store
from graph.endpoint import UNION_GRAPH, Endpoint
from graph.ledger import activity_triples, new_activity
from graph.oxigraph import EmbeddedStore
from graph.remote import RemoteReader, RemoteStore
from graph.sparql_client import SparqlClient
from graph.store import LedgerEntry, Reader, Store, Tooling, TrialState, TrialTriples
from ontology.errors import NotFoundError, QuerySyntaxError, StoreBusyError
from ontology.iri import (
    BASE,
    DERIVED_GRAPH,
    PROVENANCE_GRAPH,
    VOCABULARY_GRAPH,
    encode,
    quarantine_graph,
    trial_graph,
    vocabulary_graph,
)

TOOLING = Tooling("extractor 1", "vocabulary-digest", "shapes-digest")


NAMES = ["folder", "oxigraph", "virtuoso"]


@pytest.fixture(params=NAMES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store of each kind. One that has no states of its own promises less, and has fewer tests."""
    if request.param == "folder":
        return EmbeddedStore(tmp_path / "store")
    settings = remote_settings(request.param, request.getfixturevalue(f"{request.param}_server"))
    found = open_store(settings)
    assert isinstance(found, RemoteStore)
    clear(found.backing.endpoint)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Store:
    return EmbeddedStore(tmp_path / "store")


@pytest.fixture
def folder_activity(folder: Store) -> str:
    return begin(folder)


def remote_settings(name: str, url: str) -> Settings:
    if name == "oxigraph":
        return Settings(store=url)
    return Settings(
        store=url.replace("://", "://dba:dba@"),
        store_query_url=f"{url}/sparql",
        store_update_url=f"{url}/sparql-auth",
        store_graph_url=f"{url}/sparql-graph-crud-auth",
        store_auth="digest",
        store_default_graph="all",
        store_batch_kb=64,
    )


def clear(endpoint: Endpoint) -> None:
    client = SparqlClient(endpoint)
    names = list(RemoteReader(client).graphs())
    client.update(" ; ".join(f"DROP SILENT GRAPH <{name}>" for name in [*names, UNION_GRAPH]))
    if endpoint.union is None:
        client.update("DROP DEFAULT")
    client.close()


def begin(store: Store) -> str:
    started = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    name = new_activity(started)
    with store.writer() as writer:
        writer.add(PROVENANCE_GRAPH, activity_triples(name, started, TOOLING))
    return name


@pytest.fixture
def activity(store: Store) -> str:
    return begin(store)


def triple(subject: str, predicate: str, value: str) -> bytes:
    return f'<{BASE}{subject}> <{BASE}{predicate}> "{value}" .\n'.encode()


def trial(
    identifier: str, title: str, *, state: TrialState = TrialState.LOADED, content_hash: str = "h1"
) -> TrialTriples:
    entry = LedgerEntry(identifier, content_hash, "text", f"{identifier}.txt", state, TOOLING)
    subject = f"trial/{encode(identifier)}"
    derived = triple(subject, "shortcut", title) if state is TrialState.LOADED else b""
    return TrialTriples(entry, triple(subject, "title", title) + triple(subject, "also", title), derived)


def ask(reader: Reader, text: str) -> bool:
    result = reader.query(text)
    assert isinstance(result, QueryBoolean)
    return bool(result)


def count(reader: Reader, pattern: str) -> int:
    result = reader.query(f"SELECT * WHERE {{ {pattern} }}")
    assert isinstance(result, QuerySolutions)
    return len(list(result))


def test_an_empty_place_has_no_reader(store: Store) -> None:
    with pytest.raises(NotFoundError, match=r"no store here|the store is empty"), store.reader():
        pass


def test_the_default_graph_is_the_union_of_trial_and_derived(store: Store, activity: str) -> None:
    with store.writer() as writer:
        writer.replace_trials([trial("NCT90000001", "one")], activity)
    with store.reader() as reader:
        assert count(reader, "?s ?p ?o") == 3
        assert count(reader, f"GRAPH <{trial_graph('NCT90000001')}> {{ ?s ?p ?o }}") == 2
        assert count(reader, f"GRAPH <{DERIVED_GRAPH}> {{ ?s ?p ?o }}") == 1


def test_the_vocabulary_is_in_the_union_and_replaced_whole(store: Store) -> None:
    for value in ("old", "new"):
        with store.writer() as writer:
            writer.replace_graph(VOCABULARY_GRAPH, triple("drug/x", "name", value))
    with store.reader() as reader:
        assert count(reader, "?s ?p 'new'") == 1
        assert count(reader, "?s ?p ?o") == 1
        assert len(list(reader.quads(VOCABULARY_GRAPH))) == 1


def test_another_graph_is_not_in_the_union(store: Store) -> None:
    with store.writer() as writer:
        writer.replace_graph("http://example.org/mine", triple("note", "says", "hello"))
    with store.reader() as reader:
        assert count(reader, "?s ?p ?o") == 0
        assert list(reader.graphs()) == ["http://example.org/mine"]


def test_replacing_a_trial_leaves_nothing_of_the_old_one(store: Store, activity: str) -> None:
    for title in ("one", "two"):
        with store.writer() as writer:
            writer.replace_trials([trial("NCT90000001", title), trial("NCT90000002", "other")], activity)
    with store.reader() as reader:
        assert not ask(reader, "ASK { { ?s ?p 'one' } UNION { GRAPH ?g { ?s ?p 'one' } } }")
        assert count(reader, "?s ?p 'two'") == 3
        assert count(reader, "?s ?p 'other'") == 3


def test_replacing_with_the_same_changes_no_quad(store: Store, activity: str) -> None:
    contents = []
    for _ in range(2):
        with store.writer() as writer:
            writer.replace_trials([trial("NCT90000001", "one")], activity)
        with store.reader() as reader:
            contents.append({str(quad) for quad in reader.quads()})
    assert contents[0] == contents[1]


def test_a_quarantined_trial_is_seen_only_in_its_own_graph(store: Store, activity: str) -> None:
    with store.writer() as writer:
        writer.replace_trials([trial("NCT90000001", "good")], activity)
        writer.replace_trials([trial("NCT90000001", "bad", state=TrialState.QUARANTINED)], activity)
    with store.reader() as reader:
        assert count(reader, "?s ?p ?o") == 0
        assert count(reader, f"GRAPH <{quarantine_graph('NCT90000001')}> {{ ?s ?p 'bad' }}") == 2
        assert reader.ledger()["NCT90000001"].state is TrialState.QUARANTINED
        assert not ask(reader, "ASK { GRAPH ?g { ?s ?p 'good' } }")


def test_a_removed_trial_is_gone_with_its_provenance(store: Store, activity: str) -> None:
    with store.writer() as writer:
        writer.replace_trials([trial("NCT90000001", "one"), trial("NCT90000002", "two")], activity)
        writer.remove_trials(["NCT90000001", "NCT90000009"])
    with store.reader() as reader:
        assert list(reader.ledger()) == ["NCT90000002"]
        assert not ask(reader, "ASK { { ?s ?p 'one' } UNION { GRAPH ?g { ?s ?p 'one' } } }")


def test_the_ledger_gives_back_what_was_stored(store: Store, activity: str) -> None:
    stored = trial("a trial/with odd id", "one", content_hash="abc")
    with store.writer() as writer:
        writer.replace_trials([stored], activity)
    with store.reader() as reader:
        assert reader.ledger() == {"a trial/with odd id": stored.entry}


def test_a_reader_keeps_its_moment(folder: Store, folder_activity: str) -> None:
    store, activity = folder, folder_activity
    with store.reader() as before, store.writer() as writer:
        writer.replace_trials([trial("NCT90000001", "one")], activity)
        assert count(writer, "?s ?p ?o") == 3
        writer.publish()
        with store.reader() as after:
            assert (count(before, "?s ?p ?o"), count(after, "?s ?p ?o")) == (0, 3)
            assert before.version != after.version


def test_an_error_in_the_block_throws_away_what_was_not_published(folder: Store, folder_activity: str) -> None:
    store, activity = folder, folder_activity

    def break_down() -> None:
        with store.writer() as writer:
            writer.replace_trials([trial("NCT90000001", "published")], activity)
            writer.publish()
            writer.replace_trials([trial("NCT90000002", "lost")], activity)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_down()
    with store.reader() as reader:
        assert list(reader.ledger()) == ["NCT90000001"]


def test_a_second_writer_is_refused_and_a_reader_is_not(store: Store, activity: str) -> None:
    with store.writer():
        with pytest.raises(StoreBusyError, match="another writer"), store.writer():
            pass
        with store.reader() as reader:
            assert activity in {str(quad.subject.value) for quad in reader.quads(PROVENANCE_GRAPH)}  # type: ignore[union-attr]


def test_a_query_takes_values_for_its_variables(store: Store, activity: str) -> None:
    with store.writer() as writer:
        writer.replace_trials([trial("NCT90000001", "one"), trial("NCT90000002", "two")], activity)
    with store.reader() as reader:
        bound = {"s": NamedNode(f"{BASE}trial/NCT90000002")}
        result = reader.query("SELECT ?s ?o WHERE { ?s <https://w3id.org/trialgraph/title> ?o }", bindings=bound)
        assert isinstance(result, QuerySolutions)
        assert [solution["o"].value for solution in result] == ["two"]


def test_a_malformed_query_names_its_place(store: Store, activity: str) -> None:
    assert activity
    with store.reader() as reader, pytest.raises(QuerySyntaxError) as caught:
        reader.query("SELECT *\n WHERE {")
    if not isinstance(store, RemoteStore):
        assert (caught.value.line, caught.value.column) == (2, 9)
    assert "\n" not in str(caught.value)


def test_literals_of_every_kind_come_back(store: Store) -> None:
    """Languages and lexical forms may change where an engine keeps values; what is meant may not."""
    xsd = "http://www.w3.org/2001/XMLSchema#"
    values = {
        "flag": f'"true"^^<{xsd}boolean>',
        "number": f'"42"^^<{xsd}integer>',
        "day": f'"2026-01-02"^^<{xsd}date>',
        "month": f'"2026-01"^^<{xsd}gYearMonth>',
        "amount": f'"1.5"^^<{xsd}decimal>',
        "text": '"a \\"quote\\", a line\\nbreak, \\u00e9, \\\\"',
        "empty": '""',
        "said": '"h\u00e5nd"@nb',
        "long": '"' + "a long text, " * 20_000 + '"',
    }
    lines = "".join(f"<{BASE}x> <{BASE}{name}> {value} .\n" for name, value in values.items())
    with store.writer() as writer:
        writer.replace_graph("http://example.org/mine", lines.encode())
    expected = {(quad.predicate, quad.object) for quad in parse(lines.encode(), RdfFormat.N_TRIPLES)}
    with store.reader() as reader:
        assert {(quad.predicate, quad.object) for quad in reader.quads("http://example.org/mine")} == expected
        rows = reader.query("SELECT ?p ?o WHERE { GRAPH <http://example.org/mine> { ?s ?p ?o } }")
        assert isinstance(rows, QuerySolutions)
        assert {(row["p"], row["o"]) for row in rows} == expected
        assert ask(reader, f"ASK {{ GRAPH <http://example.org/mine> {{ ?s <{BASE}flag> true }} }}")


def test_a_large_graph_arrives_whole(store: Store) -> None:
    lines = b"".join(triple(f"s{number}", "number", str(number)) for number in range(11_000))
    with store.writer() as writer:
        writer.replace_graph(VOCABULARY_GRAPH, lines)
        writer.replace_graph(VOCABULARY_GRAPH, lines)
    with store.reader() as reader:
        assert count(reader, f"?s <{BASE}number> ?o") == 11_000
        assert sum(1 for _ in reader.quads(VOCABULARY_GRAPH)) == 11_000


def test_what_two_vocabularies_say_stays_while_one_of_them_does(store: Store) -> None:
    both, one = triple("drug/x", "name", "both"), triple("drug/x", "name", "one")
    with store.writer() as writer:
        writer.replace_graph(VOCABULARY_GRAPH, both + one)
        writer.replace_graph(vocabulary_graph("other"), both)
        writer.replace_graph(VOCABULARY_GRAPH, b"")
    with store.reader() as reader:
        assert ask(reader, "ASK { ?s ?p 'both' }")
        assert not ask(reader, "ASK { ?s ?p 'one' }")


def test_a_graph_is_asked_for_by_name(store: Store, activity: str) -> None:
    with store.writer() as writer:
        writer.replace_trials([trial("NCT90000001", "one")], activity)
    with store.reader() as reader:
        named = f"GRAPH <{trial_graph('NCT90000001')}> {{ ?s <{BASE}title> ?title }} ?s <{BASE}shortcut> ?shortcut"
        assert count(reader, named) == 1
        assert not ask(reader, f"ASK {{ GRAPH <{BASE}graph/none> {{ ?s ?p ?o }} }}")
