"""`tg_interventions`: every therapy that a trial arm gives."""

from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc

from extract.facts import Intervention
from extract.resources import Resources
from extract.text import RecordText
from extract.therapies.fuzzy import read_spelling
from extract.therapies.known import know
from extract.therapies.model import Plan, Therapy
from extract.therapies.plan import make_plan
from extract.therapies.resolve import Resolver
from extract.therapies.scene import Reader, make_scene
from extract.therapies.stems import read_stems

EVIDENCE_LIMIT = 3


@Language.factory(
    "tg_interventions",
    requires=["doc._.record", "doc._.sentences", "doc._.plain", "doc._.mentions", "doc._.abbreviations"],
    assigns=["doc._.plan", "doc._.interventions"],
)
def create_interventions(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Index the vocabulary that the pipeline was made with."""
    vocabulary = Resources.of(nlp).vocabulary
    resolver = Resolver(know(vocabulary), read_stems(vocabulary), read_spelling(vocabulary))
    reader = Reader(vocabulary)
    return lambda doc: assign_interventions(doc, reader, resolver)


def assign_interventions(doc: Doc, reader: Reader, resolver: Resolver) -> Doc:
    """Assign `doc._.plan` and `doc._.interventions`."""
    state = doc._
    scene = make_scene(doc, reader)
    state.plan = plan = make_plan(scene, resolver)
    state.interventions = tuple(to_facts(scene.record, plan))
    return doc


def to_facts(record: RecordText, plan: Plan) -> list[Intervention]:
    """The therapies of a plan as facts; one that no regimen gives counts as experimental."""
    experimental = {key for regimen in plan.regimens if regimen.role == "experimental" for key in regimen.keys}
    control = {key for regimen in plan.regimens if regimen.role == "control" for key in regimen.keys} - experimental
    return [
        _fact(record, therapy, places, surfaces, "control" if therapy.key in control else "experimental")
        for therapy, places, surfaces in zip(plan.therapies, plan.places, plan.surfaces, strict=True)
    ]


def _fact(
    record: RecordText, therapy: Therapy, places: tuple[tuple[int, int], ...], surfaces: tuple[str, ...], role: str
) -> Intervention:
    return Intervention(
        name=therapy.name,
        mentions=surfaces,
        type=therapy.type,
        role=role,
        purpose=therapy.purpose,
        targets=therapy.targets,
        classes=therapy.classes,
        xrefs=therapy.xrefs,
        term=therapy.term,
        certainty=therapy.certainty,
        rule=therapy.rule,
        evidence=tuple(record.evidence(start, end) for start, end in places[:EVIDENCE_LIMIT]),
    )
