"""Cases over the API: trimmed as everywhere, and without outcomes."""

import json

import pytest

from quartermaster.org.roles import Role
from tests.factories import cases as make


def ids(answer):
    assert answer.status_code == 200
    return {item["id"] for item in answer.json()["items"]}


@pytest.mark.clause("C-1", "E-1")
def test_cases_are_for_whom_they_concern(cast, at, call):
    case = make.prepared(cast.ana, at)
    for who in (cast.ana, cast.cole, cast.ida):
        assert ids(call(who, "cases", "cases:read")) == {str(case.id)}
    for who in (cast.sue, cast.rex):
        assert ids(call(who, "cases", "cases:read")) == set()
        assert call(who, f"cases/{case.id}", "cases:read").status_code == 404
    make.cases.confirm(case=case, reason="x", actor=cast.acting(cast.ida), at=at)
    seen = {n: ids(call(getattr(cast, n), "cases", "cases:read")) for n in ("cole", "sue", "rex")}
    assert seen == {"cole": set(), "sue": {str(case.id)}, "rex": set()}
    assert ids(call(cast.ida, "cases?state=prepared", "cases:read")) == set()
    assert call(cast.ida, "cases", "findings:read").status_code == 403


@pytest.mark.clause("E-1")
def test_the_evidence_is_there_and_no_outcome(cast, at, call):
    case = make.decided(cast, make.with_role(cast, Role.HR), at)
    one = call(cast.ida, f"cases/{case.id}", "cases:read").json()
    assert one["evidence"]["facts"]["observed"] == "No passcode is set."
    assert (one["state"], "warning" in json.dumps(one)) == ("decided", False)
