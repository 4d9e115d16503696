"""A question's answer: the trials it holds for, and for the first of them the lines, regimens and deciding text."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from api.ask.compile import (
    cohort_sparql,
    count_sparql,
    detail_sparql,
    evidence_sparql,
    has_evidence,
    partners_sparql,
    to_sparql,
)
from api.ask.query import Intent, Question, TrialQuery, understood
from ontology import iri

Row = Mapping[str, str]
Select = Callable[[str], Sequence[Row]]
"""Runs a SELECT and gives its rows: variable name to lexical value, unbound ones left out."""

OTHER_COHORT = "the line and the therapies belong to different cohorts of this trial"


def answer(question: Question, select: Select, *, limit: int = 100) -> dict[str, Any]:
    """The contract's JSON object for a question.

    A question that put no condition has no answer: `total` is 0 and `note` says why. `truncated` is true where there
    are more trials than `limit`.

    Raises:
        TrialGraphError: whatever `select` raises.
    """
    head = {"question": question.text, "understood": understood(question.query), "intent": str(question.intent)}
    tail = {"suggestions": [{"word": word, "name": name} for word, name in question.suggestions]}
    if question.query.is_empty():
        note = "nothing in the question narrows the trials; name a drug, class, target, disease, line or endpoint"
        return {**head, "not_understood": list(question.not_understood), "sparql": "", "trials": [], "total": 0,
                "truncated": False, "note": note, **tail}  # fmt: skip
    rows, total = page(question.query, select, limit=limit)
    value = {
        **head,
        "not_understood": list(question.not_understood),
        "sparql": to_sparql(question.query),
        "trials": describe(question.query, rows, select),
        "total": total,
        "truncated": total > len(rows),
        **tail,
    }
    if question.intent is Intent.PARTNERS and question.query.therapies:
        value["partners"] = _partners(select(partners_sparql(question.query)))
    return value


def page(query: TrialQuery, select: Select, *, limit: int, offset: int = 0) -> tuple[Sequence[Row], int]:
    """One page of a query's trials (rows of `trial` and `title`), and how many there are in all."""
    rows = select(to_sparql(query, limit=limit + 1, offset=offset))
    if len(rows) <= limit:
        return rows, offset + len(rows)
    return rows[:limit], int(select(count_sparql(query))[0]["total"])


def _partners(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The `partners` of an answer: each therapy with the number of trials that give it together with the first."""
    return [
        {"therapy": row.get("name") or _id(row["therapy"]), "iri": row["therapy"], "trials": int(row["trials"])}
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
    apart = _apart(query, trials, select)
    return [
        {
            "id": _id(row["trial"]),
            "title": row["title"],
            "lines": _lines(lines[row["trial"]]),
            "regimens": _regimens(regimens[row["trial"]]),
            "evidence": [{**_evidence(found), "about": found["about"]} for found in evidence[row["trial"]]],
            **({"note": OTHER_COHORT} if row["trial"] in apart else {}),
        }
        for row in rows
    ]


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


def _id(trial: str) -> str:
    """The trial's id from its IRI."""
    found = iri.parse(trial)
    return found.id if found else trial
