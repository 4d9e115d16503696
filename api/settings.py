"""All settings in one table: name, default and what it is for.

A value comes from a command-line option, else from an environment variable `TRIALGRAPH_<NAME>`, else from the file
`trialgraph.toml` of the current folder (or the one that `TRIALGRAPH_CONFIG` names), else it is the default. A test
keeps `docs/settings.md` in step with this table.
"""

import os
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from ontology.errors import UsageError, Where

ENV_PREFIX = "TRIALGRAPH_"
CONFIG_FILE = "trialgraph.toml"


class Settings(BaseSettings):
    """What can be set. Frozen: settings are read once, and passed to whoever needs them."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, frozen=True, extra="forbid")

    store: str = Field(".trialgraph", description="The store: a folder, or the URL of a SPARQL 1.1 endpoint.")
    host: str = Field("127.0.0.1", description="The address that `serve` listens on.")
    port: int = Field(8000, ge=0, le=65535, description="The port that `serve` listens on; 0 takes a free one.")
    base: str = Field(
        "https://w3id.org/trialgraph/", description="The address under which the pages of trials and drugs are served."
    )
    token: SecretStr | None = Field(None, description="The bearer token for writing; without one, nobody writes.")
    token_file: Path | None = Field(None, description="A file that holds the token, in place of `token`.")
    jobs: int = Field(0, ge=0, description="Worker processes of `build`; 0 means one for each processor.")
    checkpoint_records: int = Field(
        5000, ge=1, description="`build` publishes after so many records; a killed build goes on from there."
    )
    checkpoint_seconds: float = Field(60, gt=0, description="`build` publishes after so many seconds, too.")
    query_seconds: float = Field(30, gt=0, description="The time that one query may take.")

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
    if settings.token_file is None:
        return settings.token.get_secret_value() if settings.token else None
    try:
        token = settings.token_file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the token cannot be read: {error}", where=Where(str(settings.token_file))) from None
    if not token:
        raise UsageError("the token file is empty", where=Where(str(settings.token_file)))
    return token


def _config_file() -> Path:
    return Path(os.environ.get(f"{ENV_PREFIX}CONFIG", CONFIG_FILE))
