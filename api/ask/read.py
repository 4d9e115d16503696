"""A question in plain words to a typed query: one pass over its items, left to right."""

import re
from dataclasses import replace

from api.ask.cues import ACTS
from api.ask.items import Item, cut, reads_as, unused_words
from api.ask.names import Names
from api.ask.numbers import number
from api.ask.query import EndpointFilter, Intent, MarkerFilter, Question, Slot
from api.ask.reading import Reading
from extract.rulebook import Rulebook
from ontology.model import TermKind

EITHER_PD = re.compile(r"PD-?\(L\)-?1", re.IGNORECASE)
THERAPY = (TermKind.DRUG, TermKind.CLASS, TermKind.TARGET)
# What may stand between two conditions on one therapy: "B7-H3 CAR-T", "checkpoint blockade of PD-1".
# A target with one of these in its name is a gene as patients have it: "EGFR exon 20", "BRAF V600E".
VARIANT = re.compile(r"\b(?:exon\s*\d+|[A-Z]\d{2,4}[A-Z]\w*)\b", re.IGNORECASE)
BESIDE = frozenset(("", "of", "against", "targeting", "directed against", "directed at"))

MOST = 6
"""So many conditions of one kind are read; what a longer question says beyond them is told as not understood."""

AFTER_NAME = {"past": "prior", "naive": "prior_excluded", "control": "controls", "free": "without"}
"""What the therapy before a cue becomes by it: "platinum failure", "PD-1 naive", "as control", "chemo-free"."""


def read_question(text: str, names: Names, cues: Rulebook, idle: Rulebook) -> Question:
    """Read a question; never fails: what it cannot use is in `not_understood`."""
    plain = EITHER_PD.sub("PD-1/PD-L1", text)
    items = tuple(item for item in cut(plain, names.matcher, cues) if not _is_plain_word(item, idle))
    state = Reading()
    for index, item in enumerate(items):
        before = items[index - 1] if index else None
        after = items[index + 1] if index + 1 < len(items) else None
        gap = plain[before.end : item.start] if before else ""
        _take(state, item, names, before, after, gap)
    open_landmark = (state.landmark[1],) if state.landmark else ()
    words = (*unused_words(plain, items, idle), *state.idle, *open_landmark)
    query, sides = state.sides.of(state.query) if state.intent is Intent.COMPARE else (state.query, ())
    return Question(text, query, state.intent, words, names.suggest(words), sides)


def _is_plain_word(item: Item, idle: Rulebook) -> bool:
    """True for a word of the idle list that some disease is called by for short: "arms" is no sarcoma here."""
    if item.mention is None or not item.text.islower() or item.mention.of(*THERAPY, TermKind.ENDPOINT):
        return False
    return any(rule.pattern.search(item.text) for rule in idle.rules)


def _take(state: Reading, item: Item, names: Names, before: Item | None, after: Item | None, gap: str) -> None:
    """Let one item act."""
    if state.barring and before is not None and not _can_be_ruled_out(item):
        _take_ruled_out(state, item, before)
    elif item.mention is not None:
        _take_name(state, item, names, before, after, gap)
    elif item.kind in {"line", "line_from", "not_line"}:
        past = before is not None and before.kind == "prior"
        (_take_past_line if past and item.kind == "line" else _take_line)(state, item)
    elif item.kind in AFTER_NAME and before is not None and reads_as(before, *THERAPY) and not gap.strip(" -"):
        state.move_last_therapy(AFTER_NAME[item.kind], item)
    elif item.kind in AFTER_NAME:
        _take_loose(state, item)
    elif item.kind in ACTS:
        ACTS[item.kind](state, item)
    elif state.comparing and item.kind in {"with", "against"}:
        state.place, state.join, state.comparing = "controls", None, False
    elif item.kind in {"with", "or", "and"}:
        state.join = item.kind
        state.sides.partner_next = item.kind == "with" and item.text.strip().lower() != "with"
        if item.kind == "with" and state.place != "therapies" and item.text.strip().lower() != "with":
            state.place = "therapies"
    elif item.kind == "marker" and not (before and reads_as(before, TermKind.TARGET) and not gap.strip()):
        state.idle.append(item.text.strip())


def _can_be_ruled_out(item: Item) -> bool:
    """Whether "not" before it makes a condition: therapies, diseases, markers, past therapy, and words that join."""
    if item.mention is not None:
        return bool(item.mention.of(*THERAPY, TermKind.REGIMEN, TermKind.CONDITION))
    return item.kind in {"with", "or", "and", "marker", "prior", "past", "naive", "stage"}


def _take_ruled_out(state: Reading, item: Item, before: Item) -> None:
    """A word behind "not" that no query can leave out must not ask for itself: it is told as not understood."""
    state.barring, state.place = False, "therapies"
    if item.kind in {"combination", "mono"}:
        state.put(combination=item.kind == "mono")
    else:
        state.idle += [before.text.strip(), item.text.strip(" -")]


def _take_loose(state: Reading, item: Item) -> None:
    """A word that says what the therapy before it is, and that stands alone: what follows is a control, or nothing."""
    if item.kind == "control":
        state.place, state.join = "controls", None
    elif item.kind == "past" and item.value.get("n"):
        _take_line(state, item)
    else:
        state.idle.append(item.text.strip(" -"))


def _take_name(state: Reading, item: Item, names: Names, before: Item | None, after: Item | None, gap: str) -> None:
    """A vocabulary name: a marker, a disease, an endpoint or a therapy, in that order of claim."""
    mention = item.mention
    if mention is None:
        return
    if state.named.count(item.text.lower()) > 1 or len(state.named) >= MOST * 3:
        state.idle.append(item.text)
        return
    state.named.append(item.text.lower())
    marked = after is not None and after.kind == "marker" and after.start - item.end <= 1
    if mention.of(TermKind.TARGET) and (marked or (VARIANT.search(item.text) and not mention.of(TermKind.CLASS))):
        _take_marker(state, mention.of(TermKind.TARGET)[0].id, item, after if marked else None)
        return
    if mention.of(TermKind.ENDPOINT) and not mention.of(*THERAPY):
        _take_endpoint(state, tuple(term.id for term in mention.of(TermKind.ENDPOINT)))
    elif mention.of(TermKind.CONDITION) and not mention.of(TermKind.DRUG, TermKind.CLASS):
        ids = names.conditions(mention)
        if state.barring:
            state.put(not_conditions=tuple(dict.fromkeys((*state.query.not_conditions, *ids))))
            state.place, state.join = "therapies", None
            return
        state.put(conditions=tuple(dict.fromkeys((*state.query.conditions, *ids))))
        state.sides.conditions.append(ids)
        state.place, state.join = "therapies", None
    elif mention.of(*THERAPY) or mention.of(TermKind.REGIMEN):
        _take_therapy(state, item, names, before, gap)


def _take_marker(state: Reading, target: str, item: Item, cue: Item | None) -> None:
    """A target that selects patients, in the variant or at the level that the question names."""
    negative = state.barring or (cue is not None and cue.value["polarity"] == "negative")
    state.barring = False
    details = (VARIANT.search(item.text), cue and cue.groups.get("what"))
    contains = tuple(str(one if isinstance(one, str) else one[0]).lower() for one in details if one)
    name = " ".join((target, *contains, *(["negative"] if negative else [])))
    marker = MarkerFilter(name, target, contains, negative)
    state.put(biomarkers=(*state.query.biomarkers, marker))


def _take_endpoint(state: Reading, codes: tuple[str, ...]) -> None:
    """An endpoint, with the rank that stands before it if one does."""
    joined = state.join == "or" and state.query.endpoints
    if joined:
        last = state.query.endpoints[-1]
        merged = replace(last, codes=(*last.codes, *codes))
        state.put(endpoints=(*state.query.endpoints[:-1], merged))
    else:
        time = state.landmark[0] if state.landmark else None
        state.put(endpoints=(*state.query.endpoints, EndpointFilter(codes, state.rank, time)))
        state.landmark = None
    state.rank, state.join, state.endpoint_open = None, None, True


def _take_therapy(state: Reading, item: Item, names: Names, before: Item | None, gap: str) -> None:
    """A drug, class or target: a new therapy of the regimen, an alternative, or one more condition on the last."""
    if item.mention is None:
        return
    if item.mention.of(TermKind.REGIMEN) and not item.mention.of(*THERAPY) and state.place == "therapies":
        given = (Slot(((atom,),)) for atom in names.regimen(item.mention))
        state.put(therapies=tuple(dict.fromkeys((*state.query.therapies, *given)))[: MOST + 2])
        state.join = None
        return
    state.barring = False
    groups = names.groups(item.mention)
    slots: tuple[Slot, ...] = getattr(state.query, state.place)
    if len(slots) >= MOST or Slot(groups) in slots:
        state.idle += [] if Slot(groups) in slots else [item.text]
        state.join = None
        return
    beside = before is not None and reads_as(before, *THERAPY) and gap.strip(" -").lower() in BESIDE
    if state.place == "therapies":
        state.sides.add(groups, beside=beside and state.join is None)
    if slots and (state.join == "or" or (state.join == "and" and state.place != "therapies")):
        last = slots[-1]
        slots = (*slots[:-1], Slot((*last.groups[:-1], (*last.groups[-1], *groups[0]))))
    elif slots and beside and state.join is None:
        slots = (*slots[:-1], Slot((*slots[-1].groups, *groups)))
    else:
        slots = (*slots, Slot(groups))
    state.put(**{state.place: slots})
    state.join = None


def _lines_in(item: Item) -> list[int]:
    """The lines that a cue names, one or a range's two."""
    return [number(word) for key, word in item.groups.items() if key in {"n", "m"}]


def _take_past_line(state: Reading, item: Item) -> None:
    """A line that patients had ("after first-line osimertinib"): the trial's is the next, unless the question says."""
    given = _lines_in(item)
    if given and not state.query.line and state.query.line_from is None:
        state.put(line=(given[-1] + 1,))


def _take_line(state: Reading, item: Item) -> None:
    """A line of therapy: contained, reached, or ruled out."""
    given = _lines_in(item)
    values = tuple(dict.fromkeys(n + item.value.get("next", 0) for n in [item.value.get("n"), *given] if n))
    if item.kind == "line_from":
        state.put(line_from=values[0])
    elif item.kind == "not_line":
        state.put(not_line=(*state.query.not_line, *values))
    elif not (item.value.get("n") and state.query.line):
        state.put(line=tuple(dict.fromkeys((*state.query.line, *values))))
    state.place, state.join = "therapies", None
