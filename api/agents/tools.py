"""What the tools for agents answer: JSON objects small enough for a context, that say what they leave out.

Every answer has a `notice` in words: complete, cut short and how to get more, or empty and what to try. The functions
block; they know nothing of the protocol that carries them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from api.answers import Answers
from api.ask.answer import Page
from api.ask.service import Wish
from api.facets import facet_query
from api.queries import rows_of
from ontology import terms
from ontology.errors import UsageError
from ontology.iri import NAMESPACES, TG

Json = dict[str, Any]
RunAny = Callable[[str], tuple[str, bytes]]
"""Runs any read query: the kind of its answer (`solutions`, `boolean`, `triples`), and JSON or Turtle. Blocking."""

QUOTES = 3
"""Quotes of one trial or fact."""
TRIPLES = 20_000
"""Characters of triples."""
EXAMPLES = ("flagship.rq", "examples/partners_second_line.rq", "examples/lines_with_sentences.rq")
EMPTY = "Nothing in the graph matches. This is an answer, not an error: do not fill it from memory."


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools over one graph."""

    answers: Answers
    run_any: RunAny

    def ask(self, question: str, limit: int = 10) -> Json:
        """A question in words."""
        value = self.answers.ask(Wish(question), Page(limit))
        trials = [_brief(trial) for trial in value["trials"]]
        kept = ("understood", "not_understood", "suggestions", "note", "comparison", "near_misses", "sparql")
        partners = value.get("partners", ())[:30]
        return {
            "notice": _ask_notice(value, len(trials)),
            **{name: value[name] for name in kept if value.get(name)},
            **({"partners": partners} if partners else {}),
            **_counted(value["total"], trials),
        }

    def find_trials(self, facets: Mapping[str, str | None], limit: int = 10, cursor: int = 0) -> Json:
        """Trials by facets, all of which hold."""
        given = {name: [value] for name, value in facets.items() if value}
        if not given:
            raise UsageError("no facet is given", hint="name a target, drug, class, line, condition ...")
        value = self.answers.page(facet_query(given, self.answers.service), limit=limit, offset=cursor)
        trials = [_brief(trial) for trial in value["trials"]]
        more = f"; go on with cursor={value['next']}" if value["next"] else ""
        notice = f"{len(trials)} of {value['total']} trials shown{more}." if trials else EMPTY
        return {
            "notice": notice,
            "understood": value["understood"],
            **_counted(value["total"], trials),
            "next_cursor": value["next"],
        }

    def trial(self, identifier: str) -> Json:
        """All facts of a trial, some evidence of each."""
        value = self.answers.trial(identifier)
        left_out = 0
        for name, facts in value.items():
            if isinstance(facts, list) and facts and isinstance(facts[0], dict) and "evidence" in facts[0]:
                left_out += sum(max(len(fact["evidence"]) - QUOTES, 0) for fact in facts)
                value[name] = [{**fact, "evidence": _quotes(fact["evidence"])} for fact in facts]
        cut = f" {left_out} more quotes are left out; the trial's page has them." if left_out else ""
        return {"notice": f"Facts that are empty are not said in the record, or abstained from.{cut}", **value}

    def drug(self, name: str) -> Json:
        """A drug by any name or identifier."""
        value = self.answers.drug(name)
        names = sorted({one["name"] for one in value["names"]})
        others = value["also_called_so"]
        also = f" Others are called so too: {', '.join(others)}." if others else ""
        cut = f" {len(names) - 40} of its names are left out." if len(names) > 40 else ""
        return {"notice": f"In {value['trials']} trials of this graph.{also}{cut}", **value, "names": names[:40]}

    def schema(self) -> Json:
        """What a writer of SPARQL needs to know."""
        known = [value for key, value in vars(terms).items() if key.isupper()]
        names = sorted(f"tg:{value.removeprefix(TG)}" for value in known)
        folder = files("graph").joinpath("queries")
        return {
            "notice": "The default graph is the union of trials, vocabulary and derived triples.",
            "prefixes": dict(NAMESPACES),
            "classes": [name for name in names if name[3].isupper()],
            "properties": [name for name in names if name[3].islower()],
            "counts": self.answers.stats(),
            "examples": [folder.joinpath(name).read_text("utf-8") for name in EXAMPLES],
        }

    def sparql(self, query: str, limit: int = 50) -> Json:
        """The answer to a query: the first rows, or triples."""
        kind, body = self.run_any(query)
        if kind == "triples":
            text = body.decode("utf-8", "replace")
            cut = len(text) > TRIPLES
            notice = f"The first {TRIPLES} characters; add a LIMIT." if cut else "Complete." if text.strip() else EMPTY
            return {"notice": notice, "truncated": cut, "turtle": text[:TRIPLES]}
        results = parse_query_results(body, QueryResultsFormat.JSON)
        if not isinstance(results, QuerySolutions):
            return {"notice": "Complete.", "truncated": False, "boolean": bool(results)}
        rows = [dict(row) for row in rows_of(body)]
        more = len(rows) > limit
        notice = f"The first {limit} of {len(rows)} rows." if more else "Complete." if rows else EMPTY
        columns = [variable.value for variable in results.variables]
        return {"notice": notice, "truncated": more, "total": len(rows), "columns": columns, "rows": rows[:limit]}


def _counted(total: int, trials: Sequence[Json]) -> Json:
    return {"total": total, "shown": len(trials), "truncated": total > len(trials), "trials": list(trials)}


def _ask_notice(value: Mapping[str, Any], shown: int) -> str:
    """What became of a question, in words; what had no effect first, since the answer is not of it."""
    parts = []
    if value["not_understood"]:
        words = ", ".join(repr(word) for word in value["not_understood"][:20])
        parts.append(f"Not understood, so without effect on this answer: {words}.")
    if value["total"] == 0:
        near = "; ".join(f"without '{one['label']}' there are {one['total']}" for one in value.get("near_misses", ()))
        parts.append(EMPTY + (f" Near misses: {near}." if near else ""))
    elif value["total"] > shown:
        parts.append(f"{shown} of {value['total']} trials are shown; ask with a larger limit for more.")
    else:
        parts.append(f"All {shown} trials are shown.")
    return " ".join(parts)


def _brief(trial: Mapping[str, Any]) -> Json:
    """A trial of an answer without the evidence of every line."""
    lines = [{key: line[key] for key in ("min", "max", "arm")} for line in trial["lines"]]
    evidence = _quotes(trial["evidence"])
    left = len(trial["evidence"]) - len(evidence)
    more = {"evidence_left_out": left} if left else {}
    return {**trial, "lines": lines, "evidence": evidence, **more}


def _quotes(evidence: Sequence[Mapping[str, Any]]) -> list[Json]:
    return [dict(one) for one in evidence[:QUOTES]]
