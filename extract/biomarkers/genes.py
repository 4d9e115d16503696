"""Altered genes: which gene, which alteration, present or absent."""

import re
from collections.abc import Iterator, Sequence

from extract.biomarkers.clauses import Clause
from extract.biomarkers.marker import Marker
from extract.scan import Hit, Plain

SAME = {"ERBB2": "HER2", "HER-2": "HER2", "ROS": "ROS1", "ROS-1": "ROS1", "C-MET": "MET", "CMET": "MET", "MLL": "KMT2A",
        "C-MYC": "MYC", "CMYC": "MYC",
        "MLL1": "KMT2A", "BRCA": "BRCA1/2", "BRCA1/2": "BRCA1/2", "BRCA1/BRCA2": "BRCA1/2",
        "EPIDERMALGROWTHFACTORRECEPTOR": "EGFR", "ANAPLASTICLYMPHOMAKINASE": "ALK",
        "IDH1OR2": "IDH1/2", "IDH1AND2": "IDH1/2", "IDH1AND/OR2": "IDH1/2"}  # fmt: skip
FUSED = frozenset({"ALK", "ROS1", "RET", "NTRK", "NRG1"})
# Between two genes of one list stand signs, "and", and at most the long name of the next.
LISTED = re.compile(r"^\)?[\s,/&+-]*(?:and|or|and/or)?[\s,/]*(?:[A-Za-z0-9 -]{0,60}\()?$", re.IGNORECASE)
SIGNED = re.compile(r"\)?\s?[-/]?\s?(?P<sign>\+|positive|negative|wild[- ]?type)", re.IGNORECASE)
ABSENCE = ("neg", "wild")
EXAMPLE = re.compile(r"\((?:e\.?g|such as)\b[^)]*$|\be\.?g\.?,? [^.;)]{0,60}$", re.IGNORECASE)
# "Alterations other than of A (e.g. B, C": what it lists stands for whatever is not A.
OF_OTHERS = re.compile(r"\bother than\b[^.;()]{0,80}(?:\(\w\))?[^.;()]{0,40}\(e\.?g\b[^)]*$", re.IGNORECASE)
REACH = 60
AT_ONCE = 4  # characters between "wild type" and the gene that it is said of
# Resistance mutations whose absence a record asks for by itself.
# Alterations that are of one gene, whatever stands before them.
OWN_GENE = frozenset({"marker.variant.exon19", "marker.variant.l858r", "marker.variant.point", "marker.variant.met14"})
ABSENT = frozenset({"T790M", "C797S"})


def gene_name(written: str) -> str:
    """One name a gene: HER2 for ERBB2, NTRK for NTRK1/2/3."""
    name = re.sub(r"\s", "", written.upper())
    return SAME.get(name, "NTRK" if name.startswith("NTRK") else name)


def altered_genes(clause: Clause, plain: Plain) -> Iterator[Marker]:
    """The altered genes of a clause, and the named alterations."""
    if clause.for_some:
        return
    chains = _chains(clause.of("gene"), plain)
    variants = clause.of("variant")
    for chain in chains:
        yield from _of_chain(chain, clause, plain, variants)
    for variant in variants:
        yield from _variant(variant, chains, clause, plain)


def _chains(genes: Sequence[Hit], plain: Plain) -> list[list[Hit]]:
    """Genes that are listed together: "EGFR/ALK", "EGFR, ALK and ROS1"."""
    chains: list[list[Hit]] = []
    for gene in genes:
        if chains and LISTED.match(plain.text[chains[-1][-1].end : gene.start]):
            chains[-1].append(gene)
        else:
            chains.append([gene])
    return chains


def _of_chain(chain: Sequence[Hit], clause: Clause, plain: Plain, variants: Sequence[Hit]) -> Iterator[Marker]:
    """A marker for each gene of a list that an alteration is said of."""
    start, end = chain[0].start, chain[-1].end
    signed = None if gene_name(chain[-1].match[0]) == "HER2" else SIGNED.match(plain.text, end)
    alteration = _alteration(start, end, clause, variants)
    if alteration is None and signed is None:
        return
    last = max(end, alteration.end if alteration else 0, signed.end() if signed else 0)
    if clause.set_aside(start, last) and not clause.denied(start, start, before=15, after=0):
        return
    said = bool(signed and signed["sign"].lower().startswith(ABSENCE))
    said = said or (alteration is not None and alteration.match[0].lower().startswith(ABSENCE))
    negative = said or clause.denied(start, last) or clause.denied_list(plain, start)
    if (clause.excludes and negative) or (
        not (negative or clause.excludes) and EXAMPLE.search(plain.text[clause.start : start])
    ):
        return
    for name in dict.fromkeys(gene_name(hit.match[0]) for hit in chain):
        yield _gene_marker(name, negative=negative or clause.excludes, start=start, end=last, excluded=clause.excludes)


def _alteration(start: int, end: int, clause: Clause, variants: Sequence[Hit]) -> Hit | None:
    """The words nearest to a list of genes that say it is altered, not those of a named alteration."""
    for hit in clause.of("alteration"):
        own = any(variant.start <= hit.start < variant.end + 12 for variant in variants)
        back = AT_ONCE if hit.match[0].lower().startswith(ABSENCE) else REACH // 2
        if not own and (0 <= hit.start - end <= REACH or 0 <= start - hit.end <= back):
            between = any(end <= variant.start < hit.start for variant in variants)
            if not between:
                return hit
    return None


def _gene_marker(name: str, *, negative: bool, start: int, end: int, excluded: bool) -> Marker:
    """The standard wording of an altered or unaltered gene."""
    kind = "fusion" if name in FUSED else "mutation"
    label = f"{name} negative" if negative and name in FUSED else f"{name} {kind}{' negative' if negative else ''}"
    if not negative and name in {"EGFR", *FUSED}:
        label = f"{label} positive"
    return Marker(label, start, end, "marker.gene", subject=name, negative=negative, excluded=excluded)


def _variant(variant: Hit, chains: Sequence[Sequence[Hit]], clause: Clause, plain: Plain) -> Iterator[Marker]:
    """A named alteration, of the genes listed before it or else of the gene that it is known in."""
    if clause.set_aside(variant.start, variant.end):
        return
    groups = {key: value or "" for key, value in variant.match.groupdict().items()}
    sign = SIGNED.match(plain.text, variant.end)
    if not clause.excludes and OF_OTHERS.search(plain.text, clause.start, variant.start):
        return
    negative = clause.excludes or bool(sign and sign["sign"].lower().startswith(ABSENCE))
    absent = negative or clause.denied(variant.start, variant.end, after=0) or clause.denied_list(plain, variant.start)
    if absent and groups.get("variant", "").upper() not in ABSENT:
        return
    near = next((chain for chain in reversed(chains) if 0 <= variant.start - chain[-1].end <= REACH), None)
    own = [variant.rule.value["gene"]]
    genes = [gene_name(hit.match[0]) for hit in near] if near and variant.rule.id not in OWN_GENE else own
    for gene in dict.fromkeys(genes):
        name = variant.rule.value["name"].format(gene=gene, **groups) + (" negative" if absent else "")
        yield Marker(name, variant.start, variant.end, variant.rule.id, subject=gene, negative=absent)
