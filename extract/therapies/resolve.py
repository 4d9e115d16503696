"""From a part of a name to therapies: the vocabulary first, then the record's abbreviations, spelling, and stems."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.facts import Certainty
from extract.matcher import Mention
from extract.therapies.beside import kind_of
from extract.therapies.choices import combine
from extract.therapies.clean import clean_name, drop_parentheses, is_no_therapy, name_rule, parenthesised
from extract.therapies.cues import cue
from extract.therapies.fuzzy import Spelling
from extract.therapies.known import Known
from extract.therapies.model import Given, Phrase, Step, Therapy
from extract.therapies.names import CODE, Part, split_name, stands_alone
from extract.therapies.prose import Cast, speaks
from extract.therapies.scene import THERAPY_KINDS, Scene
from extract.therapies.stems import Stems
from extract.therapies.unknown import unknown_therapy
from ontology.lookup import normalise
from ontology.model import TermKind


@dataclass(frozen=True, slots=True)
class Resolver:
    """What resolving needs, made once a pipeline."""

    known: Known
    stems: Stems
    spelling: Spelling


def read_name(scene: Scene, resolver: Resolver, start: int, end: int, registry_type: str | None) -> Phrase:
    """The therapies that a name at `[start, end)` of the record gives, with its choices."""
    steps = [resolve_part(scene, resolver, part, registry_type) for part in split_name(scene, start, end)]
    return combine([step for step in steps if step.given])


def resolve_part(scene: Scene, resolver: Resolver, part: Part, registry_type: str | None) -> Step:
    """What one part gives; nothing where it names no therapy."""
    text = scene.text[part.start : part.end]
    inside = [(part.start + left, part.start + right) for left, right in parenthesised(text)]
    mentions = scene.mentions_in(part.start, part.end)
    head = [m for m in mentions if not any(left <= m.start < right for left, right in inside)] or list(mentions)
    outside = drop_parentheses(text)
    if cue("kind.placebo").search(outside.lower()):
        return Step(part.link, (Given(placebo(resolver.known), part.start, part.end),))
    found = _from_head(scene, resolver, part, head, inside)
    if not found:
        others = resolve_unknown(scene, resolver, text, part, registry_type)
        found = tuple(Given(therapy, part.start, part.end) for therapy in others)
    return Step(part.link, found)


def placebo(known: Known) -> Therapy:
    """Placebo, with the vocabulary's identity where it has one."""
    found = known.find("placebo")
    return replace(found or Therapy("name/placebo", "placebo", "other", classes=("placebo",)), purpose="placebo")


def _from_head(
    scene: Scene, resolver: Resolver, part: Part, head: Sequence[Mention], inside: Sequence[tuple[int, int]]
) -> tuple[Given, ...]:
    """What the vocabulary's names in a part give; () where the part is about something that it does not know."""
    drugs = [m for m in head if m.of(TermKind.DRUG, TermKind.REGIMEN) and _is_name(scene, m, part)]
    if not drugs:
        return _from_classes(scene, resolver, part, head, inside)
    if _is_product(scene, resolver, part, drugs) or any(not _is_itself(scene.text, m, part, head) for m in drugs):
        return ()
    named = any(m.of(TermKind.REGIMEN) and not m.of(TermKind.DRUG) for m in drugs)
    return (_composition(scene, resolver, inside) if named else ()) or _givens(resolver.known, drugs)


def _from_classes(
    scene: Scene, resolver: Resolver, part: Part, head: Sequence[Mention], inside: Sequence[tuple[int, int]]
) -> tuple[Given, ...]:
    """What a part without a drug's name gives: the drugs in its parentheses, else its class."""
    classes = [m for m in head if m.of(TermKind.CLASS)]
    if any(name_rule("part.conjugated-to").pattern.search(scene.text[part.start : m.start]) for m in classes):
        return ()
    given = _givens(resolver.known, classes)
    if not given or _other_words(scene, part, head) or _is_product(scene, resolver, part, classes):
        return ()
    best = max(given, key=lambda item: item.end - item.start)
    if best.therapy.type == "cell_gene":
        name = clean_name(scene.text[part.start : part.end])
        cells = _as_written(resolver.known, best.therapy, name)
        targets = dict.fromkeys(target for item in given for target in item.therapy.targets)
        return (best._replace(therapy=replace(cells, targets=tuple(targets) if "/" in name else cells.targets)),)
    composite = len({item.start for item in given}) == 1
    return _composition(scene, resolver, inside) or (given if composite else (best,))


def _as_written(known: Known, therapy: Therapy, name: str) -> Therapy:
    """Cells of a class under the record's own name; with more words than the class they are a product of their own."""
    same = known.find(name)
    key = therapy.key if same and same.key == therapy.key else f"name/{normalise(name)}"
    return replace(therapy, key=key, name=name, xrefs=therapy.xrefs if key == therapy.key else ())


def _is_name(scene: Scene, mention: Mention, part: Part) -> bool:
    """False for a short form with a second meaning inside longer words ("as" in "dosing as determined")."""
    if not all(term.needs_context for term in mention.of(*THERAPY_KINDS)):
        return True
    return clean_name(scene.text[part.start : part.end]).casefold() == mention.text.casefold() or speaks(
        scene, mention, Cast({})
    )


def _is_product(scene: Scene, resolver: Resolver, part: Part, drugs: Sequence[Mention]) -> bool:
    """True where a name only tells how cells or a vaccine are made ("NK cells stimulated with IL-15"), or for what.

    "Anti-PD-L1 CSR T cells" are cells, no PD-L1 inhibitor.
    """
    kind = kind_of(drop_parentheses(scene.text[part.start : part.end]))
    made = kind is not None and kind.type == "cell_gene"
    return made and not any(t.type == "cell_gene" for m in drugs for t in resolver.known.of(m))


def _givens(known: Known, mentions: Sequence[Mention]) -> tuple[Given, ...]:
    """One `Given` for each therapy of each mention, repeats left out."""
    found: dict[str, Given] = {}
    for mention in mentions:
        for therapy in known.of(mention):
            found.setdefault(therapy.key, Given(therapy, mention.start, mention.end))
    return tuple(found.values())


def _is_itself(text: str, mention: Mention, part: Part, head: Sequence[Mention]) -> bool:
    """False for a name that is a part of another thing: "177Lu-X", "X-vedotin", "P-IL-2"."""
    after = text[mention.end : min(part.end, mention.end + 40)].lower()
    if cue("part.payload").match(after):
        return False
    before = text[max(part.start, mention.start - 30) : mention.start].lower()
    if cue("part.radiolabel").search(before):
        return False
    if before[-1:] not in {"-", "–"} or any(other.end in {mention.start, mention.start - 1} for other in head):
        return True
    return not before[-2:-1].isalnum() or bool(cue("part.glued-well").search(before[:-1]))


def _composition(scene: Scene, resolver: Resolver, inside: Sequence[tuple[int, int]]) -> tuple[Given, ...]:
    """The drugs that stand in the parentheses after a class or a named regimen."""
    found: dict[str, Given] = {}
    for left, right in inside:
        for mention in scene.mentions_in(left, right):
            if mention.of(TermKind.DRUG) and speaks(scene, mention, Cast({})):
                for item in _givens(resolver.known, [mention]):
                    found.setdefault(item.therapy.key, item)
    return tuple(found.values())


def _other_words(scene: Scene, part: Part, head: Sequence[Mention]) -> bool:
    """True where a part with a class holds a code, a target or words that make it a product of its own."""
    if any(m.of(TermKind.TARGET) and not m.of(*THERAPY_KINDS) for m in head):
        return True
    rest = scene.text[part.start : part.end]
    for mention in head:
        if mention.of(*THERAPY_KINDS):
            left, right = mention.start - part.start, mention.end - part.start
            rest = rest[:left] + " " * (right - left) + rest[right:]
    rest = drop_parentheses(rest)
    if CODE.search(clean_name(rest)):
        return True
    words = name_rule("part.generic-word").pattern.sub(" ", clean_name(rest)).split()
    return len(words) > 2 or "intrathecal" in map(str.lower, words) or bool(re.search(r"\b[A-Z]{2,}[A-Za-z]*\d", rest))


def resolve_unknown(
    scene: Scene, resolver: Resolver, text: str, part: Part, registry_type: str | None
) -> tuple[Therapy, ...]:
    """A name that is in no table as it stands: an abbreviation of the record, a misspelling, or a thing of its own."""
    text = without_condition(scene, text, part)
    name = clean_name(text)
    if is_no_therapy(drop_parentheses(text)) or is_no_therapy(name) or not name:
        return ()
    known = resolver.known.find(name) or _expanded(scene, resolver, name)
    if known:
        return (known,)
    return _misspelt(resolver, name) or (unknown_therapy(scene, resolver.stems, name, part, registry_type),)


def without_condition(scene: Scene, text: str, part: Part) -> str:
    """A name without the disease that it is for ("cell therapy in acute myeloid leukemia")."""
    for mention in scene.mentions_in(part.start, part.end):
        before = text[: mention.start - part.start]
        cut = FOR_DISEASE.search(before) if mention.of(TermKind.CONDITION) else None
        if cut and cut.start():
            return text[: cut.start()]
    return text


FOR_DISEASE = re.compile(r"\s+(?:for|in|of|against)\s+(?:(?:the\s+)?treatment\s+of\s+)?(?:[\w/-]+\s+){0,4}$", re.I)


def _expanded(scene: Scene, resolver: Resolver, name: str) -> Therapy | None:
    """The therapy of a short form that the record defines."""
    long_form = scene.abbreviations.get(name)
    return resolver.known.find(clean_name(long_form)) if long_form else None


def _misspelt(resolver: Resolver, name: str) -> tuple[Therapy, ...]:
    """What a misspelt name of one or two words gives, marked inferred."""
    found = resolver.spelling.find(name)
    return tuple(
        replace(therapy, certainty=Certainty.INFERRED, rule="therapy.misspelling")
        for therapy in (resolver.known.of_key(found) if found else ())
    )


__all__ = ["Resolver", "placebo", "read_name", "resolve_part", "stands_alone"]
