"""Rules made for text in lower case.

A pattern that ignores case tries each branch of an alternation letter by letter, one for lower case skips most of them
by their first letter. A record's text exists in lower case, offset for offset (`RecordText.lower`).
"""

from dataclasses import replace

from extract.rulebook import Rule
from extract.scan import lower_source


def lowered(rule: Rule) -> Rule:
    """The same rule for text in lower case; one that looks at case stays as it is. Nothing is compiled yet."""
    source = lower_source(rule.source)
    return rule if source is None else replace(rule, source=source, flags=0)
