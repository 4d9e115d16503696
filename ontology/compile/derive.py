"""What follows from the joined facts: targets from strings, kind of molecule, classes from molecule and targets."""

import re
from collections.abc import Iterable, Mapping

from ontology.compile.draft import Draft
from ontology.compile.genes import Genes
from ontology.compile.names import slug
from ontology.tsv import Table, parts

# Words of NCIt's descriptive names: "Anti-TIGIT Monoclonal Antibody X", "Anti-PD-1/VEGF Bispecific Antibody X".
_ANTI = re.compile(r"^(?:.* )?Anti-(.+?)(?: (?:Monoclonal|Bispecific|Trispecific|Antibody|Agonist|Fusion|ADC|CAR|Probody|Immunotoxin)|[- ]targeting)", re.IGNORECASE)
_INHIBITOR = re.compile(r"^(.{2,24}?) (?:Inhibitor|Agonist|Antagonist|Degrader|Kinase Inhibitor|Tyrosine Kinase Inhibitor) ", re.IGNORECASE)
_MOLECULES = (
    (r"CAR[ -]?T|chimeric antigen receptor|autoleucel|\bCAR\b", "CAR-T cell"),
    (r"\bNK\b|natural killer", "NK cell"),
    (r"TCR|lymphocyte|T[ -]cells?\b|leucel", "T cell"),
    (r"dendritic", "dendritic cell vaccine"),
    (r"vaccine", "vaccine"),
    (r"oncolytic|virus|repvec|adenovir|vaccinia", "oncolytic virus"),
    (r"bispecific|/cd3|tamig\b|tamab\b.*cd3", "bispecific antibody"),
    (r"\w+(?:mab|stobart|bart|tug|kibart)\b|monoclonal antibody", "monoclonal antibody"),
    (r"(?-i:^[a-z]{4,}mig)\b", "bispecific antibody"),
    (r"fusp \w+|cept\b|fusion protein", "fusion protein"),
    (r"antisense|siRNA|\w+rsen\b", "oligonucleotide"),
)
_LABELLED = re.compile(
    r"\b(iodine|yttrium|lutetium|indium|technetium|lead|actinium|copper|zirconium|fluorine|gallium|bismuth|rhenium|carbon|astatine|terbium"
    r"|rubidium|samarium|thorium)[ -]+[a-z]{1,2}[ -]?\d+", re.IGNORECASE)
_IMAGING = frozenset({"indium", "technetium", "copper", "zirconium", "fluorine", "gallium", "carbon", "rubidium"})
_CYTOTOXIC = {
    "platinum_compound": "platinum-compound", "antimetabolite": "antimetabolite", "anthracycline": "anthracycline",
    "alkylating_agent": "alkylating-agent", "topoisomerase_inhibitor": "topoisomerase-inhibitor",
    "tubulin_inhibitor": "microtubule-inhibitor",
}
_FLAGS = {
    "hdac_inhibitor": "hdac-inhibitor", "ar_antagonist": "androgen-receptor-inhibitor", "parp_inhibitor": "parp-inhibitor",
    "bet_inhibitor": "bet-inhibitor", "proteasome_inhibitor": "proteasome-inhibitor", "hedgehog_antagonist": "hedgehog-pathway-inhibitor",
    "immune_checkpoint_inhibitor": "immune-checkpoint-inhibitor", "hormone_therapy": "endocrine-therapy",
    "angiogenesis_inhibitor": "anti-angiogenic",
}
_GENERAL = {
    "antibody-drug conjugate": "antibody-drug-conjugate", "bispecific antibody": "bispecific-antibody", "CAR-T cell": "car-t-cell-therapy",
    "NK cell": "nk-cell-therapy", "T cell": "adoptive-t-cell-therapy", "vaccine": "therapeutic-cancer-vaccine",
    "oncolytic virus": "oncolytic-virus", "dendritic cell vaccine": "dendritic-cell-vaccine", "monoclonal antibody": "monoclonal-antibody",
    "fusion protein": "fusion-protein", "radioimmunoconjugate": "radioimmunotherapy",
}
# Which branch of the class hierarchy a kind of molecule may take its classes from.
_BRANCH = {
    "antibody-drug conjugate": "antibody-drug-conjugate", "CAR-T cell": "car-t-cell-therapy", "bispecific antibody": "bispecific-antibody",
}
_NO_TARGET_CLASSES = frozenset({"antibody-drug-conjugate", "car-t-cell-therapy", "bispecific-antibody"})
MOST_TARGETS = 4


def settle(draft: Draft, genes: Genes, rules: "Rules") -> None:
    """Set molecule, type, targets and classes of a draft that no curator has fixed."""
    if draft.fixed and (draft.classes or draft.targets):
        return
    label = _LABELLED.search(draft.name)
    if label:
        _label(draft, diagnostic=label[1].lower() in _IMAGING)
    draft.molecule = "antibody-drug conjugate" if _payload(draft) and not label else draft.molecule or _molecule(draft)
    if draft.type == "diagnostic" or label:
        pass
    elif draft.molecule in {"CAR-T cell", "NK cell", "T cell", "dendritic cell vaccine"}:
        draft.type = "cell_gene"
    elif draft.molecule not in {"small molecule", ""}:
        draft.type = "biological"
    draft.type = draft.type or "drug"
    draft.targets = _symbols(draft.targets or _described(draft), genes)
    _settle_shared(draft, genes)
    draft.classes = draft.classes or rules.classes(draft.molecule, draft.type, draft.targets)
    draft.shared_classes = tuple(c for c in draft.shared_classes or () if c) or rules.classes(
        draft.molecule, draft.type, draft.shared_targets)


def _label(draft: Draft, *, diagnostic: bool) -> None:
    """A radionuclide with a carrier: an antibody makes it an immunoconjugate, anything else a radioligand."""
    draft.molecule = "radioimmunoconjugate" if "mab" in draft.name.lower() else "radioligand"
    if diagnostic:
        draft.type, draft.purpose, draft.classes = "diagnostic", "diagnostic", ("diagnostic-agent",)
    else:
        draft.type = "biological" if draft.molecule == "radioimmunoconjugate" else "radiation"
        draft.classes = ("radioimmunotherapy",) if draft.type == "biological" else ("targeted-radionuclide-therapy",)


def _payload(draft: Draft) -> bool:
    return draft.conjugate and draft.molecule != "radioimmunoconjugate" and draft.type != "diagnostic" and "radio" not in draft.molecule


def _molecule(draft: Draft) -> str:
    """The kind of molecule that the names tell, the preferred name first."""
    texts = [draft.name, *(f.value for f in draft.names.values() if f.form != "code")]
    for pattern, molecule in _MOLECULES:
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
            whole = match[1].replace("anti-", "").replace("Anti-", "")
            return tuple(re.split(r"/(?!\d)|x(?=CD)", whole))
    return ()


def _settle_shared(draft: Draft, genes: Genes) -> None:
    """Cytotoxics have no target; a long list is a multi-kinase inhibitor's and keeps its first symbols only."""
    flags = draft.shared_classes
    cytotoxic = [_CYTOTOXIC[f] for f in flags if f in _CYTOTOXIC]
    biological = draft.type != "drug"
    if cytotoxic and not biological:
        draft.shared_targets, draft.shared_classes = (), tuple(cytotoxic[:1])
        return
    symbols = _symbols(draft.shared_targets, genes)
    multi = "kinase_inhibitor" in flags and len(symbols) > MOST_TARGETS
    draft.shared_targets = symbols[:MOST_TARGETS]
    known = tuple(_FLAGS[f] for f in flags if f in _FLAGS)
    draft.shared_classes = ("multi-kinase-inhibitor",) if multi else () if biological else known


class Rules:
    """Classes by kind of molecule and targets: curated exceptions first, then the class whose targets are these."""

    def __init__(self, exceptions: Table, classes: Table) -> None:
        self._exceptions = {(row[1], frozenset(parts(row[2]))): tuple(map(slug, parts(row[3]))) for row in exceptions.rows}
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
        general = _GENERAL.get(molecule)
        exact = [c for c in self._by_targets.get((kind, wanted), []) if wanted and self._fits(c, molecule)]
        if general in _NO_TARGET_CLASSES:
            return tuple(dict.fromkeys([general, *exact[:1]] if general == "antibody-drug-conjugate" else [*exact[:1], general]))
        return tuple(exact[:1]) or ((general,) if general else ())

    def _fits(self, key: str, molecule: str) -> bool:
        branches = {branch for branch in _BRANCH.values() if branch in self._above(key)}
        return branches == ({_BRANCH[molecule]} if molecule in _BRANCH else set())

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
