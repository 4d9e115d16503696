"""Rules made for text in lower case.

A pattern that ignores case tries each branch of an alternation letter by letter, one for lower case skips most of them
by their first letter. A record's text exists in lower case, offset for offset (`RecordText.lower`).
"""

import re
from dataclasses import replace

from extract.rulebook import Rule
from extract.scan import for_lower_case


def lowered(rule: Rule) -> Rule:
    """The same rule for text in lower case."""
    return replace(rule, pattern=lowered_pattern(rule.pattern))


def lowered_pattern(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """The same pattern for text in lower case; a pattern that looks at case stays as it is."""
    return for_lower_case(pattern) or pattern
