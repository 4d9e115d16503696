"""Context cues, one set a sentence: a small engine over `extract/rules/context.toml`.

The cues are of whole sentences, in the spirit of ConText (Harkema et al. 2009) but without its windows: registry prose
is written in short bullets, and the components that need a scope inside a sentence cut it themselves.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from extract.model import SectionKind
from extract.rulebook import Rulebook
from extract.scan import Plain, Scanner
from extract.text import Sentence

# Outcome measures and the like hold numbers and names; no cue is looked for there.
SILENT = frozenset({SectionKind.OUTCOMES, SectionKind.DESIGN, SectionKind.OTHER_NAME})
PROSE = frozenset(
    {
        SectionKind.SUMMARY,
        SectionKind.DESCRIPTION,
        SectionKind.ARM_DESCRIPTION,
        SectionKind.INTERVENTION_DESCRIPTION,
        SectionKind.OTHER,
    }
)
NONE: frozenset[str] = frozenset()
# Words at the start of a heading that put everything below it into the background.
BACKGROUND_HEADINGS = ("background", "rationale", "introduction", "scientific background", "preclinical")


class CueFinder:
    """Finds the cues of each sentence; built once from the rule file."""

    __slots__ = ("_anywhere", "_literal", "_prose")

    def __init__(self, rulebook: Rulebook) -> None:
        self._prose = Scanner(rule for rule in rulebook.rules if rule.value.get("prose"))
        self._literal = Scanner(rule for rule in rulebook.rules if rule.value.get("literal"))
        self._anywhere = Scanner(rule for rule in rulebook.rules if not {"prose", "literal"} & rule.value.keys())

    def __call__(self, plain: Plain, sentences: Sequence[Sentence]) -> tuple[frozenset[str], ...]:
        """One frozen set of cues a sentence, in the order of `sentences`."""
        found: defaultdict[int, set[str]] = defaultdict(set)
        for sentence in sentences:
            if sentence.heading and _is_background(sentence.heading):
                found[sentence.index].add("background")
        prose = [sentence.index for sentence in sentences if sentence.kind in PROSE]
        telling = [sentence.index for sentence in sentences if sentence.kind not in SILENT]
        told = chain(self._prose.told(plain, sentences, prose), self._anywhere.told(plain, sentences, telling))
        for index, _, ranks in self._literal.due(plain, sentences, telling):
            found[index].update(self._literal.rule(rank).value["cue"] for rank in ranks)
        for index, rule in told:
            found[index].add(rule.value["cue"])
        return tuple([frozenset(found[index]) if index in found else NONE for index in range(len(sentences))])


@lru_cache(maxsize=4096)
def _is_background(heading: str) -> bool:
    return heading.lower().startswith(BACKGROUND_HEADINGS)
