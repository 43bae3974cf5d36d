"""The page that answers whether what a device must have has arrived."""

import pytest
from django.urls import reverse

from quartermaster.mdm import queries
from quartermaster.mdm.models import Announcement
from quartermaster.mdm.states import CommandState
from tests.mdm.test_declaring import configure, enrolment, system_is, told
from tests.mdm.test_progress import becomes

pytestmark = pytest.mark.django_db
__all__ = ["enrolment"]  # a fixture


def page_of(client, enrolment):
    return client.get(reverse("mdm:declarations", kwargs={"key": enrolment.pk}))


def test_the_page_shows_states_reasons_and_the_way_over(enrolment, at, logged_in, cast):
    system_is(enrolment, "15.8", at)
    configure(enrolment, at)
    becomes(CommandState.ACKNOWLEDGED, at)
    client = logged_in(cast.ida)
    assert "Nothing is declared to this device" in page_of(client, enrolment).content.decode()
    system_is(enrolment, "18.1", at)
    configure(enrolment, at)
    becomes(CommandState.ACKNOWLEDGED, at)
    told(enrolment, at, active=False, valid="invalid", reasons=["Error.ConfigurationIsInvalid"])
    shown = page_of(client, enrolment).content.decode()
    assert "Going over to declarations" in shown
    assert "The device takes it for invalid." in shown
    assert "Refused" in shown
    told(enrolment, at)
    shown = page_of(client, enrolment).content.decode()
    assert "Going over to declarations" not in shown
    assert "In force" in shown


def test_the_page_is_for_those_who_may_see_the_device(enrolment, logged_in, cast):
    codes = {
        name: page_of(logged_in(getattr(cast, name)), enrolment).status_code
        for name in ("ana", "cole", "sue", "ida", "rex")
    }
    assert codes == {"ana": 200, "cole": 200, "sue": 200, "ida": 200, "rex": 404}


def test_a_report_that_was_not_understood_is_marked(enrolment, at, logged_in, cast):
    queries.reports_of(enrolment).create(
        enrolment=enrolment, body=b"{", received_at=at, error="The report could not be read: x."
    )
    shown = page_of(logged_in(cast.ida), enrolment).content.decode()
    assert "The report could not be read: x." in shown
    assert not Announcement.objects.exists()
