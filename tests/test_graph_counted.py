"""The text that a trial is counted by: it says what the properties say, and each value comes back. All is invented."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from extract.facts import TrialFacts
from extract.model import Registry
from graph.counted import counted_text, counted_values, lexical
from graph.derive import derived_triples
from graph.knowledge import Knowledge
from graph.triples import Triple, ref, string
from ontology import iri
from ontology import terms as tg
from ontology.model import Vocabulary

TRIAL = iri.trial("NCT90000001")
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
BARE = TrialFacts(
    id="NCT90000001", title="t", phases=(), enrollment=None, registry=Registry(), lines=(), settings=(),
    interventions=(), regimens=(), is_combination=False, conditions=(), prior=(), biomarkers=(), endpoints=(),
    doses=(), abstained=(),
)  # fmt: skip


def read(text: str) -> dict[str, list[str]]:
    names = {line.split(" ")[0] for line in text.split("\n")}
    return {name: [lexical(value) for value in values] for name, values in counted_values(text, names).items()}


def test_the_sample_says_what_its_facts_and_shortcuts_say(
    sample_facts: TrialFacts, small_vocabulary: Vocabulary
) -> None:
    derived = derived_triples(sample_facts, Knowledge(small_vocabulary))
    (own,) = [triple.object for triple in derived if triple.predicate == tg.COUNTED_BY]
    assert own == string(counted_text(sample_facts, derived))
    found = read(counted_text(sample_facts, derived))
    assert found["offersLine"] == ["2", "3", "4", "5", "6"]
    assert found["phase"] == list(sample_facts.phases)
    assert found["isCombination"] == [str(sample_facts.is_combination).lower()]
    classes = {triple.object for triple in derived if triple.predicate == tg.OFFERS_CLASS}
    assert set(map(ref, found["offersClass"])) == classes != set()
    pairs = {triple.object for triple in derived if triple.predicate == tg.GIVES_TOGETHER}
    assert set(map(string, found["givesTogether"])) == pairs != set()
    assert (
        {therapy for pair in found["givesTogether"] for therapy in pair.split()}
        >= {value.split()[0] for name in ("givesClass", "givesTarget") for value in found[name]}
        != set()
    )


def test_of_what_is_given_alone_classes_and_targets_are_left_out(
    sample_facts: TrialFacts, small_vocabulary: Vocabulary
) -> None:
    alone = replace(sample_facts, regimens=sample_facts.regimens[1:2])
    found = read(counted_text(alone, derived_triples(alone, Knowledge(small_vocabulary))))
    assert found["offersClass"]
    assert not found.keys() & {"givesTogether", "givesClass", "givesTarget"}


@given(st.lists(WORDS, max_size=3), WORDS, st.lists(WORDS, min_size=1, max_size=3))
def test_any_value_comes_back(phases: list[str], status: str, names: list[str]) -> None:
    facts = replace(BARE, phases=tuple(phases), registry=Registry(status=status))
    classes = [iri.thing("class", name) for name in names]
    pair = f"{classes[0]} {classes[-1]}"
    derived = [Triple(TRIAL, tg.OFFERS_CLASS, ref(node)) for node in classes]
    found = read(counted_text(facts, [*derived, Triple(TRIAL, tg.GIVES_TOGETHER, string(pair))]))
    assert found.pop("phase", []) == sorted(set(phases), key=iri.encode)
    assert found == {
        "isCombination": ["false"],
        "status": [status],
        "offersClass": sorted(set(classes)),
        "givesTogether": [pair],
    }


def test_the_order_of_the_shortcuts_makes_no_difference(sample_facts: TrialFacts, small_vocabulary: Vocabulary) -> None:
    derived = derived_triples(sample_facts, Knowledge(small_vocabulary))
    assert counted_text(sample_facts, derived) == counted_text(sample_facts, (*reversed(derived), *derived))


def test_a_lone_surrogate_breaks_nothing() -> None:
    assert read(counted_text(replace(BARE, phases=("a\ud800",)), ()))["phase"] == ["a?"]
