"""What is counted by the clock is what would be counted then and there, and says since when."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.mdm.posture import OS_VERSION, SOFTWARE, UPDATES
from quartermaster.reports.counting import Standings, count_fleet, fleet_of, standings_of
from quartermaster.reports.models import Figure, FleetCount
from quartermaster.reports.snapshot import take_snapshot
from quartermaster.reports.standing import outcomes_of
from tests.factories.compliance import EvaluationFactory
from tests.factories.inventory import DeviceFactory, PersonalDeviceFactory
from tests.factories.mdm import EnrolmentFactory, FactFactory

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-10")]
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MAIL, GAME = ({"identifier": f"com.{name.lower()}", "name": name} for name in ("Mail", "Game"))
NAMELESS = {"identifier": "com.nameless"}


def managed(holder, factory=DeviceFactory, state="enrolled", lag=None, place=None, **facts):
    device = factory(holder=holder, department=place or holder.department)
    EnrolmentFactory(device=device, state=state)
    keys = {"system": OS_VERSION, "software": SOFTWARE, "updates": UPDATES}
    for name, value in facts.items():
        FactFactory(device=device, key=keys[name], value=value)
    if lag is not None:
        said, since = lag
        EvaluationFactory(device=device, check_name="minimum_os", state=said, since=since)
    return device


@pytest.fixture
def city(cast, at):
    """A little of everything that is told, in two departments."""
    waiting = [{"version": "18.2", "critical": False}]
    critical = [{"version": "18.2", "critical": True}, {"critical": False}]
    managed(cast.ana, system="18.1", software=[MAIL, MAIL, GAME], updates=[], lag=("pass", at))
    managed(cast.sue, system="18.1", software=[MAIL, NAMELESS], updates=waiting, lag=("fail", at))
    late = ("fail", at - 10 * DAY)
    managed(cast.ana, system="17.7", software="not a list", updates=critical, lag=late)
    managed(cast.ana, system="17.7", software=None, updates=None, lag=("fail", at - 40 * DAY))
    managed(cast.rex, system="17.7", software=[GAME], updates="?", lag=("pending", at))
    managed(cast.rex, lag=("stale", at))
    managed(cast.rex, lag=("not_applicable", at))
    managed(cast.ana, PersonalDeviceFactory, system="18.1", software=[NAMELESS])
    managed(cast.ana, state="pending", system="16.0", software=[NAMELESS])
    return cast


@pytest.mark.parametrize("who", ["ida", "cole", "rex"])
def test_both_ways_count_the_same_for_everybody(city, at, who):
    actor = city.acting(getattr(city, who))
    fresh = fleet_of(actor, at)
    assert fresh.counted_at is None
    count_fleet(at)
    kept = fleet_of(actor, at + MINUTE)
    told = None if who == "rex" else at  # of nothing, it is not said when it was counted
    assert vars(kept) == {**vars(fresh), "counted_at": told}


def outcomes(holder, *states, **more):
    device = managed(holder, **more)
    for number, state in enumerate(states):
        answerable = state != "unanswerable"
        EvaluationFactory(
            device=device,
            check_name=f"check-{number}",
            state=state if answerable else "unknown",
            answerable=answerable,
        )


@pytest.fixture
def standing(cast):
    """Devices that stand every way, in two departments; Cole has one of the library's."""
    outcomes(cast.ana, "pass", "fail", "stale")
    outcomes(cast.ana, "pass", "stale")
    outcomes(cast.ana, "pass", "unanswerable", "not_applicable", "excepted")
    outcomes(cast.sue, "pending")
    outcomes(cast.sue, "unanswerable")
    outcomes(cast.ana, "fail", state="pending")  # not under management
    outcomes(cast.rex, "fail")
    outcomes(cast.rex, "unknown")
    EvaluationFactory(device=managed(cast.cole, place=cast.library), state="fail")
    return cast


@pytest.mark.parametrize(
    ("who", "bad", "unknown", "good", "many"),
    [
        ("ida", 3, 3, 2, 14),
        ("cole", 2, 2, 2, 12),
        ("ana", 1, 1, 1, 9),
        ("rex", 1, 1, 0, 2),
    ],
)
def test_devices_by_their_worst_outcome_are_the_same_both_ways(
    standing, at, who, bad, unknown, good, many
):
    actor = standing.acting(getattr(standing, who))
    expected = {"compliant": good, "not compliant": bad, "not known": unknown}
    assert standings_of(actor, at) == Standings(expected)
    assert outcomes_of(actor, at) == (many, None)
    count_fleet(at)
    take_snapshot(at)
    by_clock = at if who in {"ida", "cole"} else None  # one's own are few, and counted now
    assert standings_of(actor, at + MINUTE) == Standings(expected, by_clock)
    assert outcomes_of(actor, at + MINUTE) == (many, by_clock)


def test_standings_that_are_old_or_of_the_future_are_counted_now(standing, at):
    count_fleet(at)
    ida = standing.acting(standing.ida)
    outcomes(standing.rex, "fail")
    for moment, bad in ((at - MINUTE, 4), (at, 3), (at + timedelta(minutes=15), 4)):
        assert standings_of(ida, moment).counts["not compliant"] == bad


def test_of_one_department(city, at):
    ida = city.acting(city.ida)
    fresh = fleet_of(ida, at, city.library.id)
    count_fleet(at)
    kept = fleet_of(ida, at, city.library.id)
    assert vars(kept) == {**vars(fresh), "counted_at": at}
    assert (kept.devices, [one.name for one in kept.software]) == (3, ["Game"])


def test_what_was_counted_long_ago_is_not_shown(city, at):
    count_fleet(at)
    later = at + timedelta(minutes=16)
    assert fleet_of(city.acting(city.ida), later).counted_at is None
    assert fleet_of(city.acting(city.ida), at - MINUTE).counted_at is None


def test_counting_again_replaces_what_was_counted(city, at):
    first = count_fleet(at)
    managed(city.ana, system="18.1")
    assert count_fleet(at + MINUTE) == first
    assert set(FleetCount.objects.values_list("counted_at", flat=True)) == {at + MINUTE}
    assert fleet_of(city.acting(city.ida), at + MINUTE).devices == 9


@pytest.mark.clause("G-1")
def test_software_of_a_personal_device_is_never_counted(city, at):
    count_fleet(at)
    rows = FleetCount.objects.filter(figure=Figure.SOFTWARE)
    assert set(rows.values_list("ownership", flat=True)) == {"city"}
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(ownership="personal")


def test_a_city_without_devices_counts_none(cast, at):
    assert count_fleet(at) == 0
    assert fleet_of(cast.acting(cast.ida), at).devices == 0


def test_what_devices_make_up_does_not_stop_the_count(cast, at):
    odd = [{"identifier": "x" * 5000, "name": "y" * 5000}, {"identifier": 7}, 7, None, [], "z"]
    managed(cast.ana, system="9" * 5000, software=odd, updates=[7, None])
    managed(cast.sue, system={"a": 1}, software={"identifier": "com.x"}, updates={})
    assert count_fleet(at) == 6
    found = fleet_of(cast.acting(cast.ida), at)
    assert [len(one.identifier) for one in found.software] == [1, 200]
