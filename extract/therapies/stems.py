"""INN stems: what the ending of an unknown name says of it (class or molecule, never a target)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ontology.model import Stem, Vocabulary

WORD = re.compile(r"[a-z]{5,}")
SHORTEST_HEAD = 2


@dataclass(frozen=True, slots=True)
class Stems:
    """The vocabulary's stems, longest first, and the labels of their classes."""

    stems: Sequence[Stem]
    labels: Mapping[str, str]

    def of(self, name: str) -> Stem | None:
        """The stem of a name's last word of letters that bears one ("xyzumab vedotin": -vedotin)."""
        for word in reversed(WORD.findall(name.lower())):
            for stem in self.stems:
                if word.endswith(stem.suffix) and len(word) >= len(stem.suffix) + SHORTEST_HEAD:
                    return stem
        return None

    def classes(self, stem: Stem) -> tuple[str, ...]:
        """The labels of a stem's classes."""
        return tuple(self.labels.get(key, key) for key in stem.classes)


def read_stems(vocabulary: Vocabulary) -> Stems:
    """The stems of a vocabulary; `suffix` may be written with its hyphen."""
    bare = [Stem(s.suffix.strip("-").lower(), s.molecule, s.type, s.classes, s.source) for s in vocabulary.stems]
    ordered = sorted(bare, key=lambda stem: -len(stem.suffix))
    return Stems(tuple(ordered), {key: entry.label for key, entry in vocabulary.classes.items()})
