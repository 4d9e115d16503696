"""What the components hand on to each other: extension attributes of spaCy's `Doc` (`doc._.record`, `doc._.lines`).

Each attribute is a frozen value or a tuple of them. A component declares which it requires and which it assigns.
"""

from spacy.tokens import Doc

ATTRIBUTES = (
    "document",  # extract.model.Document: set by pipeline.read_document
    "record",  # extract.text.RecordText: set by pipeline.read_document
    "cut",  # extract.stretches.Cut: the text as the tokenizer cut it
    "sentences",  # tuple[extract.text.Sentence, ...]
    "mentions",  # tuple[extract.matcher.Mention, ...], by offset
    "abbreviations",  # Mapping[str, str]: short form -> long form, as the record defines them
    "plain",  # extract.scan.Plain: the record's text with plain signs, offset for offset
    "contexts",  # tuple[frozenset[str], ...]: one set of context cues a sentence (background, history, negated ...)
    "phases",  # tuple[str, ...]
    "enrollment",  # int | None
    "plan",  # extract.therapies.model.Plan: the therapies and regimens that the next two are made from
    "interventions",  # tuple[extract.facts.Intervention, ...]
    "regimens",  # tuple[extract.facts.Regimen, ...]
    "doses",  # tuple[extract.facts.Dose, ...]
    "curative",  # bool: the treatment surrounds a local one with curative intent
    "lines",  # tuple[extract.facts.Line, ...]
    "settings",  # tuple[extract.facts.Setting, ...]
    "prior",  # tuple[extract.facts.Prior, ...]
    "biomarkers",  # tuple[extract.facts.Biomarker, ...]
    "conditions",  # tuple[extract.facts.TrialCondition, ...]
    "endpoints",  # tuple[extract.facts.OutcomeEndpoint, ...]
    "abstained",  # tuple[extract.facts.Abstention, ...]: appended to by each component
)


NONE = frozenset({"document", "record", "cut", "plain", "curative", "enrollment"})


def register_attributes() -> None:
    """Declare the attributes once a process; spaCy refuses a second declaration."""
    for name in ATTRIBUTES:
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=None if name in NONE else ())
