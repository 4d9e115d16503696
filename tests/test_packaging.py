"""The five top-level packages belong to this distribution alone, and the wheel has every file that the code reads.

Runs beside the sources, and against an installed wheel with the tests copied elsewhere.
"""

import subprocess
import sys
import zipfile
from importlib.metadata import distribution, packages_distributions
from importlib.resources import files
from pathlib import Path

import pytest

PACKAGES = ("ontology", "extract", "graph", "api", "shapes")
ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_belongs_to_this_distribution_alone(package: str) -> None:
    assert set(packages_distributions().get(package, ["trialgraph"])) == {"trialgraph"}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_says_that_it_is_typed(package: str) -> None:
    assert (files(package) / "py.typed").is_file()


def test_no_test_folder_is_a_package() -> None:
    assert list(Path(__file__).parent.rglob("__init__.py")) == []


@pytest.mark.parametrize(
    "path",
    [
        "ontology/trialgraph.ttl",
        "ontology/prefixes.json",
        "shapes/trial.ttl",
        "graph/queries/builds.rq",
        "graph/queries/ledger.rq",
        "extract/rules",
    ],
)
def test_data_is_found_through_the_package(path: str) -> None:
    package, _, inside = path.partition("/")
    found = files(package).joinpath(inside)
    assert found.is_file() or found.is_dir()


def test_the_command_is_installed() -> None:
    scripts = {point.name: point.value for point in distribution("trialgraph").entry_points}
    assert scripts["trialgraph"] == "api.cli:main"


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="the sources are not here")
@pytest.mark.skipif(not (ROOT / "Makefile").exists(), reason="the sources are not here")
def test_the_wheel_holds_every_tracked_file_of_the_packages(tmp_path: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    tracked = [name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]
    for name in tracked:
        target = tmp_path / "source" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    build = [sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*build, "--wheel-dir", tmp_path, tmp_path / "source"], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("trialgraph-*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    # What the editor is built from stays out; what is built of it goes in, where it was (`make wheel` does).
    wanted = {name for name in tracked if name.partition("/")[0] in PACKAGES and not name.startswith("api/web/src/")}
    assert wanted - packed == set()
    assert {name.partition("/")[0] for name in packed if ".dist-info/" not in name} == set(PACKAGES)
