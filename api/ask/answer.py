"""A question's answer: the trials it holds for, and for the first of them the lines, regimens and deciding text."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from api.ask.compile import (
    cohort_sparql,
    detail_sparql,
    evidence_sparql,
    has_evidence,
    partners_sparql,
    to_sparql,
)
from api.ask.counts import COUNTED, Row, Select, compare, count, first_trials, near_misses
from api.ask.parts import Condition, Name, conditions
from api.ask.query import Intent, Question, TrialQuery, understood
from ontology import iri

NOTHING_NARROWS = "nothing in the question narrows the trials; name a drug, class, target, disease, line or endpoint"
OTHER_COHORT = "the line and the therapies belong to different cohorts of this trial"


@dataclass(frozen=True, slots=True)
class Page:
    """Which of an answer's trials to give: so many, after so many, in one of `api.ask.compile.ORDERS`."""

    limit: int = 100
    offset: int = 0
    order: str = "id"


FIRST_PAGE = Page()


def answer(
    question: Question,
    select: Select,
    *,
    wanted: Page = FIRST_PAGE,
    name: Name = lambda _kind, key: key,
    known: Sequence[Condition] | None = None,
) -> dict[str, Any]:
    """The contract's JSON object for a question.

    A question that put no condition has no answer: `total` is 0 and `note` says why. `truncated` is true where there
    are more trials than those given. `parts` are the conditions with the keys that take them away; `near_misses`,
    where nothing was found, says how many trials there are without one of them. `comparison` and `partners` are there
    where the question asks for them. `name` gives the name of a thing by kind and id; `known` are the conditions where
    the query was made from a question by dropping and adding.

    Raises:
        TrialGraphError: whatever `select` raises.
    """
    query = question.query
    known = conditions(query, name) if known is None else known
    head = heading(question, known)
    if query.is_empty():
        return {**head, "sparql": "", "trials": [], "total": 0, "truncated": False, "note": NOTHING_NARROWS}
    rows, total = page(query, select, limit=wanted.limit, offset=wanted.offset, order=wanted.order)
    value = {
        **head,
        "sparql": to_sparql(query, order=wanted.order),
        "trials": describe(query, rows, select),
        "total": total,
        "truncated": total > len(rows),
        "near_misses": [] if total else near_misses(known, select),
    }
    return value | _extras(question, select, name)


def heading(question: Question, known: Sequence[Condition]) -> dict[str, Any]:
    """What an answer says of the question itself; no query is run for it."""
    return {
        "question": question.text,
        "understood": understood(question.query),
        "intent": str(question.intent),
        "parts": [one.json() for one in known],
        "not_understood": list(question.not_understood),
        "suggestions": [{"word": word, "name": near} for word, near in question.suggestions],
    }


def _extras(question: Question, select: Select, name: Name) -> dict[str, Any]:
    """What an intent asks for beside the trials."""
    if question.intent is Intent.PARTNERS and question.query.therapies:
        return {"partners": _partners(select(partners_sparql(question.query)))}
    if question.intent is Intent.COMPARE:
        if len(question.sides) > 1:
            return {"comparison": compare(question.sides, select, name)}
        return {"note": "nothing to compare: name two drugs, classes, targets or diseases"}
    return {}


def page(
    query: TrialQuery, select: Select, *, limit: int, offset: int = 0, order: str = "id"
) -> tuple[Sequence[Row], int]:
    """One page of a query's trials (rows of `trial` and `title`), and how many there are in all."""
    if offset + limit <= COUNTED:
        first = first_trials(query, select, order)
        rows = first[offset : offset + limit]
        return rows, len(first) if len(first) <= COUNTED else count(query, select)
    rows = select(to_sparql(query, limit=limit + 1, offset=offset, order=order))
    if len(rows) <= limit and (rows or not offset):
        return rows, offset + len(rows)
    return rows[:limit], count(query, select)


def _partners(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The `partners` of an answer: each therapy with the number of trials that give it together with the first."""
    return [
        {
            "therapy": row.get("name") or iri.identifier(row["therapy"]),
            "iri": row["therapy"],
            "trials": int(row["trials"]),
        }
        for row in rows
    ]


def describe(query: TrialQuery, rows: Sequence[Row], select: Select) -> list[dict[str, Any]]:
    """Each trial with its lines, regimens, and the evidence of what decided."""
    trials = [row["trial"] for row in rows]
    if not trials:
        return []
    lines = _by_trial(select(detail_sparql("ask_lines.rq.jinja", trials)))
    regimens = _by_trial(select(detail_sparql("ask_regimens.rq.jinja", trials)))
    evidence = _by_trial(select(evidence_sparql(query, trials)) if has_evidence(query) else ())
    about = _by_trial(select(detail_sparql("ask_about.rq.jinja", trials)))
    apart = _apart(query, trials, select)
    return [
        {
            "id": iri.identifier(row["trial"]),
            "title": row["title"],
            **_about(about[row["trial"]]),
            "lines": _lines(lines[row["trial"]]),
            "regimens": _regimens(regimens[row["trial"]]),
            "evidence": [{**_evidence(found), "about": found["about"]} for found in evidence[row["trial"]]],
            **({"note": OTHER_COHORT} if row["trial"] in apart else {}),
        }
        for row in rows
    ]


def _about(rows: Iterable[Row]) -> dict[str, list[str]]:
    """Phases, names of conditions, codes of primary endpoints."""
    found: dict[str, list[str]] = {"phases": [], "conditions": [], "endpoints": []}
    for row in rows:
        found[row["kind"]].append(iri.identifier(row["value"]))
    return found


def _apart(query: TrialQuery, trials: Sequence[str], select: Select) -> frozenset[str]:
    """The trials whose line and therapies hold in different cohorts."""
    if not (query.line and (query.therapies or query.combination is not None)):
        return frozenset()
    return frozenset(trials) - {row["trial"] for row in select(cohort_sparql(query, trials))}


def _by_trial(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["trial"]].append(row)
    return found


def _lines(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The contract's `lines`: one object a line."""
    return [
        {
            "min": int(group[0]["min"]),
            "max": int(group[0]["max"]) if "max" in group[0] else None,
            "arm": group[0].get("arm"),
            "evidence": [_evidence(row) for row in group if "quote" in row],
        }
        for group in (list(rows) for _, rows in groupby(rows, key=lambda row: row["line"]))
    ]


def _regimens(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The contract's `regimens`: one object a regimen, in the order of its record."""
    found = []
    for _, group in groupby(rows, key=lambda row: row["regimen"]):
        given = list(group)
        choices: dict[str, list[str]] = {}
        for row in given:
            if "choice" in row:
                choices.setdefault(row["choice"], []).append(row["name"])
        names = list(dict.fromkeys(row["name"] for row in given))
        found.append({"arm": given[0].get("arm"), "role": given[0]["role"], "interventions": names,
                      "one_of": list(choices.values())})  # fmt: skip
    return found


def _evidence(row: Row) -> dict[str, Any]:
    """The contract's E, and the sentence that the quote stands in."""
    place = {"section": row["section"], "start": int(row["start"]), "end": int(row["end"])}
    return {**place, "quote": row["quote"], "sentence": row.get("sentence", row["quote"])}
