"""From a record to its therapies and regimens: the one place where the steps are put together."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from extract.therapies.arms import Reading, read_arms
from extract.therapies.beside import describe, receptor_targets
from extract.therapies.cast import Entry, local_places, make_cast, read_entries
from extract.therapies.choices import never_together
from extract.therapies.clean import is_no_therapy
from extract.therapies.coverage import covered_by
from extract.therapies.known import Known
from extract.therapies.model import Given, Plan, PlannedRegimen, Therapy
from extract.therapies.names import CODE, as_cells
from extract.therapies.preparation import preparation
from extract.therapies.prose import Cast
from extract.therapies.purpose import purpose_of
from extract.therapies.resolve import Resolver
from extract.therapies.scene import Scene
from extract.therapies.spoken import TITLES, added_by_prose
from extract.therapies.untold import read_untold
from ontology.lookup import normalise
from ontology.model import TermKind

Places = Mapping[str, Sequence[tuple[int, int]]]
DRUG, REGIMEN = TermKind.DRUG, TermKind.REGIMEN
NUMBERED = re.compile(r"\d{2}")


def make_plan(scene: Scene, resolver: Resolver) -> Plan:
    """Every therapy that the record's arms give, and the regimens."""
    entries = read_entries(scene, resolver)
    known = resolver.known
    cast = make_cast(scene, known, entries)
    reading = (
        read_arms(scene, known, entries, cast) if scene.document.arms else read_untold(scene, known, entries, cast)
    )
    reading = _with_title(scene, known, cast, reading)
    therapies = {**cast.therapies}
    before = preparation(scene, known, cast, {**therapies, **{g.therapy.key: g.therapy for g in reading.extra}})
    reading = _with_preparation(reading, before, therapies)
    for given in reading.extra:
        therapies.setdefault(given.therapy.key, given.therapy)
    therapies = _without_diagnostics({k: t for k, t in therapies.items() if k not in reading.replaced})
    places = _places(scene, resolver, entries, cast, reading, therapies)
    alone = _alone(reading.regimens)
    therapies = {
        key: _finish(scene, therapy, therapies, places[key], alone.get(key, [])) for key, therapy in therapies.items()
    }
    regimens = _distinct(_kept(regimen, therapies) for regimen in reading.regimens)
    combined = {(m.start, m.end) for m in scene.therapies if m.of(REGIMEN) and not m.of(DRUG)}
    own = {key: [place for place in places[key] if place not in combined] for key in therapies}
    return Plan(
        tuple(therapies.values()),
        tuple(tuple(places[key]) for key in therapies),
        tuple(_surfaces(scene, known, entries, own[key], therapy) for key, therapy in therapies.items()),
        tuple(regimens),
    )


def _with_title(scene: Scene, known: Known, cast: Cast, reading: Reading) -> Reading:
    """What the title of a trial with a single arm joins to the arm's drugs, and the arm leaves out."""
    if len(scene.document.arms) != 1 or len(reading.regimens) != 1:
        return reading
    full = Cast({**cast.therapies, **{given.therapy.key: given.therapy for given in reading.extra}}, cast.local)
    titles = [sentence for sentence in scene.sentences if sentence.kind in TITLES]
    more = added_by_prose(scene, known, full, titles)
    keys = (*reading.regimens[0].keys, *(given.therapy.key for given in more))
    return replace(reading, regimens=(replace(reading.regimens[0], keys=keys),), extra=(*reading.extra, *more))


def _with_preparation(reading: Reading, before: Sequence[Given], therapies: Mapping[str, Therapy]) -> Reading:
    """The preparation added to every regimen that gives cells."""
    if not before:
        return reading
    cells = {key for key, therapy in therapies.items() if therapy.type == "cell_gene"}
    keys = tuple(given.therapy.key for given in before)
    regimens = [replace(r, keys=(*r.keys, *keys)) if cells & set(r.keys) else r for r in reading.regimens]
    return replace(reading, regimens=tuple(regimens), extra=(*reading.extra, *before))


def _without_diagnostics(therapies: Mapping[str, Therapy]) -> dict[str, Therapy]:
    """What is given to look at the patient goes, unless the trial gives nothing else."""
    kept = {k: t for k, t in therapies.items() if t.purpose != "diagnostic" and t.type != "diagnostic"}
    return kept or dict(therapies)


def _places(
    scene: Scene,
    resolver: Resolver,
    entries: Sequence[Entry],
    cast: Cast,
    reading: Reading,
    therapies: Mapping[str, Therapy],
) -> dict[str, list[tuple[int, int]]]:
    """Where each therapy is named: first in the list or where it was found, then wherever its names stand."""
    found: dict[str, dict[tuple[int, int], None]] = {key: {} for key in therapies}
    given: Iterable[Given] = [g for entry in entries for g in entry.phrase.given]
    for item in [*given, *reading.extra, *cast.local, *local_places(scene, therapies.values())]:
        if item.therapy.key in found:
            found[item.therapy.key][item.start, item.end] = None
    for mention in scene.therapies:
        for therapy in resolver.known.of(mention):
            if therapy.key in found:
                found[therapy.key][mention.start, mention.end] = None
    return {key: list(spans) for key, spans in found.items()}


def _alone(regimens: Iterable[PlannedRegimen]) -> dict[str, list[tuple[int, int]]]:
    """The labels of arms that give one therapy alone, by its key."""
    found: dict[str, list[tuple[int, int]]] = {}
    for regimen in regimens:
        if len(regimen.keys) == 1 and regimen.rule == "regimen.arm":
            found.setdefault(regimen.keys[0], []).extend(regimen.spans)
    return found


def _finish(
    scene: Scene,
    therapy: Therapy,
    therapies: Mapping[str, Therapy],
    places: Sequence[tuple[int, int]],
    labels: Sequence[tuple[int, int]],
) -> Therapy:
    """A therapy with what the words beside it say, and its purpose in this record."""
    if therapy.term is None:
        therapy = describe(therapy, scene, places, labels)
    elif therapy.type == "cell_gene" and therapy.key.startswith("class/") and not therapy.targets:
        therapy = replace(therapy, targets=receptor_targets(scene))
    therapy = _as_coded(scene, therapy, places)
    if therapy.type == "cell_gene" and (therapy.term is None or therapy.key.startswith("class/")):
        therapy = replace(therapy, name=as_cells(therapy.name))
    purpose = purpose_of(scene, therapy, therapies, places)
    return therapy if purpose == therapy.purpose else replace(therapy, purpose=purpose)


def _as_coded(scene: Scene, therapy: Therapy, places: Sequence[tuple[int, int]]) -> Therapy:
    """A drug without an INN under the code that the record writes first, where the vocabulary has another one."""
    if not (places and therapy.term and NUMBERED.search(therapy.name) and CODE.fullmatch(therapy.name)):
        return therapy
    word = scene.text[slice(*places[0])]
    same = normalise(word) == normalise(therapy.name)
    return replace(therapy, name=word) if CODE.fullmatch(word) and not same else therapy


def _surfaces(
    scene: Scene, known: Known, entries: Sequence[Entry], places: Sequence[tuple[int, int]], therapy: Therapy
) -> tuple[str, ...]:
    """Every surface form of a therapy in the record, its name as the list writes it and other names included."""
    key = therapy.key
    forms = [scene.text[start:end] for start, end in places]
    for entry in entries:
        keys = {given.therapy.key for given in entry.phrase.given}
        if keys == {key}:
            forms.append(scene.text[entry.span[0] : entry.span[1]])
            others = (scene.record.words(span) for span in entry.item.other_names)
            forms += [words for words in others if not _other(known, words, key) and not is_no_therapy(words)]
    found: dict[str, str] = {}
    for form in dict.fromkeys(forms):
        words = " ".join(form.split())
        if words and words.casefold() != therapy.name.casefold() and len(words) <= 200:
            found.setdefault(words.casefold(), words)
    return tuple(found.values())


def _other(known: Known, words: str, key: str) -> bool:
    """True for an "other name" that is the name of another therapy."""
    found = known.find(words)
    return found is not None and found.key != key


def _kept(regimen: PlannedRegimen, therapies: Mapping[str, Therapy]) -> PlannedRegimen:
    """A regimen with the therapies that count, in their order."""
    keys = tuple(key for key in regimen.keys if key in therapies)
    return replace(regimen, keys=keys, apart=regimen.apart | never_together([therapies[key] for key in keys]))


def _distinct(regimens: Iterable[PlannedRegimen]) -> list[PlannedRegimen]:
    """Regimens that give something, exact duplicates once."""
    found: dict[tuple[str, frozenset[str]], PlannedRegimen] = {}
    for regimen in regimens:
        if regimen.keys:
            found.setdefault((regimen.role, frozenset(regimen.keys)), regimen)
    return list(found.values())


__all__ = ["Cast", "covered_by", "make_plan"]
