"""Findings, enrolments and commands over the API, trimmed as everywhere."""

import pytest

from tests.factories.compliance import FindingFactory
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import CommandFactory, EnrolmentFactory


def ids(answer):
    assert answer.status_code == 200
    return {item["id"] for item in answer.json()["items"]}


@pytest.mark.clause("C-1")
def test_findings_are_for_whom_they_concern(cast, call):
    finding = FindingFactory(device=DeviceFactory(holder=cast.ana))
    for who in (cast.ana, cast.cole, cast.ida):
        assert ids(call(who, "findings", "findings:read")) == {str(finding.id)}
    for who in (cast.sue, cast.rex):  # a supervisor hears of it when it is referred, not before
        assert ids(call(who, "findings", "findings:read")) == set()
        assert call(who, f"findings/{finding.id}", "findings:read").status_code == 404
    one = call(cast.ana, f"findings/{finding.id}", "findings:read").json()
    assert (one["clause"], one["state"]) == ("G-3", "open")
    assert ids(call(cast.ida, "findings?state=cured", "findings:read")) == set()
    asked = f"findings?device={finding.device_id}"
    assert ids(call(cast.ida, asked, "findings:read")) == {str(finding.id)}


def test_enrolments_show_no_secret(cast, call):
    enrolment = EnrolmentFactory(device=DeviceFactory(holder=cast.ana))
    command = CommandFactory(enrolment=enrolment)
    address = f"enrolments/{enrolment.id}"
    assert ids(call(cast.ida, "enrolments?state=enrolled", "enrolments:read")) == {
        str(enrolment.id)
    }
    assert ids(call(cast.ida, f"enrolments?device={command.id}", "enrolments:read")) == set()
    one = call(cast.ana, address, "enrolments:read").json()
    assert not {name for name in one if "token" in name or "sealed" in name}
    listed = call(cast.ida, f"{address}/commands?state=queued", "enrolments:read")
    assert ids(listed) == {str(command.id)}
    assert "payload" not in listed.json()["items"][0]
    for path in (address, f"{address}/commands"):
        assert call(cast.rex, path, "enrolments:read").status_code == 404
