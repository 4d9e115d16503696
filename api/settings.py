"""All settings in one table: name, default and what it is for.

A value comes from a command-line option, else from an environment variable `TRIALGRAPH_<NAME>`, else from the file
`trialgraph.toml` of the current folder (or the one that `TRIALGRAPH_CONFIG` names), else it is the default. A test
keeps `docs/settings.md` in step with this table.
"""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from ontology.errors import UsageError, Where

ENV_PREFIX = "TRIALGRAPH_"
CONFIG_FILE = "trialgraph.toml"


class Settings(BaseSettings):
    """What can be set. Frozen: settings are read once, and passed to whoever needs them."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, frozen=True, extra="forbid")

    store: str = Field(".trialgraph", description="The store: a folder, or the URL of a SPARQL 1.1 endpoint.")
    store_query_url: str | None = Field(None, description="A remote store's address for queries; default: `/query`.")
    store_update_url: str | None = Field(None, description="Its address for updates; default: `/update`.")
    store_graph_url: str | None = Field(None, description="Its address for graphs (Graph Store); default: `/store`.")
    store_user: str | None = Field(None, description="Who we are to a remote store; the address may tell, too.")
    store_password: SecretStr | None = Field(None, description="The password for that.")
    store_password_file: Path | None = Field(None, description="A file that holds it, in place of `store_password`.")
    store_auth: Literal["basic", "digest"] = Field("basic", description="How a remote store is told both.")
    store_default_graph: Literal["own", "all"] = Field(
        "own",
        description="A remote store's default graph: one of its `own`, or `all` its graphs together (Virtuoso).",
    )
    store_batch_kb: int = Field(1024, ge=1, description="The most triples that a remote store is sent at once, in KiB.")
    store_seconds: float = Field(120, gt=0, description="The time that one request to a remote store may take.")
    host: str = Field("127.0.0.1", description="The address that `serve` listens on.")
    port: int = Field(8000, ge=0, le=65535, description="The port that `serve` listens on; 0 takes a free one.")
    base: str = Field(
        "https://w3id.org/trialgraph/", description="The address under which the pages of trials and drugs are served."
    )
    token: SecretStr | None = Field(None, description="The bearer token for writing; without one, nobody writes.")
    token_file: Path | None = Field(None, description="A file that holds the token, in place of `token`.")
    jobs: int = Field(0, ge=0, description="Worker processes of `build`; 0 means one for each processor.")
    scheduler: str = Field(
        "", description="The Dask scheduler over whose workers `build` spreads extraction, as `tcp://host:8786`."
    )
    validator: Literal["compiled", "pyshacl"] = Field(
        "compiled",
        description="What judges the trials of a `build` on this machine: `compiled` shapes, or `pyshacl`.",
    )
    checkpoint_records: int = Field(
        5000, ge=1, description="`build` publishes after so many records; a killed build goes on from there."
    )
    checkpoint_seconds: float = Field(
        60,
        gt=0,
        description="`build` publishes after so many seconds, too; in a large build later, up to five minutes.",
    )
    registry_url: str = Field(
        "https://clinicaltrials.gov/api/v2", description="The base URL of the registry's API v2, for `fetch`."
    )
    registry_per_minute: float = Field(
        40, gt=0, le=6000, description="Requests that `fetch` sends in a minute, at most; the tries of one count too."
    )
    registry_page_size: int = Field(200, ge=1, le=1000, description="Records that `fetch` asks for at a time.")
    registry_seconds: float = Field(60, gt=0, description="The time that `fetch` waits for the registry's next bytes.")
    registry_contact: str = Field(
        "", description="An address that `fetch` names in its User-Agent, so that the registry can reach you."
    )
    query_seconds: float = Field(30, gt=0, description="The time that one query may take.")
    query_memory_mb: int = Field(4096, ge=512, description="The address space, in MiB, that one query may take.")
    query_kb: int = Field(1024, ge=1, description="The largest query, in KiB.")
    answer_mb: int = Field(2048, ge=1, description="The largest answer, in MiB before compression.")
    readers: int = Field(4, ge=1, le=64, description="Query processes of each HTTP process.")
    long_queries: int = Field(4, ge=0, le=64, description="Long queries that may run beside the short ones.")
    long_per_client: int = Field(2, ge=0, description="Long queries that one client may run at a time.")
    patience_seconds: float = Field(
        0.1, gt=0, description="Processor time after which a query is a long one, and lets the others go first."
    )
    queue_seconds: float = Field(10, gt=0, description="The time that a query waits for a free process.")
    requests_per_client: int = Field(64, ge=1, description="Requests that one client may have open.")
    workers: int = Field(1, ge=1, le=64, description="HTTP processes of `serve`.")
    body_mb: int = Field(64, ge=1, description="The largest body of an update or a graph, in MiB.")
    body_seconds: float = Field(30, gt=0, description="The time in which a request must have come, body included.")
    header_kb: int = Field(32, ge=1, description="The most that address and headers of a request may take, in KiB.")
    idle_seconds: int = Field(20, ge=1, description="How long a connection without a request stays open.")
    send_seconds: float = Field(60, gt=0, description="How long an answer waits for a client that does not read.")
    drain_seconds: int = Field(20, ge=1, description="How long `serve`, told to end, lets open requests go on.")
    cache_mb: int = Field(64, ge=0, description="Memory for answers that are given again, in MiB per HTTP process.")
    dataset: Literal["union", "plain"] = Field(
        "union", description="`union`: the contract's graphs. `plain`: any dataset, all of it writable with the token."
    )
    service_allow: tuple[str, ...] = Field((), description="Endpoints that SERVICE may ask, by their whole address.")
    service_private: bool = Field(False, description="Whether those may be at addresses that are not public.")  # noqa: FBT003
    service_seconds: float = Field(10, gt=0, description="The time that one SERVICE may take.")
    service_kb: int = Field(1024, ge=1, description="The largest answer of one SERVICE, in KiB.")
    cors_origins: tuple[str, ...] = Field(("*",), description="Origins whose pages may ask; `*` means every one.")
    trusted_proxies: tuple[str, ...] = Field((), description="Addresses whose X-Forwarded-For is believed.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least level of log lines.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options before the environment before the file."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=_config_file()))


def load_settings(**options: Any) -> Settings:
    """The settings in force; options that are None were not given.

    Raises:
        UsageError: a value does not fit, or a name in the file is not a setting.
    """
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"the setting `{name}` does not fit: {first['msg']}", hint="see docs/settings.md") from None
    except (OSError, ValueError) as error:
        where = Where(str(_config_file()))
        raise UsageError(f"the settings file cannot be read: {error}", where=where) from None


def token_of(settings: Settings) -> str | None:
    """The token for writing, from the setting or its file.

    Raises:
        UsageError: the file cannot be read or is empty.
    """
    return secret(settings.token, settings.token_file)


def secret(value: SecretStr | None, file: Path | None) -> str | None:
    """A secret from its setting or its file, or None.

    Raises:
        UsageError: the file cannot be read or is empty.
    """
    if file is None:
        return value.get_secret_value() if value else None
    try:
        text = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the secret cannot be read: {error}", where=Where(str(file))) from None
    if not text:
        raise UsageError("the secret's file is empty", where=Where(str(file)))
    return text


def _config_file() -> Path:
    return Path(os.environ.get(f"{ENV_PREFIX}CONFIG", CONFIG_FILE))
