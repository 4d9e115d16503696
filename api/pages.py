"""Pages for people: the question, its answer with the evidence, a trial with all its facts. Plain HTML, no script."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from jinja2 import ChainableUndefined, Environment, FunctionLoader
from markupsafe import Markup

from api.answers import AnswersDep

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

EXAMPLES = (
    "which PD-L1 combos in second line",
    "PD-1 inhibitors with chemotherapy in first line",
    "antibody-drug conjugates in third line or later",
    "neoadjuvant checkpoint inhibitors",
    "most common partners of PD-L1 inhibitors in second line",
)
PAGE_LIMIT = 50


@router.get("/")
def home(answers: AnswersDep) -> str:
    """The question, examples, and what is in the graph."""
    counts = [(name.replace("_", " "), count) for name, count in answers.stats().items()]
    return page("home.html", examples=EXAMPLES, counts=counts)


@router.get("/ask")
def ask(answers: AnswersDep, q: Annotated[str, Query(max_length=2000)] = "") -> str:
    """The answer to `q`, or an empty form."""
    empty = {"question": "", "trials": [], "total": 0, "understood": {}, "sparql": ""}
    return page("answer.html", answer=answers.ask(q, limit=PAGE_LIMIT) if q.strip() else empty)


@router.get("/trial/{identifier}")
def trial(identifier: str, answers: AnswersDep) -> str:
    """One trial's facts, each beside the text that says it."""
    found = answers.trial(identifier)
    return page("trial.html", trial=found, parts=[(title, found[name], say) for title, name, say in PARTS])


def page(template: str, **values: object) -> str:
    """A template filled in; every value is escaped."""
    return environment().get_template(template).render(values)


@cache
def environment() -> Environment:
    """Templates from `api/web/templates`, HTML escaping always on."""
    found = Environment(
        loader=FunctionLoader(lambda name: files("api").joinpath("web", "templates", name).read_text("utf-8")),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(words=words, line_words=line_words, is_choice=is_choice, marked=marked)
    return found


def static_folder() -> Path:
    """Where the style sheet lies."""
    return Path(str(files("api").joinpath("web", "static")))


def words(value: object) -> str:
    """A value of `understood` in words."""
    if isinstance(value, Mapping):
        return ", ".join(f"{words(part)}" for part in value.values() if part is not None)
    if isinstance(value, list | tuple):
        return "; ".join(words(part) for part in value)
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def line_words(line: Mapping[str, Any]) -> str:
    """Words for a line: "line 2", "line 2 or later", "line 1 to 3", with the arm where cohorts differ."""
    low, high, arm = line["min"], line["max"], line.get("arm")
    span = f"line {low}" if low == high else f"line {low} or later" if high is None else f"line {low} to {high}"
    return f"{span} ({arm})" if arm else span


def marked(evidence: Mapping[str, Any]) -> Markup:
    """The sentence with the quote marked in it, escaped."""
    before, quote, after = str(evidence.get("sentence") or evidence["quote"]).partition(evidence["quote"])
    return Markup("{}<mark>{}</mark>{}").format(before, quote or evidence["quote"], after)


def is_choice(regimen: Mapping[str, Any], name: str) -> bool:
    """True where a therapy of a regimen is one of several alternatives."""
    return any(name in group for group in regimen["one_of"])


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
