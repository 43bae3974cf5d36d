"""Devices that are alike are given the same by the same requirements."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.driver import AppleDriver
from quartermaster.mdm.driver import Context, Holder
from quartermaster.mdm.fleets import Alike
from quartermaster.policy.requirements import LAX
from tests.factories.requirements import requirements

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
DRIVER = AppleDriver()
contexts = st.builds(
    Context,
    ownership=st.sampled_from(["city", "personal"]),
    platform=st.sampled_from(["ios", "ipados", "macos"]),
    supervised=st.booleans(),
    os_version=st.sampled_from(["", "14.8", "18.7", "26.1"]),
    way=st.sampled_from(["profile", "account-driven-user", "automated"]),
    enrolment=st.sampled_from(["", "one", "two"]),
    enrolled_at=st.none() | st.just(AT),
    holder=st.sampled_from([Holder(), Holder("Ana Reyes", "ana@city.example")]),
    update_since=st.none() | st.just(AT),
    lost=st.booleans(),
    deliverable=st.frozensets(st.sampled_from(["com.a", "com.b"])),
)


def carried(compiled, own):
    """What a device is given, with the versions that are made for it alone."""
    return (
        {
            name: replace(item, token=own.get(item.key, item.token))
            for name, item in compiled.carriers().items()
        },
        compiled.unenforceable,
        compiled.delivered,
        compiled.observed,
        compiled.remarks,
    )


@pytest.mark.clause("G-10")
@pytest.mark.parametrize("door", ["http://127.0.0.1:8001", "https://mdm.city.example"])
@given(requirements(), contexts)
def test_what_is_left_out_changes_neither_carriers_nor_what_is_left_over(door, wanted, context):
    assert isinstance(DRIVER, Alike)

    with override_settings(DEVICES_URL=door):
        alike = DRIVER.alike(context, wanted)
        shared = DRIVER.compile(wanted, alike)
        own = DRIVER.tokens(shared)(context.enrolment)
        assert carried(shared, own) == carried(DRIVER.compile(wanted, context), {})
        assert DRIVER.alike(alike, wanted) == alike


def test_two_holders_phones_are_alike_and_two_kinds_are_not():
    phone = Context("city", "ios", supervised=True, os_version="18.7", enrolment="one")
    other = replace(phone, enrolment="two", holder=Holder("Rex Moreau", "rex@city.example"))
    assert DRIVER.alike(phone, LAX) == DRIVER.alike(other, LAX)
    assert DRIVER.alike(phone, LAX) != DRIVER.alike(replace(phone, supervised=False), LAX)
