"""`tg_regimens`: what each arm or cohort gives together, and which of it is either/or."""

from spacy.language import Language
from spacy.tokens import Doc

from extract.facts import Certainty, Regimen
from extract.text import RecordText
from extract.therapies.choices import choice_groups
from extract.therapies.model import Plan, PlannedRegimen


@Language.component("tg_regimens", requires=["doc._.record", "doc._.plan"], assigns=["doc._.regimens"])
def regimens(doc: Doc) -> Doc:
    """Assign `doc._.regimens`."""
    state = doc._
    state.regimens = tuple(to_facts(state.record, state.plan))
    return doc


def to_facts(record: RecordText, plan: Plan) -> list[Regimen]:
    """The regimens of a plan as facts, keys turned to names."""
    names = {therapy.key: therapy.name for therapy in plan.therapies}
    first = {therapy.key: places[0] for therapy, places in zip(plan.therapies, plan.places, strict=True) if places}
    return [_fact(record, regimen, names, first) for regimen in plan.regimens]


def _fact(
    record: RecordText, regimen: PlannedRegimen, names: dict[str, str], first: dict[str, tuple[int, int]]
) -> Regimen:
    spans = regimen.spans or tuple(first[key] for key in regimen.keys if key in first)
    groups = choice_groups(regimen.keys, regimen.apart)
    return Regimen(
        arm=regimen.arm,
        role=regimen.role,
        interventions=tuple(names[key] for key in regimen.keys),
        one_of=tuple(tuple(names[key] for key in group) for group in groups),
        certainty=Certainty.INFERRED if regimen.inferred else Certainty.STATED,
        rule=regimen.rule,
        evidence=tuple(record.evidence(start, end) for start, end in spans[:3]),
    )
