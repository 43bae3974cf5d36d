"""Where is it? The pages of devices that their holders say they do not have."""

import pytest
from django.urls import reverse

from quartermaster.lifecycle.models import Denial
from tests.factories.denials import denied
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db


def to(name, thing):
    return reverse(name, kwargs={"key": thing.pk})


def body(answer):
    return answer.content.decode()


class TestDenials(RoomViewTests):
    list_name = "denials:denials"
    detail_name = "denials:denial"
    seen_by = {
        "ana": {"own"},
        "cole": {"own"},
        "sue": {"own"},
        "ida": {"own", "other"},
        "rex": {"other"},
    }

    def things(self, cast, at):
        return {"own": denied(cast, cast.ana, at), "other": denied(cast, cast.rex, at)}


@pytest.mark.clause("C-3", "G-11")
def test_the_coordinator_finds_it_in_what_waits_and_clears_it_up(logged_in, cast, at):
    row = denied(cast, cast.ana, at)
    cole = logged_in(cast.cole)
    assert f"Find out: {row}" in body(cole.get(reverse("waiting:mine")))
    page = body(cole.get(to("denials:denial", row)))
    for label in ("Report it lost", "It is coming back", "They have it after all"):
        assert label in page
    assert "They have it after all" not in body(logged_in(cast.sue).get(to("denials:denial", row)))
    assert cole.post(to("denials:explain", row), {"reason": ""}).status_code == 422
    cole.post(to("denials:explain", row), {"reason": "It is in her van"})
    row.refresh_from_db()
    assert (row.state, row.outcome) == ("explained", "It is in her van")
    assert f"Find out: {row}" not in body(cole.get(reverse("waiting:mine")))
    shown = body(cole.get(reverse("denials:denials"), {"state": "explained"}))
    assert row.device.asset_tag in shown
    assert row.device.asset_tag not in body(cole.get(reverse("denials:denials")))


def test_neither_rex_nor_sue_explain_it(logged_in, cast, at):
    row = denied(cast, cast.ana, at)
    for who, expected in ((cast.rex, 404), (cast.sue, 403)):
        answer = logged_in(who).post(to("denials:explain", row), {"reason": "No"})
        assert answer.status_code == expected
    assert Denial.objects.get().state == "open"
