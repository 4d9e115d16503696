"""`tg_endpoints`: the endpoints of every outcome measure, in the record's order."""

from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from extract.facts import OutcomeEndpoint
from extract.model import OutcomeItem
from extract.outcomes.codes import NO_RULE, UNKNOWN, Hit, measured
from extract.outcomes.durations import time_frame_months
from extract.outcomes.landmarks import landmarks
from extract.text import RecordText


@Language.component("tg_endpoints", requires=["doc._.document", "doc._.record"], assigns=["doc._.endpoints"])
def endpoints(doc: Doc) -> Doc:
    """Assign `doc._.endpoints`."""
    state = doc._
    record: RecordText = state.record
    state.endpoints = tuple([fact for item in state.document.outcomes for fact in read_outcome(record, item)])
    return doc


def read_outcome(record: RecordText, item: OutcomeItem) -> Iterator[OutcomeEndpoint]:
    """One fact for each endpoint, and each landmark of it, that an outcome measure names; at least one."""
    measure = record.words(item.measure)
    description = record.words(item.description) if item.description else ""
    time_frame = record.words(item.time_frame) if item.time_frame else None
    named, described = measured(measure, description)
    months = time_frame_months(time_frame) if time_frame else None
    for hit in named or described or (None,):
        code, rule = (hit.code, hit.rule) if hit else (UNKNOWN, NO_RULE)
        spans = [record.bounds(item.measure)]
        if described and hit and item.description:
            spans.append(_within(record.bounds(item.description), hit))
        spans += [record.bounds(item.time_frame)] if item.time_frame else []
        points = landmarks(measure, description, time_frame or "", hit, code, described=bool(described))
        for landmark in points or (None,):
            yield OutcomeEndpoint(
                rank=item.rank,
                code=code,
                measure=measure,
                time_frame=time_frame,
                time_frame_months=months,
                landmark_months=landmark or None,  # "at baseline", "on day 1": no landmark of a course of time
                rule=rule,
                evidence=tuple(record.evidence(start, end) for start, end in spans),
            )


def _within(bounds: tuple[int, int], hit: Hit) -> tuple[int, int]:
    """A hit in a description as offsets of the record."""
    return bounds[0] + hit.start, bounds[0] + hit.end
