"""What NCIt's semantic types say a concept is (the UMLS types that NCIt gives each concept)."""

from collections.abc import Iterable

from ontology.importers.model import ImportedKind

KINDS = {
    "Pharmacologic Substance": ImportedKind.DRUG,
    "Antibiotic": ImportedKind.DRUG,
    "Clinical Drug": ImportedKind.DRUG,
    "Neoplastic Process": ImportedKind.DISEASE,
    "Disease or Syndrome": ImportedKind.DISEASE,
    "Mental or Behavioral Dysfunction": ImportedKind.DISEASE,
    "Congenital Abnormality": ImportedKind.DISEASE,
    "Gene or Genome": ImportedKind.TARGET,
    "Organic Chemical": ImportedKind.CHEMICAL,
    "Chemical Viewed Structurally": ImportedKind.CHEMICAL,
    "Amino Acid, Peptide, or Protein": ImportedKind.CHEMICAL,
    "Immunologic Factor": ImportedKind.CHEMICAL,
}
"""In the order in which they decide where a concept has several."""


def kind_of(types: Iterable[str]) -> ImportedKind:
    """The kind of a concept with these semantic types."""
    given = set(types)
    return next((kind for name, kind in KINDS.items() if name in given), ImportedKind.OTHER)
