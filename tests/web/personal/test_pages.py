"""What the City can see and do, and leaving, as pages."""

import re

import pytest
from django.urls import reverse

from quartermaster.lifecycle.models import Leaving
from quartermaster.mdm.powers import powers_over
from tests.factories import mdm
from tests.factories.inventory import PersonalDeviceFactory

pytestmark = pytest.mark.django_db


def to(name, device):
    return reverse(f"personal:{name}", kwargs={"key": device.pk})


def body(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def own(cast):
    device = PersonalDeviceFactory(holder=cast.ana, asset_tag="OWN-1")
    mdm.EnrolmentFactory(device=device)
    return device


@pytest.mark.clause("G-1")
@pytest.mark.clause("G-2")
def test_the_owner_reads_all_of_it_from_the_page_of_the_device(logged_in, cast, own, at):
    ana = logged_in(cast.ana)
    assert to("powers", own) in body(ana.get(reverse("mdm:mine")))
    assert to("powers", own) in body(ana.get(reverse("inventory:device", kwargs={"key": own.pk})))
    page, powers = body(ana.get(to("powers", own))), powers_over(own, at)
    for words in (*powers.seen, *powers.unseen, *powers.may, *powers.cannot, *powers.removed):
        assert words.replace("'", "&#x27;") in page
    assert "nothing that it costs is paid back" in page


@pytest.mark.clause("G-2")
def test_the_owner_leaves_and_reads_what_was_removed(logged_in, cast, own):
    ana = logged_in(cast.ana)
    assert "It is no loss" in body(ana.get(to("leave", own)))
    assert ana.post(to("leave", own), {}).url == reverse("mdm:mine")
    assert Leaving.objects.get().own_wish
    shown = body(logged_in(cast.ida).get(reverse("inventory:device", kwargs={"key": own.pk})))
    assert "How it left" in shown
    assert ana.post(to("leave", own), {}).status_code == 404


def test_itmd_says_why_and_others_find_nothing(logged_in, cast, own):
    for person, status in ((cast.rex, 404), (cast.sue, 404), (cast.cole, 404)):
        assert logged_in(person).get(to("powers", own)).status_code == status
        assert logged_in(person).post(to("leave", own), {"reason": "x"}).status_code == status
    ida = logged_in(cast.ida)
    assert ida.post(to("leave", own), {}).status_code == 422
    assert ida.post(to("leave", own), {"reason": "Too old"}).status_code == 302


def test_a_system_without_management_says_so(logged_in, cast):
    own = PersonalDeviceFactory(holder=cast.ana, platform="android")
    assert "can do nothing on it" in body(logged_in(cast.ana).get(to("powers", own)))
