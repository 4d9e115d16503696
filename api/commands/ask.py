"""`trialgraph ask`: a question in words, answered with trials and the text that decided."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from pyoxigraph import QuerySolutions

from api.ask.answer import Page
from api.ask.counts import Row, Select
from api.ask.service import Wish, build_ask_service
from api.ask.table import csv_bytes, lines_in_words
from api.commands.common import complain, results, write_line
from api.errors import EXIT_DONE, EXIT_FAULT
from api.settings import Settings
from api.stores import open_store
from graph.store import Reader
from ontology.errors import TrialGraphError, UsageError, Where
from ontology.tables import built_in

Answer = Mapping[str, Any]
ORDER = ("line", "therapy", "partner")
"""What a table shows first of the text that decided; the other formats have all of it."""


def run(questions: Sequence[str], file: Path | None, chosen: str, limit: int, settings: Settings) -> int:
    """Answer all questions in their order; one that cannot be answered is told of, and the others go on."""
    texts = question_texts(questions, file)
    service = build_ask_service(built_in())
    write = WRITERS[chosen]
    failed = False
    with open_store(settings).reader() as reader:
        select = selector(reader)
        for number, text in enumerate(texts):
            try:
                answer: Answer = service.ask(Wish(text), select, Page(limit=limit))
            except TrialGraphError as error:
                complain(error)
                answer, failed = _no_answer(text, error), True
            write(answer, number)
    return EXIT_FAULT if failed else EXIT_DONE


def question_texts(questions: Sequence[str], file: Path | None) -> list[str]:
    """The questions of the call, or those of a file, one a line, blank lines left out.

    Raises:
        UsageError: there is none, or there are both, or the file cannot be read.
    """
    if bool(questions) == (file is not None):
        raise UsageError("give questions: as arguments, or in a file with --questions")
    if file is None:
        return list(questions)
    try:
        return [line.strip() for line in file.read_text("utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no UTF-8 text"
        raise UsageError(f"the questions cannot be read: {reason}", where=Where(str(file))) from None


def selector(reader: Reader) -> Select:
    """Runs a SELECT over a reader."""

    def select(text: str) -> Sequence[Row]:
        solutions = reader.query(text)
        assert isinstance(solutions, QuerySolutions)  # noqa: S101 - the templates of questions are SELECTs
        names = [variable.value for variable in solutions.variables]
        return [{name: str(term.value) for name in names if (term := one[name]) is not None} for one in solutions]

    return select


def _no_answer(text: str, error: TrialGraphError) -> Answer:
    empty = {"understood": {}, "not_understood": [], "sparql": "", "trials": [], "total": 0, "truncated": False}
    return {"question": text, **empty, "error": error.reason}


def write_json(answer: Answer, _number: int) -> None:
    """The contract's object, on one line."""
    results().write(orjson.dumps(answer) + b"\n")


def write_sparql(answer: Answer, number: int) -> None:
    """The query that answered, with the question above it."""
    write_line(("\n" if number else "") + f"# {' '.join(answer['question'].split())}")
    write_line(answer["sparql"] or "# nothing in this question narrows the trials")


def write_csv(answer: Answer, number: int) -> None:
    """One row a trial."""
    results().write(csv_bytes(answer, header=number == 0))


def write_table(answer: Answer, number: int) -> None:
    """For a person: what was understood, then each trial with the text that decided."""
    if number:
        write_line("")
    write_line(answer["question"])
    for line in heading(answer):
        write_line(f"  {line}")
    for trial in answer["trials"]:
        write_line("")
        for line in trial_lines(trial):
            write_line(line)


def heading(answer: Answer) -> list[str]:
    """What was made of a question, and how much it found."""
    understood = "; ".join(f"{name}: {plain(value)}" for name, value in answer["understood"].items())
    lines = [f"understood as {understood}" if understood else "", answer.get("note", "")]
    if answer["not_understood"]:
        lines.append("not understood: " + ", ".join(answer["not_understood"]))
    lines += [f"nothing found; {near_miss(one)}" for one in answer.get("near_misses", ())]
    lines += [f"with {one['therapy']}: {one['trials']}" for one in answer.get("partners", ())[:10]]
    lines += [side_line(one) for one in answer.get("comparison", ())]
    shown = f", the first {len(answer['trials'])} shown" if answer["truncated"] else ""
    lines.append(f"{answer['total']} trial{'' if answer['total'] == 1 else 's'}{shown}")
    return [line for line in lines if line]


def near_miss(found: Mapping[str, Any]) -> str:
    """What leaving a condition out would find."""
    how = "by itself," if found["alone"] else "without"
    return f'{how} "{found["label"]}": {found["total"]} trial{"" if found["total"] == 1 else "s"}'


def side_line(side: Mapping[str, Any]) -> str:
    """One side of a comparison on one line."""
    lists = [f"{name} {_counts(side[name])}" for name in ("lines", "phases", "primary", "secondary") if side[name]]
    return f"{side['name']}: {side['total']} trials, {side['combinations']} of combinations; {'; '.join(lists)}"


def _counts(values: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(f"{one['value']} ({one['trials']})" for one in values)


def trial_lines(trial: Mapping[str, Any]) -> list[str]:
    """One trial: id, title, lines of therapy, experimental arms, quotes."""
    arms = [regimen for regimen in trial["regimens"] if regimen["role"] == "experimental"] or trial["regimens"]
    given = dict.fromkeys(" + ".join(arm["interventions"]) for arm in arms)
    lines = [f"{trial['id']}  {trial['title']}"]
    if trial["lines"]:
        lines.append(f"    line: {lines_in_words(trial['lines'])}")
    lines += [f"    gives: {arm}" for arm in given if arm]
    lines += [f"    {about}: {sentence}" for about, sentence in sentences(trial["evidence"])]
    return lines + ([f"    note: {trial['note']}"] if "note" in trial else [])


def sentences(evidence: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """For each thing that decided (line, therapy, partner ...) the first sentence that says so, on one line."""
    ordered = sorted(evidence, key=lambda one: ORDER.index(one["about"]) if one["about"] in ORDER else len(ORDER))
    first = {one["about"]: said(one) for one in reversed(ordered)}
    return [(about, first[about]) for about in dict.fromkeys(one["about"] for one in ordered)]


def said(evidence: Mapping[str, Any]) -> str:
    """The words that decided, and the sentence they stand in where it says more."""
    quote, sentence = (" ".join(evidence[key].split()) for key in ("quote", "sentence"))
    return f'"{quote}"' if sentence == quote else f'"{quote}" in "{sentence}"'


def plain(value: Any) -> str:
    """A value of `understood` for a person."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(plain(item) for item in value) if isinstance(value, list | tuple) else str(value)


WRITERS: Mapping[str, Callable[[Answer, int], None]] = {
    "table": write_table,
    "json": write_json,
    "csv": write_csv,
    "sparql": write_sparql,
}
