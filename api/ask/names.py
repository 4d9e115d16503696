"""The names that a question may use: the vocabulary's trie, what a name means for a query, and spelling help."""

from dataclasses import dataclass

from rapidfuzz import fuzz, process

from api.ask.query import Atom, AtomKind
from extract.matcher import Mention, Trie, build_trie, vocabulary_terms
from ontology.model import DrugClass, NameForm, TermKind, Vocabulary

# Below this similarity (0-100) a suggestion is noise; the length keeps short words from matching anything.
SIMILAR = 82
MIN_LENGTH = 5


@dataclass(frozen=True, slots=True)
class Names:
    """All names, ready to be found."""

    vocabulary: Vocabulary
    trie: Trie
    spellings: tuple[str, ...]

    def atoms(self, mention: Mention) -> tuple[Atom, ...]:
        """What a therapy name asks for. Drug before class before target, as a name is read in a trial."""
        for kind, atom_kind in ((TermKind.DRUG, AtomKind.DRUG), (TermKind.CLASS, AtomKind.CLASS)):
            ids = tuple(dict.fromkeys(term.id for term in mention.of(kind)))
            if ids:
                return tuple(atom for key in ids for atom in self._widened(Atom(atom_kind, key)))
        targets = dict.fromkeys(term.id for term in mention.of(TermKind.TARGET))
        if targets:
            return tuple(Atom(AtomKind.TARGET, key) for key in targets)
        regimens = [self.vocabulary.regimens[term.id] for term in mention.of(TermKind.REGIMEN)]
        drugs = dict.fromkeys(drug for regimen in regimens for drug in regimen.drugs)
        return tuple(Atom(AtomKind.DRUG, key) for key in drugs)

    def _widened(self, atom: Atom) -> tuple[Atom, ...]:
        """A class that is all there is for its targets ("PD-1 inhibitor") asks for them too: a bispecific counts."""
        entry = self.vocabulary.classes.get(atom.id) if atom.kind is AtomKind.CLASS else None
        if entry is None or not entry.targets or self._narrower(entry):
            return (atom,)
        return (atom, *(Atom(AtomKind.TARGET, target) for target in entry.targets))

    def _narrower(self, entry: DrugClass) -> bool:
        """True where a class above it has the same targets: "EGFR tyrosine kinase inhibitor" below "EGFR inhibitor"."""
        parents = [self.vocabulary.classes[key] for key in entry.parents if key in self.vocabulary.classes]
        return any(set(entry.targets) <= set(parent.targets) for parent in parents)

    def suggest(self, words: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """(word, the known name nearest to it) for words that are nearly one."""
        found = []
        for word in words:
            if len(word) < MIN_LENGTH:
                continue
            best = process.extractOne(word.lower(), self.spellings, scorer=fuzz.ratio, score_cutoff=SIMILAR)
            if best is not None:
                found.append((word, str(best[0])))
        return tuple(found)


def build_names(vocabulary: Vocabulary) -> Names:
    """Index a vocabulary for questions."""
    words = {
        name.text.lower()
        for table in (vocabulary.drugs, vocabulary.conditions)
        for entry in table.values()
        for name in entry.names
        if name.form in {NameForm.PREFERRED, NameForm.BRAND} and len(name.text) >= MIN_LENGTH and " " not in name.text
    }
    return Names(vocabulary, build_trie(vocabulary_terms(vocabulary)), tuple(sorted(words)))
