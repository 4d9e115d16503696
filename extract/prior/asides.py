"""Words beside a therapy that take it out of what a clause says of earlier therapies."""

import re

from extract.prior.clauses import Clause, Word
from extract.prior.names import Therapy
from extract.scan import Plain

# These are asked of text in lower case.
# "Chemotherapy-related toxicity": what a therapy does, not the therapy.
EFFECT = re.compile(r"[- ](?:related|induced|associated)\b")
ENDED = re.compile(r"\b(?:intolera\w+|intolerable|unacceptable|due to|because of|owing to)\b[^.;]*$")
# "Received, intolerant to or ineligible for X": one more way in, beside those that name what was given.
OR_UNFIT = re.compile(
    r"\b(?:received|progressed|failed|intolerant|refractory)\b[^.;:]{0,60}\bor "
    r"(?:(?:have|has|had|are|is|were|be|been|otherwise) ){0,3}$"
)
# Words that speak of what follows them alone: "not amenable to X", "candidates for X", "refused X".
FORWARD = (
    "amenable", "suitable", "unsuitable", "unfit", "ineligible", "candidate", "not candidate", "not a candidate",
    "refus", "decline",
)  # fmt: skip
# It takes out what it stands beside; other exceptions take out all that follows.
WITH_OR_WITHOUT = "with or without"
# How far, in characters, an aside reaches back and forward.
BACK = 100
AHEAD = 160
BESIDE = 45


def is_aside(clause: Clause, therapy: Therapy, plain: Plain) -> bool:
    """True where the words around a therapy speak of something else, or take it out of what is said."""
    for word in clause.of("except"):
        if word.end <= therapy.start and (word.text != WITH_OR_WITHOUT or therapy.start - word.end <= BESIDE):
            return True
    for word in clause.of("aside"):
        near = word.start - therapy.end <= BACK and therapy.start - word.end <= AHEAD
        if near and _holds(word, therapy, plain) and reaches(word, therapy, clause, plain):
            return True
    return EFFECT.match(plain.lower, therapy.end) is not None


def _holds(word: Word, therapy: Therapy, plain: Plain) -> bool:
    """False for a toxicity that a therapy was ended for, and for words that hold for what follows them alone."""
    if word.text.startswith(FORWARD):
        return word.start < therapy.start and not OR_UNFIT.search(plain.lower, max(0, word.start - AHEAD), word.start)
    ended = word.text.startswith("tox") and ENDED.search(plain.lower, max(0, word.start - BESIDE), word.start)
    return not ended


def reaches(word: Word, therapy: Therapy, clause: Clause, plain: Plain) -> bool:
    """True where a role word holds for a therapy: one in brackets holds only for what stands in them."""
    opened = plain.text.rfind("(", clause.start, word.start)
    if opened < 0 or plain.text.find(")", opened, word.start) >= 0:
        return True
    closed = plain.text.find(")", word.end, clause.end)
    return opened <= therapy.start < (closed if closed >= 0 else clause.end)
