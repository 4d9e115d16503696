"""What a record asks of earlier therapies: required, excluded or allowed.

A sentence is cut into clauses. In a clause a therapy counts where words before it say that it was given or has failed,
or where its own ending does ("platinum-resistant"). Its polarity is that of the list it stands in, turned by negation.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from extract.lines.claims import ASIDE
from extract.matcher import Mention
from extract.model import SectionKind
from extract.prior.asides import BESIDE, is_aside, reaches
from extract.prior.clauses import Clause, Word, clauses
from extract.prior.names import Namer, Therapy
from extract.rulebook import Rulebook
from extract.scan import Hit, Plain, Scanner, holds_any
from extract.text import Sentence
from ontology.model import Vocabulary

READ = frozenset(
    {
        SectionKind.TITLE,
        SectionKind.OFFICIAL_TITLE,
        SectionKind.SUMMARY,
        SectionKind.DESCRIPTION,
        SectionKind.CONDITIONS,
        SectionKind.ELIGIBILITY,
    }
)
DESCRIPTION, ELIGIBILITY = SectionKind.DESCRIPTION, SectionKind.ELIGIBILITY
# These are asked of text in lower case.
ALTERNATIVE = re.compile(r"\bor\W*$|^\W*or\b")
FAILED_AFTER = re.compile(
    r"(?: (?:therapy|treatment|regimens?|has|have|had|is|was|been|were|that|which|either|does|not|exist|or|proven))* ?"
)
PRIOR_HEADING = re.compile(r"\b(?:prior|previous(?:ly)?|received|treated with)\b")
AFTER = re.compile(r"\bafter (?!\w+ (?:cycles?|courses?|doses?|rounds?) )(?:[\w-]+ ){0,3}$")
EXAMPLE = re.compile(
    r"\((?:e\.?g\b|such as|for example|for instance)[^)]*$|\b(?:including|such as|e\.g\.|for example)\b"
)
# Words for a state of the disease: they speak of a therapy only with a link to it.
STATES = ("refractory", "resistan", "relaps", "intolera", "recurr", "insensitive")
LINK = re.compile(r"\b(?:to|of|(?<!patients )(?<!subjects )with|after|on|from|following|against|for|during)\b")
# Between a failed therapy and a name: the name is of what the trial gives.
GIVEN = re.compile(
    r"\b(?:will|receives?|treated with|to be|benefit|compared|versus|choice|at the time of|randomi[sz]ed|being|using"
    r"|(?:in combination|combined) with|by \w+(?:mab|nib|cept|platin|taxel))\b"
)
TRANSPLANTS = frozenset(
    {"allogeneic hematopoietic stem cell transplantation", "hematopoietic stem cell transplantation"}
)
# A trial bars neither by itself: the one is local, the other what anybody would have had.
NEVER_BARRED = frozenset({"surgery", "standard therapy"})
GENERIC = frozenset({"systemic therapy", "chemotherapy", "radiotherapy", "targeted therapy"})
ORGAN = re.compile(r"\b(?:organ|tissue|solid)\b")
# The roles of which a sentence must hold one, unless its place does instead (`_opens_itself`).
OPENING = frozenset({"past", "failed", "trait", "undone"})
TELLING = frozenset({"prior", "history", "negated"})
# Headings of lists of intervals, and of lists of which one item is enough.
ELAPSED = re.compile(r"\belapsed\b|\bwash-?out|\btime (?:frame|period|interval)|\bwithin\b")
SINCE = re.compile(
    r"\W*(?:at least |more than |[≥>]=? ?)?\d{1,3} ?(?:days|weeks|months)\b"
    r"[^.;]{0,40}\b(?:from|since|after|post|following)\b"
)
ONE_OF = re.compile(r"\b(?:one|any|either|at least \w+)(?: or more)? of (?:the|these|which)\b")
# A requirement for some of the patients only.
FOR_SOME = re.compile(
    r"^[^.;,]{0,40}\b(?:for|in|if)\b (?:the |those |all )?(?:patients?|subjects?|participants?|tumou?rs?|those)"
    r" (?:with|who|whose|has|have)\b"
)
# What was given to some patients, of whom the criterion asks something else.
OF_SOME = re.compile(
    r"\b(?:for|in|if) (?:the |those |all )?(?:patients?|subjects?|participants?) (?:who )?(?:have |has |had )?"
    r"(?:previously )?(?:receiv\w+|treated|undergo\w+|underwent)\b"
)
# "If prior therapy included X, ...": what is asked follows, and of some of the patients.
CONDITIONAL = re.compile(r"\W*(?:note ?\d*\W{0,3})?if\b[^,;]*$")
# "Those who have received X must ...": what is asked is of some, and is not X.
SOME_WHO = re.compile(
    r"\W*(?:those|patients|participants|subjects|individuals) who (?:have|has|had) (?:also )?(?:previously )?"
    r"(?:received|undergone|been treated)\b"
)
DUTY = re.compile(r"\b(?:must|should|need to|(?:were|are|is) required)\b")
# "Patients must not have received X" in a list of exclusions bars X all the same.
MUST_NOT = re.compile(r"\b(?:must|should|may|can) ?not\b")
# "Must have received X": a duty in so many words, with nothing between that X is a part of.
MUST_HAVE = re.compile(r"\bmust (?:have )?(?:also )?(?:include|received?|completed|undergone|had)d?\b[^.;:()]{0,60}$")
# What running text says of patients in general, not of the trial's.
IN_GENERAL = re.compile(
    r"\b(?:many|most|some|half|majority)\b(?: of)?(?: [\w-]+){0,3} (?:patients|people|individuals)\b"
)
PATIENTS = ("patient", "subject", "participant", "enrol", "individual", "people")
# How far, in characters, a trigger reaches forward, and an interval to either side.
FAR = 300
NEAR = 100
AT_MOST = ("number", "no more", "not more", "up to", "maximum", "≤", "<", "fewer", "less", "no limit")
# Local treatments are part of most histories; a record that mentions them seldom asks for them.
LOCAL = frozenset({"surgery", "radiotherapy"})
# The past that running text must name by one of these, since what "received" and "treated with" name may be given.
EARLIER = ("prior", "previous", "pre")
# Names whose very words say that patients have had no therapy.
OUTRIGHT = frozenset({"trait", "untreated"})
UNTREATED_TITLE = "prior.name.untreated-title"
UNTREATED = frozenset({"prior.name.untreated", "prior.name.unnamed", UNTREATED_TITLE})
START = itemgetter(0)  # of a mention
PROSE = frozenset({SectionKind.SUMMARY, SectionKind.DESCRIPTION})
TITLES = frozenset({SectionKind.TITLE, SectionKind.OFFICIAL_TITLE})
SIDES = re.compile(
    r"\b[a-d]\)|\b(?:for patients|patients receiving|but(?! not limited)|who have|and have|and has|which"
    r"|with the exception)\b"
)


class Statement(NamedTuple):
    """A therapy with what is asked of it: required, excluded or allowed."""

    therapy: Therapy
    polarity: str
    rule: str
    sentence: Sentence


class StatementFinder:
    """Finds the statements of a record; built once from the rule file and the vocabulary."""

    __slots__ = ("_namer", "_names", "_openers", "_roles")

    def __init__(self, rulebook: Rulebook, vocabulary: Vocabulary | None) -> None:
        roles = [rule for rule in rulebook.rules if "role" in rule.value]
        opens = [rule for rule in roles if rule.value["role"] in OPENING]
        self._names = Scanner(rule for rule in rulebook.rules if "name" in rule.value)
        self._openers = Scanner([*opens, *(rule for rule in rulebook.rules if rule.id in UNTREATED)])
        self._roles = Scanner(rule for rule in roles if rule not in opens)
        self._namer = Namer(rulebook, vocabulary)

    def __call__(
        self,
        plain: Plain,
        sentences: Sequence[Sentence],
        contexts: Sequence[frozenset[str]],
        mentions: Sequence[Mention],
    ) -> Iterator[Statement]:
        """All statements in the order of the text."""
        wanted = {s.index for s in sentences if s.kind in READ and _may_tell(s, contexts[s.index], plain)}
        openers = _grouped(self._openers.hits(plain, sentences, wanted))
        opened = [i for i in sorted(wanted) if i in openers or _opens_itself(sentences[i])]
        names = _grouped(self._names.hits(plain, sentences, set(opened)))
        drugs = _mentions_of(mentions, plain, opened)
        therapies = {i: self._namer(names.get(i, ()), sentences[i], plain, drugs[i]) for i in opened}
        roles = _grouped(self._roles.hits(plain, sentences, {i for i, named in therapies.items() if named}))
        for index, named in therapies.items():
            around = [*openers.get(index, ()), *roles.get(index, ())]
            said: set[str] = set()
            for clause in clauses(sentences[index], plain, around) if named else ():
                inside = [therapy for therapy in named if clause.start <= therapy.start < clause.end]
                for statement in _statements(clause, inside, plain):
                    if statement.therapy.name not in said:  # a sentence that comes back to a therapy asks no more of it
                        said.add(statement.therapy.name)
                        yield statement


def _opens_itself(sentence: Sentence) -> bool:
    """True for a sentence whose place may make what it names an earlier therapy, without a word for it."""
    return sentence.kind in TITLES or _heads_past(sentence.heading or "")


def _may_tell(sentence: Sentence, cues: frozenset[str], plain: Plain) -> bool:
    """Sentences of background tell nothing; of the rest, those that speak of earlier therapy."""
    kind, heading = sentence.kind, sentence.heading or ""
    if "background" in cues:
        return False
    if cues.isdisjoint(TELLING) and kind not in TITLES and not _heads_past(heading):
        return False
    words = plain.lower[sentence.start : sentence.end]
    if sentence.polarity and (_heads_intervals(heading) or holds_any(words, ASIDE) or SINCE.match(words)):
        return False
    return kind is not DESCRIPTION or holds_any(words, PATIENTS)


@lru_cache(maxsize=4096)
def _heads_past(heading: str) -> bool:
    """True for the heading of a list of earlier therapies."""
    return PRIOR_HEADING.search(heading.lower()) is not None


@lru_cache(maxsize=4096)
def _heads_intervals(heading: str) -> bool:
    """True for the heading of a list of intervals."""
    return ELAPSED.search(heading.lower()) is not None


@lru_cache(maxsize=4096)
def _heads_choice(heading: str) -> bool:
    """True for the heading of a list of which one item is enough."""
    return ONE_OF.search(heading.lower()) is not None


def _grouped(hits: Iterator[Hit]) -> defaultdict[int, list[Hit]]:
    grouped: defaultdict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        grouped[hit.sentence.index].append(hit)
    return grouped


def _mentions_of(mentions: Sequence[Mention], plain: Plain, wanted: Iterable[int]) -> dict[int, Sequence[Mention]]:
    """The mentions of each of these sentences: those before the start of the next one."""
    starts = list(map(START, mentions))
    ends = plain.starts[1:]
    grouped = {}
    for index in wanted:
        low = bisect_left(starts, plain.starts[index]) if index else 0
        grouped[index] = mentions[low : bisect_left(starts, ends[index]) if index < len(ends) else None]
    return grouped


def _statements(clause: Clause, named: Sequence[Therapy], plain: Plain) -> Iterator[Statement]:
    """The statements of one clause."""
    for therapy in named:
        trigger = _trigger(clause, therapy, plain)
        if trigger not in OUTRIGHT and is_aside(clause, therapy, plain):
            continue
        polarity = _polarity(clause, therapy, trigger, plain) if trigger else None
        if polarity:
            yield Statement(therapy, polarity, therapy.rule, clause.sentence)


def _trigger(clause: Clause, therapy: Therapy, plain: Plain) -> str | None:
    """The role that makes a therapy an earlier one: failed, past, untreated; None where nothing does."""
    if therapy.rule in UNTREATED:
        return "untreated" if therapy.rule != UNTREATED_TITLE or clause.sentence.kind in TITLES else None
    for word in clause.of("trait"):
        if therapy.end - 14 <= word.start <= therapy.end + 1:
            return "trait"
    if _failed(clause, therapy, plain):
        return "failed"
    eligibility = clause.sentence.kind is ELIGIBILITY
    for word in clause.of("past"):
        if -len(word.text) <= therapy.start - word.end <= FAR and (
            eligibility or word.text.startswith(EARLIER) or _negated(clause, therapy, plain)
        ):
            return "past"
    if _undone(clause, therapy) or (eligibility and _heads_past(clause.sentence.heading or "")):
        return "past"
    return None


def _failed(clause: Clause, therapy: Therapy, plain: Plain) -> bool:
    """True where a therapy no longer works, or where a title puts the trial after it."""
    for word in clause.of("failed"):
        if 0 <= therapy.start - word.end <= FAR and _speaks_of(word, therapy, plain):
            return _of_patients(clause, word, plain)
        if word.start >= therapy.end and FAILED_AFTER.fullmatch(plain.lower, therapy.end, word.start):
            return True
    if clause.sentence.kind not in TITLES or therapy.name in LOCAL:
        return False
    return bool(AFTER.search(plain.lower, clause.start, therapy.start))


def _speaks_of(word: Word, therapy: Therapy, plain: Plain) -> bool:
    """True where what failed is the therapy: "refractory to X", not "refractory disease treated with X"."""
    if GIVEN.search(plain.lower, word.end, therapy.start):
        return False
    state = word.text.startswith(STATES) and not LINK.search(word.text)
    return not state or bool(LINK.search(plain.lower, word.end, min(word.end + BESIDE, therapy.start)))


def _of_patients(clause: Clause, word: Word, plain: Plain) -> bool:
    """True unless running text speaks of failure in general, not of patients."""
    if clause.sentence.kind not in PROSE:
        return True
    before = plain.lower[clause.sentence.start : word.start]
    return any(word in before for word in PATIENTS) and not IN_GENERAL.search(before)


def _polarity(clause: Clause, therapy: Therapy, trigger: str, plain: Plain) -> str | None:
    """What is asked of a therapy; None where it is barred for an interval only, or one of several ways in."""
    if any(_allows(word, therapy, trigger, clause, plain) for word in clause.of("allowed")):
        return "allowed"
    if trigger == "past" and _for_an_interval(clause, therapy, plain):
        return None
    negated = trigger == "untreated" or _negated(clause, therapy, plain)
    if trigger not in OUTRIGHT and _limited(clause, therapy, any_limit=negated):
        return None
    if clause.sentence.polarity == "exclusion":
        barred = not negated or MUST_NOT.search(plain.lower, clause.start, therapy.start) is not None
        return "excluded" if trigger == "past" and barred and not _seldom_meant(clause, therapy, plain) else None
    if negated and trigger != "trait":
        asked = (
            trigger != "failed"
            and therapy.name not in NEVER_BARRED
            and not _heads_choice(clause.sentence.heading or "")
        )
        return "excluded" if asked else None
    local = therapy.name in LOCAL and not _must_have(clause, therapy, plain)
    return None if local or _one_of_several(clause, therapy, plain) else "required"


def _must_have(clause: Clause, therapy: Therapy, plain: Plain) -> bool:
    """True for radiotherapy that a criterion says in so many words that patients must have had."""
    return therapy.name == "radiotherapy" and MUST_HAVE.search(plain.lower, clause.start, therapy.start) is not None


def _allows(word: Word, therapy: Therapy, trigger: str, clause: Clause, plain: Plain) -> bool:
    """True where a therapy may have been given; of what failed, only within the brackets that both stand in."""
    if trigger == "failed":
        opened = plain.text.rfind("(", clause.start, therapy.start)
        return opened >= 0 and ")" not in plain.text[opened : word.start] and word.start > opened
    return trigger == "past" and reaches(word, therapy, clause, plain)


def _one_of_several(clause: Clause, therapy: Therapy, plain: Plain) -> bool:
    """True for a therapy that only some patients need, or that stands in a list of which one item is enough."""
    sentence = clause.sentence
    if _heads_choice(sentence.heading or "") or ALTERNATIVE.search(plain.lower[sentence.start : sentence.end]):
        return True
    if CONDITIONAL.match(plain.lower, sentence.start, therapy.start) or _heads_list(clause, therapy):
        return True
    if OF_SOME.search(plain.lower, clause.start, therapy.start) or _of_those_who(sentence, therapy, plain):
        return True
    return FOR_SOME.search(plain.lower[therapy.end : clause.end]) is not None or _as_example(clause, therapy, plain)


def _of_those_who(sentence: Sentence, therapy: Therapy, plain: Plain) -> bool:
    """True for what some patients were given, of whom the sentence goes on to ask something else."""
    who = SOME_WHO.match(plain.lower, sentence.start, therapy.start)
    return who is not None and DUTY.search(plain.lower, therapy.end, sentence.end) is not None


def _limited(clause: Clause, therapy: Therapy, *, any_limit: bool) -> bool:
    """True where only the number of earlier therapies is bounded: "no more than two prior systemic therapies"."""
    limits = [word for word in clause.of("limit") if 0 <= therapy.start - word.end <= BESIDE]
    any_limit = any_limit or clause.sentence.polarity == "exclusion"
    return any(any_limit or word.text.startswith(AT_MOST) for word in limits)


def _seldom_meant(clause: Clause, therapy: Therapy, plain: Plain) -> bool:
    """Surgery, and transplants named along with organ transplants, are barred for other reasons than the disease."""
    organ = therapy.name in TRANSPLANTS and ORGAN.search(plain.lower, clause.start, clause.end)
    return therapy.name in NEVER_BARRED or _heads_list(clause, therapy) or bool(organ)


def _heads_list(clause: Clause, therapy: Therapy) -> bool:
    """True for the "Prior cancer therapy:" above a list that says which, and for how long."""
    return therapy.name in GENERIC and clause.sentence.text.rstrip().endswith((":", "："))


def _for_an_interval(clause: Clause, therapy: Therapy, plain: Plain) -> bool:
    """True where a therapy is barred for some weeks only; in a list of inclusions the weeks must stand beside it."""
    near = NEAR // 2 if clause.sentence.polarity == "inclusion" else clause.end - clause.start
    unless = (word.start for word in clause.of("except") if word.text == "unless")
    excepted = min(unless, default=clause.end)
    return any(
        word.start < excepted and -near <= word.start - therapy.end <= near and reaches(word, therapy, clause, plain)
        for word in clause.of("interval")
    )


def _as_example(clause: Clause, therapy: Therapy, plain: Plain) -> bool:
    """True for one of several examples, none of which is asked for by itself."""
    example = EXAMPLE.search(plain.lower, clause.start, therapy.start)
    if example is None:
        return False
    return example[0][0] == "(" or " or " in plain.text[example.end() : min(therapy.end + BESIDE, clause.end)]


def _undone(clause: Clause, therapy: Therapy) -> bool:
    """True where the words after a therapy say that it was not given: "taxane-naive", "... has not been performed"."""
    for word in clause.of("undone"):  # noqa: SIM110
        if 0 <= word.start - therapy.end <= (1 if "na" in word.text else NEAR):
            return True
    return False


def _negated(clause: Clause, therapy: Therapy, plain: Plain) -> bool:
    """True where a negation reaches the therapy."""
    if _undone(clause, therapy):
        return True
    for word in clause.of("never"):
        if word.end <= therapy.start and not SIDES.search(plain.lower, word.end, therapy.start):
            return True
    return False
