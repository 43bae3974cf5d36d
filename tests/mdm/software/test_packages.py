"""Addresses of packages: forged, old, another's, and the parts of a file."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.ids import new_id
from quartermaster.mdm import packages
from quartermaster.mdm.actions import software as actions
from quartermaster.mdm.packages import PREFIX, AddressRefused, Part, address_of, opened
from quartermaster.mdm.ranges import part_of
from tests.factories.software import HOUSE, DeviceSoftwareFactory, package, packaged


@pytest.fixture
def made(enrolment):
    ours = packaged()
    DeviceSoftwareFactory(enrolment=enrolment, software=ours)
    return package(ours)


def path(address):
    return address.partition(f"{PREFIX}/")[2]


@pytest.mark.django_db
@pytest.mark.parametrize("part", list(Part))
def test_an_address_leads_to_its_package_for_a_time(enrolment, made, at, part):
    address = path(address_of(part, enrolment.id, made.id, at))
    assert opened(address, at) == (part, enrolment.id, made)
    life = packages.MANIFEST_LIFE if part is Part.MANIFEST else packages.PACKAGE_LIFE
    assert opened(address, at + life - timedelta(seconds=1))[2] == made
    with pytest.raises(AddressRefused):
        opened(address, at + life)


@pytest.mark.django_db
def test_a_forged_address_leads_nowhere(enrolment, made, at):
    address = path(address_of(Part.PACKAGE, enrolment.id, made.id, at))
    kind, _, token = address.partition("/")
    device, package_id, expires, signature = token.split("-")
    later = str(int(expires) + 999)
    forged = [
        "",
        "package",
        f"package/{token[:-1]}",
        f"manifest/{token}",  # the other part
        f"package/{device}-{package_id}-{later}-{signature}",
        f"package/{new_id().hex}-{package_id}-{expires}-{signature}",
        f"package/{device}-{new_id().hex}-{expires}-{signature}",
        f"package/{device}-{package_id}-{expires}-{'0' * 64}",
        f"package/{device}-{package_id}-{'9' * 30}-{signature}",
        f"package/../../etc/passwd/{token}",
        f"package/{token}/../../secret",
        f"{kind}/{token.upper()}",
        f"package/{token}\n",
    ]
    for attempt in forged:
        with pytest.raises(AddressRefused):
            opened(attempt, at)


@pytest.mark.django_db
def test_an_address_made_with_another_key_leads_nowhere(enrolment, made, at, settings):
    address = path(address_of(Part.PACKAGE, enrolment.id, made.id, at))
    settings.SECRET_KEY = "another"
    with pytest.raises(AddressRefused):
        opened(address, at)


@pytest.mark.clause("G-10")
@pytest.mark.django_db
def test_an_address_ends_with_the_enrolment_the_package_and_the_wish(enrolment, made, at):
    address = path(address_of(Part.PACKAGE, enrolment.id, made.id, at))
    row = enrolment.software.get()
    for change in (
        lambda: type(row).objects.filter(id=row.id).update(state="removed"),
        lambda: actions.withdraw_package(package=made, actor=HOUSE, at=at),
        lambda: type(enrolment).objects.filter(id=enrolment.id).update(state="ended", ended_at=at),
    ):
        opened(address, at)
        change()
        with pytest.raises(AddressRefused):
            opened(address, at)
        type(row).objects.filter(id=row.id).update(state="wanted")
        type(made).objects.filter(id=made.id).update(withdrawn_at=None)


@pytest.mark.django_db
def test_another_device_has_no_use_for_it(enrolment, made, assigned, at):
    from tests.factories.mdm import enrolled  # the factory of this test alone

    other = enrolled(assigned("PH-2"), at)
    with pytest.raises(AddressRefused):
        opened(path(address_of(Part.PACKAGE, other.id, made.id, at)), at)


@pytest.mark.parametrize(
    ("header", "size", "expected"),
    [
        ("", 10, None),
        ("bytes=0-", 10, (0, 10)),
        ("bytes=0-3", 10, (0, 4)),
        ("bytes=4-99", 10, (4, 10)),
        ("bytes=-3", 10, (7, 10)),
        ("bytes=-99", 10, (0, 10)),
        ("bytes=5-4", 10, None),
        ("bytes=0-1,4-5", 10, None),
        ("items=0-1", 10, None),
        ("bytes=-", 10, None),
        ("bytes=x-y", 10, None),
    ],
)
def test_ranges(header, size, expected):
    found = part_of(header, size)
    assert (found and (found.start, found.stop)) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=11-12", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(header):
    with pytest.raises(ValueError, match="no such part"):
        part_of(header, 10)


@given(st.text(max_size=40), st.integers(0, 1000))
def test_no_header_reaches_outside_the_file(header, size):
    try:
        found = part_of(f"bytes={header}", size)
    except ValueError:
        return
    assert found is None or 0 <= found.start < found.stop <= size
