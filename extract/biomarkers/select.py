"""From the markers that a record names to those that select its patients."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from extract.biomarkers.clauses import clauses
from extract.biomarkers.genes import altered_genes
from extract.biomarkers.marker import Marker
from extract.biomarkers.proteins import proteins
from extract.rulebook import Rulebook
from extract.scan import Plain, Scanner
from extract.sentences import LONGEST
from extract.text import Sentence

# Says no more than the genes do, where a record names several that are absent.
NO_DRIVER = "driver gene negative"
# The narrower of two names for what one trial selects by.
INSERTION, WIDER = "exon 20 insertion mutation", "exon 20 mutation"
# "PD-L1 in >= 1 % of tumour cells (TPS >= 1 %)": the score with its kind is enough.
UNKINDED = re.compile(r"PD-L1 (?:TPS|TC|TAP) ([<>]=? \d+)%")
AROUND = frozenset({"not", "other", "for-some", "alteration"})


class MarkerFinder:
    """Finds the markers of a record; built once from the rule file."""

    __slots__ = ("_around", "_markers")

    def __init__(self, rulebook: Rulebook) -> None:
        around = [rule for rule in rulebook.rules if rule.value["kind"] in AROUND]
        self._markers = Scanner((rule for rule in rulebook.rules if rule.value["kind"] not in AROUND), as_written=True)
        self._around = Scanner(around, as_written=True)

    def __call__(self, plain: Plain, sentences: Sequence[Sentence], contexts: Sequence[frozenset[str]]) -> list[Marker]:
        """The markers in the order of the text, each once."""
        found: list[Marker] = []
        for clause in clauses(self._markers, self._around, plain, sentences, contexts):
            found += altered_genes(clause, plain)
            found += proteins(clause, plain)
        return settled(found)


def settled(found: Sequence[Marker]) -> list[Marker]:
    """Each marker once; a cut-off replaces "positive", and a stated status one that only an exclusion tells."""
    stated = {marker.subject for marker in found if not marker.excluded}
    present = {marker.subject for marker in found if marker.rule == "marker.gene" and not marker.negative}
    found = list(_without_covered(found))
    measured = {m.subject for m in found if any(sign in m.name for sign in "<>") or m.rule.endswith(".range")}
    replaced = {f"{subject} {word}" for subject in measured for word in ("positive", "high expression")}
    replaced |= {UNKINDED.sub(r"PD-L1 \1%", m.name) for m in found if UNKINDED.fullmatch(m.name)}
    replaced |= {m.name.replace(INSERTION, WIDER) for m in found if m.name.endswith(INSERTION)}
    kept: dict[str, Marker] = {}
    for marker in found:
        contradicted = marker.rule == "marker.gene" and marker.negative and marker.subject in present
        if contradicted or (marker.excluded and marker.subject in stated):
            continue
        if marker.name not in replaced:
            kept.setdefault(marker.name, marker)
    if sum(marker.negative for marker in kept.values()) > 1:
        kept.pop(NO_DRIVER, None)
    return list(kept.values())


def _without_covered(found: Sequence[Marker]) -> Iterator[Marker]:
    """Leave out a looser reading of words that another rule reads in full; both stand in one sentence."""
    ordered = sorted(found, key=lambda marker: marker.start)
    starts = [marker.start for marker in ordered]
    for marker in found:
        near = ordered[bisect_left(starts, marker.start - LONGEST) : bisect_right(starts, marker.start)]
        loose = marker.rule.endswith("kind-first")
        if not (loose and any(other.rule != marker.rule and marker.start < other.end for other in near)):
            yield marker
