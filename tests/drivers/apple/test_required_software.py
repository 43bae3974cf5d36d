"""Required software: brought where the catalogue has it, looked for elsewhere, never dropped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.compile import compile_for
from quartermaster.mdm.driver import Context
from quartermaster.mdm.queries import wanted_for
from quartermaster.policy.requirements import LAX, replaced
from tests.factories.software import SoftwareFactory
from tests.mdm.software.test_assign import require

NAMES = st.frozensets(st.sampled_from(["com.a", "com.b", "com.c", "com.d"]))


def compiled(required, deliverable, **more):
    context = Context(
        **{"ownership": "city", "platform": "ios", "deliverable": frozenset(deliverable), **more}
    )
    return compile_for(replaced(LAX, "required_software", frozenset(required)), context)


@pytest.mark.clause("G-4")
def test_what_the_catalogue_has_is_delivered_and_the_rest_is_told():
    made = compiled({"com.a", "com.b"}, {"com.a", "com.z"})
    assert made.delivered == (("required_software", ("com.a",)),)
    assert made.remarks == (("required_software", "Not in the catalogue for this system: com.b."),)
    assert made.observed == ()


def test_without_a_catalogue_it_is_looked_at_with_the_reason():
    made = compiled({"com.a"}, set())
    assert (made.observed, made.delivered) == (("required_software",), ())
    assert made.remarks[0][1] == "Not in the catalogue for this system: com.a."


def test_a_personal_mac_is_left_alone():
    made = compiled({"com.a"}, {"com.a"}, ownership="personal", platform="macos")
    assert [key for key, _ in made.unenforceable] == ["required_software"]


@given(NAMES.filter(bool), NAMES, st.sampled_from(["ios", "ipados", "macos"]))
def test_nothing_required_is_silently_dropped(required, deliverable, platform):
    made = compiled(required, deliverable, platform=platform)
    brought = {name for _, names in made.delivered for name in names}
    told = " ".join(remark for _, remark in made.remarks)
    assert brought == required & deliverable
    assert all(name in told for name in required - deliverable)
    assert brought or made.observed == ("required_software",)


@pytest.mark.django_db
@pytest.mark.clause("G-4", "C-5")
def test_a_device_is_told_what_it_will_be_brought(assigned, at):
    SoftwareFactory(identifier="com.city.inspect")
    require(at, "com.city.inspect", "com.city.unheard")
    made = wanted_for(assigned(), at)
    assert made.delivered == (("required_software", ("com.city.inspect",)),)
    assert "com.city.unheard" in made.remarks[0][1]
