"""The page of a trial: its facts in one column, the text that they rest on in the other, each linked to the other."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from api.views.passages import FactRow, places, sections
from api.views.render import line_words, page
from api.views.schema_org import trial_schema


def trial_page(trial: Mapping[str, Any], record: Mapping[str, str] | None = None) -> str:
    """The page of a trial's JSON object, with the record's text by section, or where that is not kept with quotes."""
    numbered = _numbered(trial)
    found = sections(((number, item) for number, _, _, fact in numbered for item in fact["evidence"]), record or {})
    anchors = places(found)
    parts: dict[str, list[FactRow]] = {}
    for number, title, text, fact in numbered:
        term = fact.get("term")
        row = FactRow(number, text, fact.get("certainty") == "inferred", anchors.get(number, ()), term and f"/{term}")
        parts.setdefault(title, []).append(row)
    names = {number: f"{title}: {text}" for number, title, text, _ in numbered}
    whole = record is not None
    return page(
        "trial.html", trial=trial, parts=parts, sections=found, names=names, whole=whole, schema=trial_schema(trial)
    )


def _numbered(trial: Mapping[str, Any]) -> list[tuple[int, str, str, Mapping[str, Any]]]:
    """Every fact: its number on the page, its heading, its words, itself."""
    facts = ((title, say(fact), fact) for title, name, say in PARTS for fact in trial[name])
    return [(number, *fact) for number, fact in enumerate(facts, 1)]


def _joined(values: Iterable[Any]) -> str:
    return ", ".join(str(value) for value in values if value)


def _intervention(fact: Mapping[str, Any]) -> str:
    kind = _joined([fact["role"], fact["purpose"], *fact["classes"], *fact["targets"]])
    return f"{fact['name']} ({kind})"


def _regimen(fact: Mapping[str, Any]) -> str:
    choice = "; ".join(f"one of {', '.join(group)}" for group in fact["one_of"])
    return f"{fact['arm'] or fact['role']}: {' + '.join(fact['interventions'])}" + (f" ({choice})" if choice else "")


def _outcome(fact: Mapping[str, Any]) -> str:
    months = fact["time_frame_months"]
    return _joined([fact["rank"], fact["code"], f"{months:g} months" if months else None])


Say = Callable[[Mapping[str, Any]], str]
PARTS: tuple[tuple[str, str, Say], ...] = (
    ("Lines of therapy", "lines", line_words),
    ("Settings", "settings", lambda fact: str(fact["name"])),
    ("Regimens", "regimens", _regimen),
    ("Interventions", "interventions", _intervention),
    ("Conditions", "conditions", lambda fact: _joined([fact["name"], fact["stage"]])),
    ("Prior therapy", "prior", lambda fact: f"{fact['name']}: {fact['polarity']}"),
    ("Biomarkers", "biomarkers", lambda fact: str(fact["name"])),
    ("Outcomes", "endpoints", _outcome),
    ("Doses", "doses", lambda fact: _joined([fact["name"], fact["amount"], fact["route"], fact["schedule"]])),
)
