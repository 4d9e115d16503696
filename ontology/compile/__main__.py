"""`python -m ontology.compile --from FOLDER`: rebuild the tables of `ontology/vocabulary/`.

The same sources and overlay give the same bytes. Nothing is written unless the whole build holds together.
"""

import argparse
import sys
from pathlib import Path

from ontology.compile import sources
from ontology.compile.build import build
from ontology.errors import VocabularyError
from ontology.table_schema import SCHEMA, check
from ontology.tables import WIDE
from ontology.tsv import parse, render

HOME = Path(__file__).parents[1]
WIDE_COLUMNS = ("id", "name", "names", "xrefs", "parents")


def main(arguments: list[str] | None = None) -> int:
    """Build, check, write; 0 when done, 1 when a source or the overlay is at fault."""
    parser = argparse.ArgumentParser(prog="python -m ontology.compile", description=__doc__)
    parser.add_argument("--from", dest="sources", type=Path, required=True, help="folder of the official files")
    parser.add_argument("--overlay", type=Path, default=HOME / "overlay", help="folder of the curated tables")
    parser.add_argument("--to", type=Path, default=HOME / "vocabulary", help="folder to write the tables to")
    given = parser.parse_args(arguments)
    try:
        sources.require(given.sources)
        texts = rendered(given.sources, given.overlay)
    except VocabularyError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for name, text in texts.items():
        path = given.to / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


def rendered(folder: Path, overlay: Path) -> dict[str, str]:
    """The text of every table, checked against the schema.

    Raises:
        VocabularyError: a source, the overlay or a made table is at fault.
    """
    columns = {**SCHEMA, WIDE: WIDE_COLUMNS}
    texts = {name: render(columns[name], rows) for name, rows in build(folder, overlay).items()}
    check({name: parse(name, texts[name], SCHEMA[name]) for name in SCHEMA})
    return texts


if __name__ == "__main__":
    sys.exit(main())
