"""How often pages ask the database that tell of the whole city: it grows with nothing.

Each is opened twice: in an empty city, and in one where there is something of nearly everything.
"""

import pytest

from quartermaster.kernel.clock import now
from quartermaster.reports.counting import count_fleet
from quartermaster.reports.snapshot import take_snapshot
from tests.web.addresses import all_addresses
from tests.web.samples import open_addresses
from tests.web.suites import QueryBudget

pytestmark = pytest.mark.django_db
MOST = {
    "/": 40,
    "/waiting/": 30,
    "/waiting/count/": 30,
    "/policy/trace/": 70,
    "/reports/compliance/": 25,
    "/reports/oscal/results.json": 12,
    "/enrolments/": 12,
    "/people/": 12,
    "/findings/": 14,
    "/metrics": 25,
}
ROOMS = {"cases", "compliance", "decisions", "destruction", "handover", "losses", "requests"}
WHERE_NOTHING_WAITS = {"/": 30, "/waiting/": 15, "/waiting/count/": 14}


@pytest.mark.parametrize("address", WHERE_NOTHING_WAITS)
def test_where_nothing_waits_all_kinds_are_asked_at_once(logged_in, cast, address):
    client = logged_in(cast.ida)
    client.get(address)
    with QueryBudget(WHERE_NOTHING_WAITS[address]):
        client.get(address)


def test_where_there_is_something_of_everything(logged_in, cast, at):
    some = [one for one in all_addresses() if one.name.partition(":")[0] in ROOMS]
    open_addresses(some, cast, at)
    take_snapshot(now())
    count_fleet(now())
    client = logged_in(cast.ida)
    client.get("/")
    for address, most in MOST.items():
        with QueryBudget(most):
            assert client.get(address).status_code in {200, 302}, address
