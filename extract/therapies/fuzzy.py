"""Misspelt and transliterated drug names: a bounded match that respects INN stems.

"cadunilumab" is cadonilimab, but no spelling mistake turns one stem into another (-tinib into -parib), and a name of
a new drug must not fall to a neighbour: the first letter stays, few letters differ, and no second drug is as near.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from ontology.lookup import normalise, normalise_all
from ontology.model import NameForm, Vocabulary

# The end of a name that tells its kind, with the vowels and infixes that transliterations get wrong.
ANTIBODY = re.compile(r"(?:[aeiou]{0,2}(?:[lzxtmnsv]|tu|ci|ki)?[aeiou]{0,2}|)mab$")
ENDINGS = (
    "tinib", "ciclib", "parib", "rafenib", "lisib", "degib", "denib", "zomib", "nib", "platin", "taxel", "rubicin",
    "citabine", "abine", "mycin", "trexed", "trexate", "tecan", "poside", "vastatin", "lutamide", "relix", "relin",
    "fene", "trozole", "stat", "clax", "domide", "fusp", "cept", "leucel", "vedotin", "tesirine", "tansine",
    "ozogamicin", "phosphamide", "sulfan", "stim", "kin", "ase", "rotide", "lidomide", "mustine", "imus", "sone",
    "one", "ine", "ib",
)  # fmt: skip
WORD = re.compile(r"[a-z]{7,30}")


@dataclass(frozen=True, slots=True)
class Spelling:
    """Names to compare with: by kind of ending, then first letter, the start of each name and its key."""

    heads: Mapping[tuple[str, str], Sequence[tuple[str, str]]]
    cache: dict[str, str | None] = field(default_factory=dict, compare=False)

    def find(self, word: str) -> str | None:
        """The key of the one drug or class whose name a misspelt name is near enough to, else None."""
        word = normalise(word)
        if not WORD.fullmatch(word):
            return None
        if word not in self.cache:
            if len(self.cache) > 50_000:
                self.cache.clear()
            self.cache[word] = self._find(word)
        return self.cache[word]

    def _find(self, word: str) -> str | None:
        head, ending = split_stem(word)
        names = self.heads.get((ending, word[0]), ())
        allowed = allowed_edits(head) if ending else 1
        scored = process.extract(
            head, [name for name, _ in names], scorer=DamerauLevenshtein.distance, score_cutoff=allowed, limit=6
        )
        if not scored:
            return None
        best = min(score for _, score, _ in scored)
        ids = {names[index][1] for _, score, index in scored if score == best}
        return ids.pop() if len(ids) == 1 else None


def allowed_edits(head: str) -> int:
    """How many letters before the stem may differ: none in 2, one up to 6, two beyond."""
    return 0 if len(head) <= 2 else 1 if len(head) <= 6 else 2


def split_stem(word: str) -> tuple[str, str]:
    """A name as (what comes before the stem, kind of stem); all antibodies are of one kind, "mab"."""
    found = ANTIBODY.search(word) if word.endswith("mab") else None
    if found:
        return word[: found.start()], "mab"
    # Most names have none, which one question to all endings tells.
    ending = max(filter(word.endswith, ENDINGS), key=len) if word.endswith(ENDINGS) else ""
    return word.removesuffix(ending), ending


def read_spelling(vocabulary: Vocabulary) -> Spelling:
    """The names of one or two words of all drugs, and one-word classes; codes and abbreviations left out."""
    heads: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for word, drug_id in sorted(set(_words(vocabulary))):
        head, ending = split_stem(word)
        heads.setdefault((ending, word[0]), []).append((head, drug_id))
    return Spelling(heads)


def _words(vocabulary: Vocabulary) -> Iterable[tuple[str, str]]:
    named: list[tuple[str, str]] = []
    for drug in vocabulary.drugs.values():
        key = f"drug/{drug.replaced_by or drug.id}"
        # One form after the other: an enumeration's members have a slow hash, which a set would ask for.
        named += [
            (name.text, key)
            for name in drug.names
            if name.form is not NameForm.CODE and name.form is not NameForm.ABBREVIATION and name.text.count(" ") <= 1
        ]
    named += [
        (entry.label, f"class/{key}")
        for key, entry in vocabulary.classes.items()
        if entry.therapy and " " not in entry.label
    ]
    words = normalise_all([text for text, _ in named])
    return [(word, key) for word, (_, key) in zip(words, named, strict=True) if WORD.fullmatch(word)]
