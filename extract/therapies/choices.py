"""What the steps of a phrase give together, apart, and only with or without."""

from collections.abc import Sequence

from extract.therapies.model import Given, Phrase, Step, Therapy

OR = frozenset({"or", "oxford"})


def combine(steps: Sequence[Step]) -> Phrase:
    """What the steps of a phrase give together, apart, and only with or without."""
    if len(steps) == 1:
        return Phrase(steps[0].given, optional=steps[0].keys if steps[0].link == "optional" else frozenset())
    steps = _and_or(steps)
    given = tuple(item for step in steps for item in step.given)
    apart: set[frozenset[str]] = set()
    optional: set[str] = set()
    for part in _phases(steps):
        for alternatives in _alternatives(part):
            _choose(alternatives, apart, optional)
    _mark_optional(steps, optional)
    return Phrase(given, frozenset(apart), frozenset(optional), _variants(steps))


def _and_or(steps: Sequence[Step]) -> list[Step]:
    """`A + B and/or A + C`: what was named before the "and/or" is not optional after it."""
    found: list[Step] = []
    for step in steps:
        again = step.link == "optional" and step.keys & _keys(found)
        found.append(Step("or", step.given) if again else step)
    return found


def _phases(steps: Sequence[Step]) -> list[list[Step]]:
    """The steps before and after each "then" and "with either": choices do not reach over it."""
    found: list[list[Step]] = [[]]
    for step in steps:
        if step.link in {"then", "either"}:
            found.append([])
        found[-1].append(step)
    return found


def _variants(steps: Sequence[Step]) -> tuple[frozenset[str], ...]:
    """`A alone or combined with B, then C`: A and C, A and B and C."""
    at = next((index for index, step in enumerate(steps) if step.link == "alone" and index), None)
    if at is None:
        return ()
    tail_at = next((index for index in range(at + 1, len(steps)) if steps[index].link == "then"), len(steps))
    first, partner, tail = (_keys(part) for part in (steps[:at], steps[at:tail_at], steps[tail_at:]))
    return (first | tail, first | partner | tail)


def _keys(steps: Sequence[Step]) -> frozenset[str]:
    return frozenset(key for step in steps for key in step.keys)


def _mark_optional(steps: Sequence[Step], optional: set[str]) -> None:
    """What follows "with or without", and what is tied to it by "and", "/" or "+"."""
    open_group = False
    for step in steps:
        if step.link == "optional":
            open_group = True
        elif step.link not in {"slash"}:
            open_group = False
        if open_group:
            optional |= step.keys


def _alternatives(steps: Sequence[Step]) -> list[list[frozenset[str]]]:
    """The sets of therapies among which "or" lets choose; several where the phrase holds several choices."""
    whole = _whole_alternatives(steps)
    if whole:
        return [whole]
    found: list[list[frozenset[str]]] = []
    index = 1
    while index < len(steps):
        if not _is_or(steps, index):
            index += 1
            continue
        first, last = _run(steps, index)
        found.append([step.keys for step in steps[first : last + 1]])
        index = last + 1
    return found


def _whole_alternatives(steps: Sequence[Step]) -> list[frozenset[str]]:
    """`A + B or A + C`, `A and A + B`: where something stands on both sides, the sides are the alternatives."""
    sides: list[frozenset[str]] = [frozenset()]
    links: set[str] = set()
    for step in steps:
        again = bool(step.keys) and step.keys <= sides[-1]
        # "A, B and A": a list of arms, of which the last gives both.
        listed = step.link == "and" and "comma" in links
        if again and (step.link in OR or step.link == "and") and not listed:
            sides.append(frozenset())
            links = set()
        sides[-1] |= step.keys
        links.add(step.link)
    repeated = len(sides) > 1 and any(one & other for one in sides for other in sides if one is not other)
    return sides if repeated else []


def _is_or(steps: Sequence[Step], index: int) -> bool:
    """True where a step is an alternative to the one before: by "or", or by "/" between two of a kind."""
    step = steps[index]
    return step.link in OR or (step.link == "slash" and alike(steps[index - 1].given, step.given))


def _run(steps: Sequence[Step], index: int) -> tuple[int, int]:
    """First and last step of the choice whose second member may be `index`: commas before "or" belong to it."""
    first, last = index - 1, index
    while last + 1 < len(steps) and _is_or(steps, last + 1):
        last += 1
    serial = any(step.link == "oxford" for step in steps[index : last + 1])
    while first > 0 and steps[first].link in {"comma", *OR}:
        if not serial and not alike(steps[first - 1].given, steps[index].given):
            break
        first -= 1
    return first, last


# Classes so wide that two of them may well be given together (fludarabine and cytarabine).
WIDE = frozenset({"antimetabolite", "alkylating agent", "corticosteroid", "chemotherapy", "monoclonal antibody"})


def alike(first: Sequence[Given], second: Sequence[Given]) -> bool:
    """True where one of each shares a narrow class or is a part of the other: then a slash between them means "or"."""
    keys = [{item.therapy.key for item in side} for side in (first, second)]
    if keys[0] <= keys[1] or keys[1] <= keys[0]:
        return True
    classes = [
        {label.replace("PD-L1", "PD-1") for item in side for label in item.therapy.classes} - WIDE
        for side in (first, second)
    ]
    return bool(classes[0] & classes[1])


def _choose(alternatives: Sequence[frozenset[str]], apart: set[frozenset[str]], optional: set[str]) -> None:
    """Turn alternatives into pairs that are never given together, and into what only some of them hold."""
    for position, one in enumerate(alternatives):
        for other in alternatives[position + 1 :]:
            if one < other or other < one:
                optional |= one ^ other
            apart |= {frozenset((a, b)) for a in one - other for b in other - one}
    for together in alternatives:
        apart -= {pair for pair in apart if pair <= together}


# Classes of which one patient gets one drug, however an arm lists them.
ONE_AT_A_TIME = frozenset({
    "platinum compound", "PD-1 inhibitor", "PD-L1 inhibitor", "CDK4/6 inhibitor", "aromatase inhibitor",
    "PARP inhibitor", "proteasome inhibitor", "third-generation EGFR tyrosine kinase inhibitor", "anti-CD20 antibody",
    "taxane", "first-generation EGFR tyrosine kinase inhibitor",
})  # fmt: skip
# Drugs that act alike, of which one patient gets one, though others of their class are given beside them.
ONE_BY_NAME = frozenset({"imatinib", "dasatinib", "nilotinib", "bosutinib", "ponatinib"})
# A drug that stands in for another, and what goes with that other.
STANDS_IN = {"capecitabine": frozenset({"fluorouracil", "leucovorin"})}


def never_together(therapies: Sequence[Therapy]) -> frozenset[frozenset[str]]:
    """Pairs that no arm gives together: two platinum compounds, two forms of one substance."""
    pairs = frozenset(
        frozenset((one.key, other.key))
        for index, one in enumerate(therapies)
        for other in therapies[index + 1 :]
        if ONE_AT_A_TIME & set(one.classes) & set(other.classes)
        or {one.name, other.name} <= ONE_BY_NAME
        or same_substance(one, other)
    )
    return pairs | _stand_ins(therapies)


def _stand_ins(therapies: Sequence[Therapy]) -> frozenset[frozenset[str]]:
    """Pairs of a drug and what it stands in for where an arm lists both: capecitabine, or fluorouracil, leucovorin."""
    keys = {therapy.name: therapy.key for therapy in therapies}
    return frozenset(
        frozenset((keys[name], keys[other]))
        for name, others in STANDS_IN.items()
        if name in keys and "fluorouracil" in keys
        for other in others & keys.keys()
    )


def same_substance(one: Therapy, other: Therapy) -> bool:
    """True for a name within the other's name: a form, a salt or an isomer of it (paclitaxel, nab-paclitaxel)."""
    shorter, longer = sorted((one.name, other.name), key=len)
    named = one.key.startswith("drug/") and other.key.startswith("drug/")
    return named and len(shorter) > 5 and shorter in longer and one.type == other.type


def choice_groups(order: Sequence[str], apart: frozenset[frozenset[str]]) -> tuple[tuple[str, ...], ...]:
    """Pairs to groups of which a patient gets one, in the order of `order`."""
    pairs = {pair for pair in apart if pair <= set(order)}
    groups: list[list[str]] = []
    for position, key in enumerate(order):
        for other in order[position + 1 :]:
            if frozenset((key, other)) in pairs and not any(key in group and other in group for group in groups):
                groups.append(_grow([key, other], order, pairs))
    return tuple(tuple(group) for group in groups)


def _grow(group: list[str], order: Sequence[str], pairs: set[frozenset[str]]) -> list[str]:
    """The largest group around two keys, each apart from each."""
    for key in order:
        if key not in group and all(frozenset((key, member)) in pairs for member in group):
            group.append(key)
    return sorted(group, key=order.index)
