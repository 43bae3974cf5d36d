"""Enrolments over the API say when a device was woken and whether it can be."""

from datetime import timedelta

from quartermaster.kernel.clock import now
from quartermaster.mdm.models import Wake
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory

SCOPE = "enrolments:read"


def test_an_enrolment_says_how_it_was_woken(cast, call):
    phone = EnrolmentFactory(device=DeviceFactory(holder=cast.ana))
    never = EnrolmentFactory(device=DeviceFactory(holder=cast.ana))
    at = now()
    Wake.objects.create(
        enrolment=phone,
        asked_at=at,
        outcome="gone",
        said="Gone.",
        woken_at=at - timedelta(days=1),
        cannot_since=at,
    )
    items = call(cast.ida, "enrolments", SCOPE).json()["items"]
    found = {item["id"]: item for item in items}
    said = found[str(phone.id)]
    assert said["wake_outcome"] == "gone"
    assert said["woken_at"] < said["cannot_be_woken_since"]
    assert call(cast.ida, f"enrolments/{phone.id}", SCOPE).json() == said
    nothing = found[str(never.id)]
    assert (nothing["woken_at"], nothing["wake_outcome"], nothing["cannot_be_woken_since"]) == (
        None,
        "",
        None,
    )
    assert not {"sealed_push_token", "topic"} & set(said)
