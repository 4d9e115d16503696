"""What follows from the joined facts: targets from strings, kind of molecule, classes from molecule and targets."""

import re
from collections.abc import Iterable, Mapping

from ontology.compile.draft import Draft
from ontology.compile.genes import Genes
from ontology.compile.names import LABELLED, slug
from ontology.compile.patterns import PATTERNS
from ontology.tsv import Table, parts

# Words of NCIt's descriptive names: "Anti-TIGIT Monoclonal Antibody X", "Anti-PD-1/VEGF Bispecific Antibody X".
_ANTI = re.compile(
    r"^(?:.* )?Anti-(.+?)(?: (?:Monoclonal|Bispecific|Trispecific|Antibody|Agonist|Fusion|ADC|CAR|Probody|Immunotoxin)"
    r"|[- ]targeting)",
    re.IGNORECASE,
)
_INHIBITOR = re.compile(
    r"^(.{2,24}?) (?:Inhibitor|Agonist|Antagonist|Degrader|Kinase Inhibitor|Tyrosine Kinase Inhibitor) ", re.IGNORECASE
)
_BROAD = frozenset(PATTERNS.branch.values())
MOST_TARGETS = 4


def settle(draft: Draft, genes: Genes, rules: "Rules") -> None:
    """Set molecule, type, targets and classes of a draft that no curator has fixed."""
    if draft.fixed and (draft.classes or draft.targets):
        return
    label = LABELLED.search(draft.name)
    if label:
        _label(draft, diagnostic=(label[1] or "").lower() in PATTERNS.imaging)
    draft.molecule = "antibody-drug conjugate" if _payload(draft) and not label else draft.molecule or _molecule(draft)
    if draft.type == "diagnostic" or label or (draft.fixed and draft.type):
        pass  # what a curator wrote stays
    elif draft.molecule in PATTERNS.cells:
        draft.type = "cell_gene"
    elif draft.molecule not in {"small molecule", ""}:
        draft.type = "biological"
    draft.type = draft.type or "drug"
    draft.targets = _symbols(draft.targets or _described(draft), genes)
    _settle_shared(draft, genes)
    draft.classes = draft.classes or rules.classes(draft.molecule, draft.type, draft.targets)
    draft.shared_classes = tuple(c for c in draft.shared_classes or () if c) or rules.classes(
        draft.molecule, draft.type, draft.shared_targets
    )
    if not draft.classes and not draft.shared_classes:
        draft.classes = rules.by_stem(draft.name)


def _label(draft: Draft, *, diagnostic: bool) -> None:
    """A radionuclide with a carrier: an antibody makes it an immunoconjugate, anything else a radioligand."""
    draft.molecule = "radioimmunoconjugate" if re.search("mab|antibod", draft.name.lower()) else "radioligand"
    if diagnostic:
        draft.type, draft.purpose, draft.classes = "diagnostic", "diagnostic", ("diagnostic-agent",)
    else:
        draft.type = "biological" if draft.molecule == "radioimmunoconjugate" else "radiation"
        draft.classes = ("radioimmunotherapy",) if draft.type == "biological" else ("targeted-radionuclide-therapy",)


def _payload(draft: Draft) -> bool:
    """Whether a conjugate bears a drug; one that bears a radionuclide does not."""
    labelled = "radio" in draft.molecule or any(LABELLED.search(fact.value) for fact in draft.names.values())
    return draft.conjugate and not labelled and draft.type != "diagnostic"


def _molecule(draft: Draft) -> str:
    """The kind of molecule that the names tell, the preferred name first."""
    texts = [draft.name, *(f.value for f in draft.names.values() if f.form != "code")]
    for pattern, molecule in PATTERNS.molecules:
        if any(re.search(pattern, text, re.IGNORECASE) for text in texts[:12]):
            return molecule
    return "small molecule" if draft.type == "drug" else ""


def _symbols(strings: Iterable[str], genes: Genes) -> tuple[str, ...]:
    found = (genes.target(text) for text in strings)
    return tuple(dict.fromkeys(symbol for symbol in found if symbol))


def _described(draft: Draft) -> tuple[str, ...]:
    """Targets that NCIt's descriptive name states."""
    for fact in draft.names.values():
        match = _ANTI.match(fact.value) or _INHIBITOR.match(fact.value)
        if match and fact.source.startswith("ncit:"):
            return apart(match[1].replace("anti-", "").replace("Anti-", ""))
    return ()


def apart(whole: str) -> tuple[str, ...]:
    """The targets that a name joins: `PD-L1/4-1BB` is two, and a bare number goes on with what stands before it.

    >>> apart("PD-L1/4-1BB"), apart("VEGFR-1/2/3")
    (('PD-L1', '4-1BB'), ('VEGFR-1', 'VEGFR-2', 'VEGFR-3'))
    """
    found: list[str] = []
    for piece in (part.strip() for part in re.split(r"/|x(?=CD)", whole)):
        counted = re.fullmatch(r"\d{1,2}", piece) and found
        found.append(re.sub(r"\d+$", "", found[-1]) + piece if counted else piece)
    return tuple(found)


def _settle_shared(draft: Draft, genes: Genes) -> None:
    """Cytotoxics have no target; a long list is a multi-kinase inhibitor's and keeps its first symbols only."""
    flags = draft.shared_classes
    cytotoxic = [PATTERNS.cytotoxic[f] for f in flags if f in PATTERNS.cytotoxic]
    biological = draft.type != "drug"
    if cytotoxic and not biological:
        draft.shared_targets, draft.shared_classes = (), tuple(cytotoxic[:1])
        return
    symbols = _symbols(draft.shared_targets, genes)
    multi = "kinase_inhibitor" in flags and len(symbols) > MOST_TARGETS
    draft.shared_targets = symbols[:MOST_TARGETS]
    known = tuple(PATTERNS.flags[f] for f in flags if f in PATTERNS.flags)
    draft.shared_classes = ("multi-kinase-inhibitor",) if multi else () if biological else known


class Rules:
    """Classes by kind of molecule and targets: curated exceptions first, then the class whose targets are these."""

    def __init__(self, exceptions: Table, classes: Table, stems: Table) -> None:
        self._stems = {row[1]: tuple(map(slug, parts(row[4]))) for row in stems.rows}
        self._exceptions = {
            (row[1], frozenset(parts(row[2]))): tuple(map(slug, parts(row[3]))) for row in exceptions.rows
        }
        self._parents = {slug(row[1]): tuple(map(slug, parts(row[4]))) for row in classes.rows}
        self._by_targets: dict[tuple[str, frozenset[str]], list[str]] = {}
        for row in classes.rows:
            if row[5]:
                self._by_targets.setdefault((row[2], frozenset(parts(row[5]))), []).append(slug(row[1]))

    def classes(self, molecule: str, kind: str, targets: Iterable[str]) -> tuple[str, ...]:
        """Class ids, main one first; () when neither molecule nor targets tell any."""
        wanted = frozenset(targets)
        special = self._exceptions.get((molecule, wanted))
        if special:
            return special
        general = PATTERNS.general.get(molecule)
        engages = ("t-cell-engager",) if molecule == "bispecific antibody" and "CD3E" in wanted else ()
        exact = [c for c in self._by_targets.get((kind, wanted), []) if wanted and self._fits(c, molecule)]
        if general in _BROAD:
            return tuple(
                dict.fromkeys(
                    (general, *exact[:1]) if general == "antibody-drug-conjugate" else (*exact[:1], *engages, general)
                )
            )
        return tuple(exact[:1]) or ((general,) if general else ())

    def by_stem(self, name: str) -> tuple[str, ...]:
        """Class ids that the INN stem of a name tells, the longest stem first; () where there is none."""
        word = name.lower()
        found = [stem for stem in self._stems if word.endswith(stem) and len(word) > len(stem) + 2]
        return self._stems[max(found, key=len)] if found else ()

    def _fits(self, key: str, molecule: str) -> bool:
        branches = {branch for branch in PATTERNS.branch.values() if branch in self._above(key)}
        return branches == ({PATTERNS.branch[molecule]} if molecule in PATTERNS.branch else set())

    def _above(self, key: str) -> set[str]:
        found, waiting = set(), [key]
        while waiting:
            for parent in self._parents.get(waiting.pop(), ()):
                if parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return found


def known_classes(table: Table) -> Mapping[str, str]:
    """Class id -> label."""
    return {slug(row[1]): row[1] for row in table.rows}
