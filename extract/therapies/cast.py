"""The therapies of a record's list: read, told apart from their own aliases, and found again in the text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from extract.facts import Certainty
from extract.model import InterventionItem
from extract.therapies.clean import LONGEST_NAME, clean_name
from extract.therapies.cues import cue
from extract.therapies.extras import EXCIPIENTS
from extract.therapies.known import Known
from extract.therapies.model import Given, Phrase, Therapy
from extract.therapies.names import CODE
from extract.therapies.preparation import PREPARATIVE_CLASSES, PREPARATIVE_DRUGS
from extract.therapies.prose import TITLES, Cast
from extract.therapies.resolve import Resolver, read_name
from extract.therapies.scene import Scene
from ontology.lookup import normalise
from ontology.model import TermKind

SHORTEST_LOCAL = 3
MOST_ENTRIES = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the list and what it gives; `span` is its name's place in the record's text."""

    item: InterventionItem
    phrase: Phrase
    span: tuple[int, int]


def read_entries(scene: Scene, resolver: Resolver) -> list[Entry]:
    """Every entry of the record's list of interventions, aliases of known drugs resolved."""
    entries = []
    for item in scene.document.interventions[:MOST_ENTRIES]:
        start, end = scene.record.bounds(item.name)
        phrase = _without_words(_without_excipients(read_name(scene, resolver, start, end, item.type)))
        entries.append(Entry(item, _identify(scene, resolver, item, phrase), (start, end)))
    return _unify(entries)


def _without_excipients(phrase: Phrase) -> Phrase:
    """A phrase without what only helps to give the rest ("an antibody/hyaluronidase")."""
    kept = tuple(given for given in phrase.given if given.therapy.name not in EXCIPIENTS)
    return replace(phrase, given=kept) if kept else phrase


def _without_words(phrase: Phrase) -> Phrase:
    """A phrase without the word for a preparation whose drugs it names ("lymphodepletion with fludarabine")."""
    drugs = any(given.therapy.name in PREPARATIVE_DRUGS for given in phrase.given)
    words = {given for given in phrase.given if given.therapy.key.removeprefix("class/") in PREPARATIVE_CLASSES}
    return replace(phrase, given=tuple(given for given in phrase.given if given not in words)) if drugs else phrase


def _identify(scene: Scene, resolver: Resolver, item: InterventionItem, phrase: Phrase) -> Phrase:
    """Unknown names that other names or parentheses of the record give as a known drug."""
    coded = _by_code(scene, item, phrase)
    if coded:
        return coded
    unknown = [given for given in phrase.given if given.therapy.term is None]
    if not unknown:
        return phrase
    found: dict[str, Therapy] = {}
    for given in {given.therapy.key: given for given in unknown}.values():
        same = _by_parentheses(scene, resolver.known, given.therapy)
        if not same and len(phrase.given) == 1:
            same = _by_other_names(scene, resolver, item)
        if same:
            found[given.therapy.key] = _named(same, given.therapy.name)
    return rename(phrase, found) if found else phrase


def _by_code(scene: Scene, item: InterventionItem, phrase: Phrase) -> Phrase | None:
    """Cells that the list only describes, under the one code among their other names that a title names."""
    if (
        len(phrase.given) != 1
        or phrase.given[0].therapy.type != "cell_gene"
        or CODE.search(phrase.given[0].therapy.name)
    ):
        return None
    codes = {clean_name(scene.record.words(span)) for span in item.other_names}
    codes = {code for code in codes if CODE.fullmatch(code)}
    titles = [section.text for section in scene.record.sections if section.kind in TITLES]
    named = [code for code in codes if any(code in title for title in titles)]
    if len(named) != 1:
        return None
    given = phrase.given[0]
    therapy = replace(given.therapy, key=f"name/{normalise(named[0])}", name=named[0], xrefs=())
    return replace(phrase, given=(given._replace(therapy=therapy),))


def _named(same: Therapy, name: str) -> Therapy:
    """The vocabulary's therapy; where that only has a code and the record a word, under the record's word."""
    word = re.fullmatch(r"[A-Za-z]{6,}(?:\s[a-z]{6,})?", name) is not None
    return replace(same, name=name.lower()) if word and CODE.fullmatch(same.name) else same


def _by_other_names(scene: Scene, resolver: Resolver, item: InterventionItem) -> Therapy | None:
    """The one drug that the entry's other names are names of."""
    found: dict[str, Therapy] = {}
    for span in item.other_names:
        start, end = scene.record.bounds(span)
        mentions = [m for m in scene.mentions_in(start, end) if m.of(TermKind.DRUG)]
        phrase = read_name(scene, resolver, start, end, item.type) if mentions else Phrase()
        for given in phrase.given:
            if given.therapy.key.startswith("drug/"):
                found[given.therapy.key] = given.therapy
    return next(iter(found.values())) if len(found) == 1 else None


def _by_parentheses(scene: Scene, known: Known, therapy: Therapy) -> Therapy | None:
    """The drug that the text puts in parentheses after the name, or whose parentheses hold it."""
    for start, end in places_of(scene, therapy.name)[:12]:
        after = cue("alias.after").match(scene.lower, end, end + 40)
        first = next(iter(scene.mentions_in(after.end(), after.end() + 60)), None) if after else None
        if after and first and first.start == after.end() and first.of(TermKind.DRUG):
            return known.of(first)[0]
        near = [m for m in scene.mentions_in(max(0, start - 60), start) if m.of(TermKind.DRUG)]
        if near and cue("alias.before").fullmatch(scene.lower, near[-1].end, start):
            return known.of(near[-1])[0]
    return None


def rename(phrase: Phrase, names: dict[str, Therapy]) -> Phrase:
    """A phrase with some of its therapies known under another key."""
    given = tuple([g._replace(therapy=names.get(g.therapy.key, g.therapy)) for g in phrase.given])
    swap = {key: therapy.key for key, therapy in names.items()}
    apart = frozenset(frozenset(swap.get(key, key) for key in pair) for pair in phrase.apart)
    return Phrase(given, apart, frozenset(swap.get(key, key) for key in phrase.optional))


def _unify(entries: Sequence[Entry]) -> list[Entry]:
    """One therapy for names of which one only adds words to the other's code ("HX1 cells" and "HX1 injection")."""
    unknown = {g.therapy.key: g.therapy for e in entries for g in e.phrase.given if g.therapy.term is None}
    codes: dict[str, Therapy] = {}
    swap: dict[str, Therapy] = {}
    for key, therapy in sorted(unknown.items(), key=lambda pair: len(pair[1].name)):
        code = CODE.search(therapy.name)
        if code and code[0].lower() in codes:
            swap[key] = codes[code[0].lower()]
        elif code:
            codes[code[0].lower()] = therapy
    return [replace(entry, phrase=rename(entry.phrase, swap)) for entry in entries] if swap else list(entries)


def rival_regimens(phrases: Iterable[Phrase]) -> frozenset[frozenset[str]]:
    """Pairs apart because two named regimens share a drug: FOLFOX and FOLFIRI in one arm are either/or."""
    named: dict[int, set[str]] = {}
    for phrase in phrases:
        for given in phrase.given:
            named.setdefault(given.start, set()).add(given.therapy.key)
    several = [keys for keys in named.values() if len(keys) > 1]
    pairs = {
        frozenset((a, b))
        for one in several
        for other in several
        if one is not other and one & other
        for a in one - other
        for b in other - one
    }
    return frozenset(pairs)


def make_cast(scene: Scene, known: Known, entries: Iterable[Entry]) -> Cast:
    """The therapies of the list in their order, with the places of those that only this record knows."""
    therapies: dict[str, Therapy] = {}
    for entry in entries:
        for given in entry.phrase.given:
            held = therapies.get(given.therapy.key)
            if held is None or held.certainty is Certainty.INFERRED:
                therapies.setdefault(given.therapy.key, given.therapy)
    local = [*local_places(scene, therapies.values()), *defined_places(scene, known)]
    return Cast(therapies, tuple(sorted(local, key=lambda item: (item.start, -item.end))))


def local_places(scene: Scene, therapies: Iterable[Therapy]) -> tuple[Given, ...]:
    """Where the names that only this record knows stand in it, by offset."""
    found = [
        Given(therapy, start, end)
        for therapy in therapies
        if therapy.term is None
        for start, end in places_of(scene, therapy.name)
    ]
    return tuple(sorted(found, key=lambda item: (item.start, -item.end)))


def defined_places(scene: Scene, known: Known) -> tuple[Given, ...]:
    """Where short forms stand that the record defines as a therapy that the vocabulary knows by its long form."""
    found: list[Given] = []
    for short, long_form in scene.abbreviations.items():
        therapy = known.find(long_form)
        if therapy and not known.find(short):
            found += [Given(therapy, start, end) for start, end in _places(scene.text, short)]
    return tuple(found)


def places_of(scene: Scene, name: str) -> list[tuple[int, int]]:
    """Every place of a name in the record, whatever its case, with or without its hyphens."""
    text = scene.record.lower
    lower = name[:LONGEST_NAME].lower()
    variants = {lower, lower.replace("-", ""), lower.replace("-", " "), clean_name(lower)}
    places = {place for variant in variants if len(variant) >= SHORTEST_LOCAL for place in _places(text, variant)}
    return sorted(places)


def _places(text: str, name: str) -> list[tuple[int, int]]:
    """Every place where a name stands as a word of its own."""
    found = []
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            found.append((at, end))
        at = text.find(name, end)
    return found
