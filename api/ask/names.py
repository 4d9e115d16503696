"""The names that a question may use: the vocabulary's, what a name means for a query, and spelling help."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from rapidfuzz import fuzz, process

from api.ask.query import Atom, AtomKind
from extract.matcher import Matcher, Mention, Term, build_matcher, vocabulary_terms
from ontology.model import DrugClass, NameForm, TermKind, Vocabulary

# Below this similarity (0-100) a suggestion is noise; the length keeps short words from matching anything.
SIMILAR = 82
MIN_LENGTH = 5
# Classes that say what a therapy is made as, whatever it acts on.
FORMS = ("car-t-cell-therapy", "antibody-drug-conjugate", "bispecific-antibody")


@dataclass(frozen=True, slots=True)
class Names:
    """All names, ready to be found."""

    vocabulary: Vocabulary
    matcher: Matcher
    spellings: tuple[str, ...]
    wider: Mapping[str, tuple[str, ...]]

    def groups(self, mention: Mention) -> tuple[tuple[Atom, ...], ...]:
        """What a therapy name asks of one therapy. Drug before class before target, as a name is read in a trial.

        A target's name that is a drug's in some contexts only ("CTLA-4") is the target's here.
        """
        is_target = bool(mention.of(TermKind.TARGET))
        for kind, atom_kind in ((TermKind.DRUG, AtomKind.DRUG), (TermKind.CLASS, AtomKind.CLASS)):
            known = (term for term in mention.of(kind) if not (is_target and term.needs_context))
            atoms = tuple(Atom(atom_kind, key) for key in dict.fromkeys(term.id for term in known))
            if atoms:
                return self._class_groups(atoms) if atom_kind is AtomKind.CLASS else (self._with_classes(atoms),)
        targets = dict.fromkeys(term.id for term in mention.of(TermKind.TARGET))
        if targets:
            return (tuple(Atom(AtomKind.TARGET, key) for key in targets),)
        return (self.regimen(mention),)

    def regimen(self, mention: Mention) -> tuple[Atom, ...]:
        """What a regimen that has a name of its own gives: drugs, or classes."""
        regimens = [self.vocabulary.regimens[term.id] for term in mention.of(TermKind.REGIMEN)]
        ids = dict.fromkeys(key for regimen in regimens for key in regimen.drugs)
        return tuple(Atom(AtomKind.CLASS if key in self.vocabulary.classes else AtomKind.DRUG, key) for key in ids)

    def conditions(self, mention: Mention) -> tuple[str, ...]:
        """The diseases that a name asks for: its own, and those that are meant with it."""
        ids = [term.id for term in mention.of(TermKind.CONDITION)]
        return tuple(dict.fromkeys(key for one in ids for key in (one, *self.wider.get(one, ()))))

    def _with_classes(self, drugs: tuple[Atom, ...]) -> tuple[Atom, ...]:
        """A "drug" that is a class as well (radiotherapy) is asked for as both."""
        classes = (Atom(AtomKind.CLASS, drug.id) for drug in drugs if drug.id in self.vocabulary.classes)
        return (*drugs, *classes)

    def _class_groups(self, atoms: tuple[Atom, ...]) -> tuple[tuple[Atom, ...], ...]:
        """A class that is all there is for its targets asks for the targets too: a bispecific is a PD-1 inhibitor.

        One that is a form of therapy with a target ("B7-H3 CAR-T") asks for each target and for the form.
        """
        forms = tuple(dict.fromkeys(form for atom in atoms for form in self._forms(atom.id) if form != atom.id))
        if not forms:
            return (tuple(dict.fromkeys(wider for atom in atoms for wider in self._widened(atom))),)
        targets = dict.fromkeys(target for atom in atoms for target in self.vocabulary.classes[atom.id].targets)
        each = tuple((*atoms, Atom(AtomKind.TARGET, target)) for target in targets)
        return (*each, tuple(Atom(AtomKind.CLASS, form) for form in forms))

    def _forms(self, key: str) -> tuple[str, ...]:
        """The forms of therapy that a class with targets lies below."""
        entry = self.vocabulary.classes.get(key)
        if entry is None or not entry.targets:
            return ()
        above = [key, *entry.parents]
        for parent in above:
            known = self.vocabulary.classes.get(parent)
            above.extend(up for up in (known.parents if known else ()) if up not in above)
        return tuple(form for form in FORMS if form in above)

    def _widened(self, atom: Atom) -> tuple[Atom, ...]:
        """The class, what is meant with it, and, unless a class above it has the same targets, its targets."""
        entry = self.vocabulary.classes.get(atom.id)
        if entry is None or not entry.targets or self._narrower(entry):
            return (atom, *(Atom(AtomKind.CLASS, key) for key in self.wider.get(atom.id, ())))
        return (atom, *(Atom(AtomKind.TARGET, target) for target in entry.targets))

    def _narrower(self, entry: DrugClass) -> bool:
        """True where a class above it has the same targets: "EGFR tyrosine kinase inhibitor" below "EGFR inhibitor"."""
        parents = [self.vocabulary.classes[key] for key in entry.parents if key in self.vocabulary.classes]
        return any(set(entry.targets) == set(parent.targets) for parent in parents)

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
    rules = tomllib.loads(files("api.ask").joinpath("rules", "wider.toml").read_text("utf-8"))
    matcher = build_matcher((*vocabulary_terms(vocabulary), *_plain_names(rules, vocabulary)))
    return Names(vocabulary, matcher, tuple(sorted(words)), _wider(rules, vocabulary))


def _wider(rules: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """What each disease and class takes in beyond the hierarchy, as far as the vocabulary has it."""
    tables: Mapping[str, Collection[str]] = {"condition": vocabulary.conditions, "class": vocabulary.classes}
    return {
        entry["id"]: tuple(key for key in entry["also"] if key in known)
        for kind, known in tables.items()
        for entry in rules[kind]
        if entry["id"] in known
    }


def _plain_names(rules: Mapping[str, Any], vocabulary: Vocabulary) -> Iterator[Term]:
    """Names of classes and diseases that only questions use."""
    for entry in rules["name"]:
        for key in entry.get("class", ()):
            if key in vocabulary.classes:
                yield Term(TermKind.CLASS, key, NameForm.SYNONYM, False, False, entry["text"])  # noqa: FBT003
        for key in entry.get("condition", ()):
            if key in vocabulary.conditions:
                yield Term(TermKind.CONDITION, key, NameForm.SYNONYM, False, False, entry["text"])  # noqa: FBT003
