"""Whatever happens at Apple and on the way there: after a good reading both lists are the same."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, automated
from quartermaster.mdm.models import (
    AutomatedProfile,
    DeviceList,
    ListedDevice,
    ServiceCredential,
)
from quartermaster.simulators.apple.services.dep import Dep
from quartermaster.simulators.apple.services.faults import Fault
from tests.cast import AT

pytestmark = pytest.mark.django_db
SERIALS = st.sampled_from([f"C02{letter}" for letter in "ABCDEFG"])
STEPS = st.one_of(
    st.tuples(st.just("buy"), SERIALS),
    st.tuples(st.just("sell"), SERIALS),
    st.tuples(st.just("change"), SERIALS),
    st.tuples(st.just("read"), st.none()),
    st.tuples(st.just("break off"), st.integers(0, 4)),
    st.tuples(st.just("forget"), st.none()),
    st.tuples(st.just("wait"), st.integers(1, 9)),
    st.tuples(st.just("tell again"), st.integers(0, 30)),
)


class City:
    """Apple's list and ours, and a clock for both."""

    def __init__(self, dep):
        self.dep, self.at, self.changes = dep, AT, 0

    def read(self):
        self.at += timedelta(hours=7)  # longer than any pause
        DeviceList.objects.update(due_at=self.at)
        automated.work_lists(self.at)

    def step(self, name, what):
        dep = self.dep
        self.changes += 1
        if name == "buy" and what not in dep.devices:
            dep.buy(what, asset_tag=str(self.changes))
        elif name == "sell" and what in dep.devices:
            dep.sell(what)
        elif name == "change" and what in dep.devices:
            dep.change(what, asset_tag=str(self.changes))
        elif name == "read":
            self.read()
        elif name == "break off":  # so many answers, and then none
            dep.page = 2
            self._break_off(what)
        elif name == "forget":
            dep.cursors.clear()
        elif name == "wait":
            self.at += timedelta(days=what)
            dep.moved += timedelta(days=what)
        elif name == "tell again" and what < len(dep.operations):
            self._tell_again(dep.operations[what])

    def _tell_again(self, said):
        """Old news; of what happened within one second, the later told is the newer."""
        own = (x for x in self.dep.operations if x["serial_number"] == said["serial_number"])
        if said["op_date"] < max(item["op_date"] for item in own):
            self.dep.operations.append(dict(said))

    def _break_off(self, after):
        whole, sync, left = self.dep.fetch, self.dep.sync, [after]

        def counted(call):
            def wrapped(cursor, limit):
                left[0] -= 1
                if left[0] < 0:
                    raise Fault(503, "SERVICE_UNAVAILABLE")
                return call(cursor, limit)

            return wrapped

        self.dep.fetch, self.dep.sync = counted(whole), counted(sync)
        self.read()
        self.dep.fetch, self.dep.sync = whole, sync


def forget_everything():
    for model in (ListedDevice, AutomatedProfile, DeviceList, ServiceCredential):
        model.objects.all().delete()


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, *HealthCheck]
)
@given(st.lists(STEPS, max_size=14))
def test_after_a_good_reading_both_lists_are_the_same(settings, steps):
    forget_everything()
    with Dep() as dep:
        settings.ADE_SERVER_URL = dep.address
        actions.import_credential(
            driver="apple", kind="ade", content=dep.token.dump(), actor=system("test"), at=AT
        )
        city = City(dep)
        for name, what in steps:
            city.step(name, what)
        city.read()
        city.read()
        ours = ListedDevice.objects.filter(removed_at=None)
        said = {row.serial: (row.asset_tag, row.profile_id) for row in ours}
        assert said == {
            serial: (record["asset_tag"], record["profile_uuid"])
            for serial, record in dep.devices.items()
        }
        assert not ListedDevice.objects.filter(assign_due_at__isnull=False).exists()
        assert DeviceList.objects.get().lease is None
