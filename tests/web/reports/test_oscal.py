"""The page of OSCAL and its files."""

import json

import pytest
from django.urls import reverse

from quartermaster.org.models import RoleAssignment
from quartermaster.org.roles import Role
from tests.cast import LONG_AGO
from tests.factories.policy import adopted
from tests.reports.oscal.shapes import faults

FILES = {
    "oscal-catalog": "catalog",
    "oscal-profile": "profile",
    "oscal-results": "assessment-results",
    "oscal-device-results": "assessment-results",
}


def _url(name):
    arguments = {"code": "WATER"} if name in {"oscal-profile", "oscal-device-results"} else {}
    return reverse(f"reports:{name}", kwargs=arguments)


@pytest.mark.parametrize("name", list(FILES))
def test_itmd_downloads(cast, logged_in, name):
    adopted()
    answer = logged_in(cast.ida).get(_url(name))
    assert answer["Content-Disposition"].startswith("attachment;")
    document = json.loads(answer.content)
    assert list(document) == [FILES[name]]
    assert faults(document) == []


@pytest.mark.parametrize("who", ["ana", "cole", "rex"])
def test_others_do_not(cast, logged_in, who):
    client = logged_in(getattr(cast, who))
    for name in ("oscal", *FILES):
        assert client.get(_url(name)).status_code == 403


def test_the_page_leads_to_every_file(cast, logged_in):
    page = logged_in(cast.ida).get(_url("oscal")).content.decode()
    assert [name for name in FILES if f'href="{_url(name)}"' not in page] == []


def test_the_help_desk_is_offered_no_devices(cast, logged_in):
    RoleAssignment.objects.create(person=cast.rex, role=Role.ITMD_HELPDESK, granted_at=LONG_AGO)
    client = logged_in(cast.rex)
    assert _url("oscal-device-results") not in client.get(_url("oscal")).content.decode()
    assert client.get(_url("oscal-device-results")).status_code == 403
