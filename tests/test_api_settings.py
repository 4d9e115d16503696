"""Settings: where a value comes from, and that each one is documented."""

from pathlib import Path

import pytest

from api.settings import Settings, load_settings, token_of
from ontology.errors import UsageError

DOCUMENT = Path(__file__).parents[1] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def bare_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TRIALGRAPH_{name.upper()}", raising=False)


@pytest.mark.skipif(not DOCUMENT.exists(), reason="the documents are not beside the tests")
def test_the_document_has_one_row_for_each_setting() -> None:
    rows = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{name}` | `{field.default}` | {field.description} |" for name, field in Settings.model_fields.items()
    ]


def test_an_option_wins_over_the_environment_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "trialgraph.toml").write_text('store = "from-file"\nport = 1\nhost = "file.example"\n')
    monkeypatch.setenv("TRIALGRAPH_STORE", "from-env")
    monkeypatch.setenv("TRIALGRAPH_PORT", "2")
    settings = load_settings(store="from-option", host=None)
    assert (settings.store, settings.port, settings.host) == ("from-option", 2, "file.example")


def test_the_file_may_be_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.toml").write_text("jobs = 3\n")
    monkeypatch.setenv("TRIALGRAPH_CONFIG", str(tmp_path / "other.toml"))
    assert load_settings().jobs == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("port = 99999\n", "`port`"),
        ("colour = 'red'\n", "`colour`"),
        ("port =\n", "settings file"),
        ("\xff", "settings file"),
    ],
)
def test_a_bad_file_names_its_fault(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "trialgraph.toml").write_bytes(content.encode("latin-1"))
    with pytest.raises(UsageError, match=message):
        load_settings()


def test_a_bad_environment_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALGRAPH_QUERY_SECONDS", "soon")
    with pytest.raises(UsageError, match="`query_seconds`"):
        load_settings()


def test_the_token_comes_from_its_file_and_never_shows(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a-secret\n")
    settings = load_settings(token_file=tmp_path / "token", token="another-secret")
    assert token_of(settings) == "a-secret"
    assert "secret" not in repr(settings)
    assert token_of(load_settings()) is None


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff"])
def test_a_token_file_without_a_token_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "token").write_bytes(content)
    with pytest.raises(UsageError):
        token_of(load_settings(token_file=tmp_path / "token"))
