"""What a trial is counted by, as one text: every value that the facets of an answer show, in one literal.

The engine takes 8 to 15 us to look one property of one trial up, and the facets of an answer are of eight properties of
500 trials: as one literal (`tg:countedBy`) they are one look a trial. A line is a property's local name and its values,
with a space between. Things are written as `kind/id` as in their IRI, several in one value with a `+` between, all else
percent-encoded (RFC 3986, section 2.1), so that no value has a space, a `/` or a `+` of its own. Lines and values are
sorted. What a therapy is given together with is found without a query: `givesTogether` has the pairs, `givesClass` and
`givesTarget` have for each therapy of a pair itself and then its classes or targets.
"""

from collections import defaultdict
from collections.abc import Collection, Container, Iterator
from functools import lru_cache
from urllib.parse import quote, unquote

from extract.facts import TrialFacts
from graph.triples import Triple
from ontology import iri
from ontology import terms as tg

DERIVED = frozenset(
    {
        tg.OFFERS_LINE,
        tg.OFFERS_CLASS,
        tg.NAMES_CONDITION,
        tg.STUDIES_CONDITION,
        tg.MEASURES_PRIMARY,
        tg.MEASURES_SECONDARY,
        tg.GIVES_TOGETHER,
    }
)
"""The shortcuts that are counted; phase, status and whether the trial is of a combination are facts."""
GIVEN = (tg.GIVES_CLASS, tg.GIVES_TARGET)


def counted_text(facts: TrialFacts, derived: Collection[Triple]) -> str:
    """The text for a trial of these facts and shortcuts."""
    found = defaultdict[str, set[str]](set)
    found[tg.IS_COMBINATION].add("true" if facts.is_combination else "false")
    found[tg.PHASE].update(map(_quoted, facts.phases))
    found[tg.STATUS].update(map(_quoted, filter(None, [facts.registry.status])))
    for triple in derived:
        if triple.predicate in DERIVED:
            found[triple.predicate].add(_short(triple.object))
    for predicate in GIVEN if tg.GIVES_TOGETHER in found else ():
        found[predicate].update(_given(derived, predicate))
    lines = (" ".join((name.removeprefix(iri.TG), *sorted(values))) for name, values in found.items() if values)
    return "\n".join(sorted(lines))


def _given(derived: Collection[Triple], predicate: str) -> Iterator[str]:
    """For each therapy that has a partner itself and then its classes, or targets; nothing for one that has none."""
    therapies = {triple.subject: _short(triple.object) for triple in derived if triple.predicate == tg.GIVES_THERAPY}
    partnered = {triple.subject for triple in derived if triple.predicate == tg.HAS_PARTNER}
    found = defaultdict[str, set[str]](set)
    for triple in derived:
        if triple.predicate == predicate and triple.subject in partnered:
            found[therapies[triple.subject]].add(_short(triple.object))
    return ("+".join((therapy, *sorted(things))) for therapy, things in found.items())


def counted_values(text: str, names: Container[str]) -> dict[str, list[str]]:
    """The values of these properties (local names) as the text has them; `lexical` gives a value back."""
    found = {}
    for line in text.split("\n"):
        name, _, values = line.partition(" ")
        if name in names:
            found[name] = values.split(" ")
    return found


@lru_cache(maxsize=100_000)
def lexical(value: str) -> str:
    """A value of the text as the property's own object has it: IRIs, or a literal's lexical form."""
    if "/" not in value:
        return unquote(value)
    return " ".join(iri.BASE + path for path in value.split("+"))


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _short(term: str) -> str:
    """An object of the shortcuts: an IRI, a whole number, or the two IRIs of a pair."""
    text = term[1:-1] if term.startswith("<") else term[1 : term.rindex('"')]
    return text.replace(iri.BASE, "").replace(" ", "+")
