"""From naming a wrong check to the second person who takes it back."""

import pytest
from django.urls import reverse

from quartermaster.compliance.models import Fault
from tests.factories import cases as make
from tests.factories.destruction import second_person

pytestmark = pytest.mark.django_db
FORM = {
    "check": "passcode",
    "since": "2026-11-24 00:00",
    "until": "2026-11-24 09:01",
    "reason": "The check read the wrong answer",
}


def to(name, fault=None):
    return reverse(f"cases:{name}", kwargs={"key": fault.pk} if fault else {})


@pytest.mark.clause("C-1")
def test_the_plan_is_seen_before_another_takes_it_back(logged_in, cast, at):
    finding = make.told(cast.ana, at)
    ida, ben = logged_in(cast.ida), logged_in(second_person(cast))
    late = ida.post(to("fault-name"), {**FORM, "until": "2036-11-24 09:01"})
    assert late.status_code == 422
    assert ida.post(to("fault-name"), FORM).status_code == 302
    fault = Fault.objects.get()
    page = ida.get(to("fault", fault)).content.decode()
    assert finding.device.asset_tag in page
    assert to("fault-confirm", fault) not in page
    assert to("fault-confirm", fault) in ben.get(to("fault", fault)).content.decode()
    assert ida.post(to("fault-confirm", fault)).status_code == 403
    assert logged_in(cast.rex).get(to("faults")).status_code == 403
    ben.post(to("fault-confirm", fault))
    finding.refresh_from_db()
    assert (finding.state, finding.fault) == ("withdrawn", fault)
    own = logged_in(cast.ana).get(reverse("compliance:finding", kwargs={"key": finding.pk}))
    assert "It was our fault" in own.content.decode()
