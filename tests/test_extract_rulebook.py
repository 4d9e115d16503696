"""Every rule file loads, and every rule matches its examples and none of its counterexamples."""

from importlib.resources import files
from pathlib import Path

import pytest

from extract.lexicon import Lexicon
from extract.model import Section, SectionKind
from extract.rulebook import Rule, load_rulebook
from extract.scan import Scanner, plain_text
from extract.sentences import split_sentences
from extract.text import RecordText
from ontology.errors import RuleError

NAMES = sorted(
    Path(str(entry)).stem for entry in files("extract").joinpath("rules").iterdir() if entry.name.endswith(".toml")
)
RULES = [(name, rule) for name in NAMES for rule in load_rulebook(name).rules]
# The rules about therapies are asked for words before a name, which no sentence ends with.
NEEDY = [(name, rule) for name, rule in RULES if "needs" in rule.value]
SCANNED = [rule for name, rule in NEEDY if name != "context_therapies"]


@pytest.mark.parametrize(("name", "rule"), RULES, ids=lambda value: value.id if isinstance(value, Rule) else value)
def test_rule_matches_its_examples_only(name: str, rule: Rule) -> None:
    assert rule.examples, f"{name}: a rule needs an example"
    assert [text for text in rule.examples if not rule.pattern.search(text)] == []
    assert [text for text in rule.counterexamples if rule.pattern.search(text)] == []


def test_rule_ids_are_unique_over_all_files() -> None:
    ids = [rule.id for _, rule in RULES]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("rule", [rule for _, rule in NEEDY], ids=lambda rule: rule.id)
def test_the_words_of_an_example_call_for_its_rule(rule: Rule) -> None:
    assert [text for text in rule.examples if not Lexicon([rule])(text)] == []


@pytest.mark.parametrize("rule", SCANNED, ids=lambda rule: rule.id)
def test_a_rule_is_tried_on_its_own_examples(rule: Rule) -> None:
    assert [text for text in rule.examples if not scanned(rule, text)] == []


def scanned(rule: Rule, text: str) -> bool:
    record = RecordText([Section("s", SectionKind.ELIGIBILITY, text)])
    sentences = split_sentences(record)
    return any(Scanner([rule]).hits(plain_text(record.text, sentences), sentences))


def test_a_pattern_is_compiled_once_when_it_is_asked_for() -> None:
    rule = Rule("r", "prior")
    assert "pattern" not in vars(rule)
    assert rule.pattern is rule.pattern
    assert rule.pattern.search("PRIOR therapy")


def test_what_is_no_regular_expression_is_told_with_its_rule() -> None:
    with pytest.raises(RuleError, match=r"record line\.x: bad regular expression"):
        _ = Rule("line.x", "(").pattern
