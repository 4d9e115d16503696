"""The deployment files name what exists: settings, commands, files of the repository."""

import re
from configparser import RawConfigParser
from pathlib import Path

import pytest

from api.settings import ENV_PREFIX, Settings

DEPLOY = Path(__file__).parents[1] / "deploy"

pytestmark = pytest.mark.skipif(not DEPLOY.is_dir(), reason="the deployment files are not beside the tests")


@pytest.mark.parametrize("name", ["Containerfile", "trialgraph.service"])
def test_settings_that_are_given_exist(name: str) -> None:
    given = set(re.findall(rf"{ENV_PREFIX}(\w+)=", (DEPLOY / name).read_text("utf-8")))
    assert given
    assert given <= {field.upper() for field in Settings.model_fields}


def test_what_the_image_copies_is_there() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    for file in re.findall(r"-r (\S+)", text):
        assert (DEPLOY.parent / file).is_file()
    assert 'CMD ["trialgraph", "serve"]' in text
    assert "USER trialgraph" in text


def test_the_unit_runs_serve_without_privileges() -> None:
    unit = RawConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "trialgraph.service", "utf-8")
    service = unit["Service"]
    assert service["ExecStart"].endswith("trialgraph serve")
    assert (service["DynamicUser"], service["NoNewPrivileges"], service["KillSignal"]) == ("yes", "yes", "SIGTERM")
