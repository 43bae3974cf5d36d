"""Which device asks for its identity by which means."""

import pytest

from quartermaster.drivers.apple.driver import AppleDriver
from quartermaster.drivers.apple.means import ACME, SCEP, means_for
from quartermaster.mdm.driver import Context
from quartermaster.mdm.errors import NotPossible
from quartermaster.mdm.ways import Way

KNOWN = Context("city", "ios", os_version="18.1", product="iPhone17,3")
UNKNOWN = Context("city", "ios")
OLD = Context("city", "ios", os_version="15.8", product="iPhone10,1")
NO_CHIP = Context("city", "ipados", os_version="17.0", product="iPad7,11")
MAC = Context("city", "macos", os_version="14.2", product="Mac14,2")
OLD_MAC = Context("city", "macos", os_version="13.6", product="Mac14,2")
OWN = Context("personal", "ios", os_version="18.1", product="iPhone17,3")
USER = Context(
    "personal", "ios", os_version="18.1", product="iPhone17,3", way=Way.ACCOUNT_DRIVEN_USER
)
ALL = (KNOWN, UNKNOWN, OLD, NO_CHIP, MAC, OLD_MAC, OWN, USER)


@pytest.mark.clause("G-10")
def test_without_a_wish_everybody_uses_scep(settings):
    settings.APPLE_ACME = "off"
    assert {means_for(context) for context in ALL} == {SCEP}


@pytest.mark.clause("G-1", "G-10")
def test_where_it_is_preferred_only_what_is_known_to_have_it(hardware_keys):
    hardware_keys.APPLE_ACME = "preferred"
    assert [context for context in ALL if means_for(context) == ACME] == [KNOWN, MAC, USER]


@pytest.mark.clause("G-10")
def test_where_it_is_required_nothing_else_comes_in(hardware_keys):
    for context in (OLD, NO_CHIP, OLD_MAC):
        with pytest.raises(NotPossible, match="requires keys in the hardware"):
            means_for(context)
    assert {means_for(context) for context in (KNOWN, UNKNOWN, MAC, OWN, USER)} == {ACME}


@pytest.mark.clause("G-1")
@pytest.mark.parametrize(
    ("context", "told"), [(KNOWN, True), (MAC, True), (USER, True), (OWN, False)]
)
def test_the_disclosure_says_whether_apple_is_asked_about_the_device(context, told, hardware_keys):
    words = "whether Apple vouches for it and for its system"
    disclosure = AppleDriver().disclosure(context)
    assert (words in disclosure.seen, words in disclosure.unseen) == (told, not told and True)
    hardware_keys.APPLE_ATTESTATION_ROOTS = ""
    assert words not in AppleDriver().disclosure(context).seen
