"""Class words that stand for drugs which the record names: "chemotherapy" where cisplatin is listed."""

from collections.abc import Iterable

from extract.therapies.known import Known
from extract.therapies.model import Therapy

# Classes so wide that sharing one does not make a word stand for a drug.
WIDEST = frozenset(
    {
        "chemotherapy",
        "systemic-therapy",
        "anticancer-therapy",
        "targeted-therapy",
        "immunotherapy",
        "supportive-care",
        "antimetabolite",
        "alkylating-agent",
    }
)


# Class words that name no therapy and stand for none.
WIDEST_CLASSES = frozenset({
    "anticancer-therapy", "systemic-therapy", "standard-therapy", "targeted-therapy", "investigational-agent",
    "first-line-therapy", "second-line-therapy", "third-line-therapy", "combination-therapy", "maintenance-therapy",
    "cell-therapy", "monoclonal-antibody", "bispecific-antibody", "supportive-care", "kinase-inhibitor",
})  # fmt: skip


def covered_by(known: Known, therapy: Therapy, others: Iterable[Therapy]) -> tuple[str, ...]:
    """Keys of the therapies that a class word may stand for; () for a drug.

    "Platinum doublet" stands for carboplatin: both are platinum-based chemotherapy. A drug whose name is that of a
    class ("radiotherapy") is read as the class.
    """
    own = therapy.key.partition("/")[2]
    if own not in known.vocabulary.classes or own in WIDEST_CLASSES:
        return ()
    chemo = "chemotherapy" in known.above.get(own, frozenset())
    narrow = (known.above.get(own, frozenset()) - WIDEST) if chemo else frozenset()
    found = []
    for other in others:
        over = known.classes_over(other.key)
        if other.key == therapy.key or other.key.partition("/")[2] == own:
            continue
        if own in over or narrow & over or _same_targets(therapy, other):
            found.append(other.key)
    return tuple(found)


def _same_targets(therapy: Therapy, other: Therapy) -> bool:
    """True where a class of a target stands for something that acts on all of its targets."""
    return bool(therapy.targets) and set(therapy.targets) <= set(other.targets)
