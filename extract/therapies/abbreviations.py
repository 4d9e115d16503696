"""Short forms and the long forms that a record defines them by.

The algorithm is Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical
text" (Pacific Symposium on Biocomputing, 2003): the letters of the short form are looked for from right to left in
the words before its parenthesis. "SF (long form)" and "SF: long form" are read the same way.
"""

import re
from collections.abc import Iterator

from extract.text import places, tried_at

INSIDE = re.compile(r"[(（]([^()（）]{2,80})[)）]")
SHORT = re.compile(r"\s?([^\W_][\w/+ -]{1,11}?)\s?(?:[;,，].{0,60})?")
LAST_WORD = re.compile(r"(?<![\w-])([A-Z][\w/+-]{1,9})\s?$")
COLON = re.compile(r"(?<=[A-Za-z0-9])\s?[:：=]\s?([a-z][^.;:,()\n]{4,80})")
# What these patterns are tried at.
OPEN, SIGNS = "(（", ":：="
# No long form goes back over these.
STOPS = "(.;:\n"
WORDS_BACK = re.compile(r"[\w'/+&.,-]")


def find_abbreviations(text: str) -> dict[str, str]:
    """Short form to long form, the first definition of each."""
    found: dict[str, str] = {}
    for match in tried_at(OPEN, INSIDE, text):
        inside = SHORT.fullmatch(match[1])
        short = inside[1] if inside else ""
        if _is_short(short):
            long_form = _long_before(short, text[max(0, match.start() - 120) : match.start()])
            if long_form:
                found.setdefault(short, long_form)
                continue
        _take(found, text, match)
    for match in _colons(text):
        _take(found, text, match)
    return found


def _colons(text: str) -> Iterator[re.Match[str]]:
    """The matches of `COLON`, tried at colons only: by itself it is tried at every letter."""
    resume = 0
    for at in places(SIGNS, text):
        if at < resume:
            continue
        blank = at - 1 >= resume and text[at - 1].isspace()
        match = (COLON.match(text, at - 1) if blank else None) or COLON.match(text, at)
        if match:
            resume = match.end()
            yield match


def _take(found: dict[str, str], text: str, match: re.Match[str]) -> None:
    """Keep "SF (long form)" and "SF: long form" where the first letters of the long form are the short form's."""
    last = LAST_WORD.search(text[max(0, match.start() - 12) : match.start()])
    if last and _is_short(last[1]) and _starts_like(last[1], match[1]):
        found.setdefault(last[1], match[1].strip())


def _is_short(short: str) -> bool:
    """A short form has 2 to 10 signs, a capital, and no more than two words."""
    return 2 <= len(short) <= 10 and any(map(str.isupper, short)) and short.count(" ") <= 1


def _long_before(short: str, before: str) -> str | None:
    """The shortest stretch of words before a parenthesis that holds the short form's letters in order."""
    cut = max(map(before.rfind, STOPS)) + 1
    before = before[cut:].rstrip()
    letters = [c for c in short.lower() if c.isalnum()]
    if not letters or not WORDS_BACK.search(before):
        return None
    at, low = len(before), before.lower()
    for letter in letters[:0:-1]:
        at = low.rfind(letter, 0, at)
        if at < 0:
            return None
    at = low.rfind(letters[0], 0, at)
    while at > 0 and low[at - 1].isalnum():  # the first letter starts a word
        at = low.rfind(letters[0], 0, at)
    if at < 0:
        return None
    long_form = before[at:].strip()
    enough = len(long_form.split()) <= min(len(letters) + 5, len(letters) * 2)
    return long_form if enough and len(long_form) > len(short) else None


def _starts_like(short: str, long_form: str) -> bool:
    """True where the words' first letters, in order, hold the letters of the short form."""
    firsts = [word[0].lower() for word in re.findall(r"[A-Za-z0-9]+", long_form)]
    letters = [c for c in short.lower() if c.isalpha()]
    return bool(letters) and len(letters) <= len(firsts) and firsts[: len(letters)] == letters
