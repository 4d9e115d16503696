"""The stages as they come with the project: who judges."""

import pytest

from graph import tools
from shapes.validate import Report


@pytest.mark.parametrize(("pyshacl", "asked"), [(True, 2), (False, 0)])
def test_pyshacl_judges_every_trial_where_that_is_wished(
    monkeypatch: pytest.MonkeyPatch, *, pyshacl: bool, asked: int
) -> None:
    seen: list[bytes] = []

    def judge(ntriples: bytes) -> Report:
        seen.append(ntriples)
        return Report()

    monkeypatch.setattr(tools, "pipeline", lambda _names: None)
    monkeypatch.setattr(tools, "pyshacl_validator", lambda _shapes: judge)
    made = tools.stages(None, pyshacl=pyshacl)
    line = b'<https://w3id.org/trialgraph/trial/NCT90000001> <http://example.org/says> "x" .\n'
    reports = made.check({"NCT90000001": line, "NCT90000002": line})
    assert set(reports) == {"NCT90000001", "NCT90000002"}
    assert all(report.conforms for report in reports.values())
    assert len(seen) == asked
