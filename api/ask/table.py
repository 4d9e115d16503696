"""An answer as a table: one row a trial."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

COLUMNS = ("question", "id", "title", "lines", "interventions")


def csv_bytes(answer: Mapping[str, Any], *, header: bool = True) -> bytes:
    """CSV in UTF-8 with the columns of `COLUMNS`; arms are parted by ` | `, what an arm gives by ` + `."""
    text = io.StringIO()
    table = csv.writer(text)
    if header:
        table.writerow(COLUMNS)
    for trial in answer["trials"]:
        arms = " | ".join(" + ".join(regimen["interventions"]) for regimen in trial["regimens"])
        table.writerow((answer["question"], trial["id"], trial["title"], lines_in_words(trial["lines"]), arms))
    return text.getvalue().encode()


def lines_in_words(lines: Sequence[Mapping[str, Any]]) -> str:
    """Line ranges: `2`, `1-2`, `3 or later`."""
    return ", ".join(dict.fromkeys(_line_in_words(line["min"], line["max"]) for line in lines))


def _line_in_words(low: int, high: int | None) -> str:
    if high is None:
        return f"{low} or later"
    return str(low) if low == high else f"{low}-{high}"
