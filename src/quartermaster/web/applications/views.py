"""The catalogue, one application, and how far everything is on devices."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.urls import reverse

from quartermaster.inventory.models import Platform
from quartermaster.kernel.permits import reach
from quartermaster.mdm import software as queries
from quartermaster.mdm.models import DeviceSoftware, LicencePool, Software, SoftwareSource
from quartermaster.mdm.software_permits import SOFTWARE_MANAGE, SOFTWARE_RETRY, SOFTWARE_VIEW
from quartermaster.mdm.software_states import SoftwareState
from quartermaster.web.applications.tables import STATES, OnDeviceTable, SoftwareTable
from quartermaster.web.links import department_address, device_address
from quartermaster.web.marks import chip, when
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, Filters, ListPage

MOST_DEVICES = 25
CRUMB = "Applications"


def crumbs() -> tuple[Crumb, ...]:
    return (Crumb(CRUMB, reverse("applications:list")),)


def platforms_of(names: Sequence[str]) -> str:
    return ", ".join(Platform(name).label for name in names)


class Applications(ListPage[Software]):
    """What the City delivers (G-4, G-10)."""

    permit = SOFTWARE_VIEW
    title = "Applications"
    lead = "What is brought to devices: because the policy requires it, or because it was assigned."
    table_class = SoftwareTable
    search = ("title", "identifier")
    search_hint = "Name or identifier"
    empty = "Nothing is delivered yet. Add an application from the store or a package of your own."
    noun = ("application", "applications")

    def rows(self) -> QuerySet[Software]:
        return queries.software_visible_to(self.actor).filter(retired_at=None)

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Add from the store", "applications:add-store", SOFTWARE_MANAGE, look=""),
            Button("Add a package", "applications:add-ours", SOFTWARE_MANAGE),
            Button("On devices", "applications:devices", SOFTWARE_VIEW),
        )


class OnDeviceFilters(Filters):
    """By state."""

    state = django_filters.ChoiceFilter(
        choices=[(state.value, state.value.capitalize()) for state in SoftwareState],
        empty_label="Any",
        label="State",
    )


class OnDevices(ListPage[DeviceSoftware]):
    """Every application on its way to a device, there, or in trouble."""

    permit = SOFTWARE_VIEW
    title = "Applications on devices"
    lead = "Whether it arrived, and if not, what the device said."
    table_class = OnDeviceTable
    filters = OnDeviceFilters
    search = ("software__title", "device__asset_tag", "reason")
    search_hint = "Application, asset tag or what was said"
    empty = "No application is on its way to a device."
    noun = ("application on a device", "applications on devices")

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs()

    def rows(self) -> QuerySet[DeviceSoftware]:
        may = reach(self.actor, SOFTWARE_RETRY).everything
        stuck = Q(state__in=["failed", "declined"]) & Q(Value(may))
        label = Case(
            When(stuck, then=Value("Try again")),
            default=None,
            output_field=CharField(null=True),
        )
        rows = queries.device_software_visible_to(self.actor).annotate(again_label=label)
        return rows.order_by(F("changed_at").desc(), "-id")


class Application(DetailPage[Software]):
    """One application: what it is, where it is, who is to have it (G-4)."""

    permit = SOFTWARE_VIEW
    thing = "application"
    template_name = "applications/one.html"

    def rows(self) -> QuerySet[Software]:
        return queries.software_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs()

    def state(self) -> Any:
        return chip("Retired", tone="neutral") if self.object.retired_at else None

    def facts(self) -> Sequence[Fact]:
        software = self.object
        terms = [
            "removed when a device leaves" if software.remove_at_unenrolment else "",
            "its data stays out of back-ups" if software.keep_out_of_backups else "",
        ]
        settings = sorted(software.configuration)
        if software.sealed_configuration is not None:
            settings.append("and secrets, sealed")
        return (
            Fact("Identifier", software.identifier),
            Fact("From", software.get_source_display(), note=software.store_id),
            Fact("For", platforms_of(software.platforms)),
            Fact("Terms", ", ".join(filter(None, terms)) or "None"),
            Fact("Settings sent with it", ", ".join(settings) or "None"),
            Fact("Attributes", ", ".join(sorted(software.attributes)) or "None"),
            Fact("Decided", when(software.decided_at), note=f"by {software.decided_by}"),
            Fact("Why", software.note),
        )

    def buttons(self) -> Sequence[Button]:
        software = self.object
        if software.retired_at is not None:
            return ()
        key = {"key": software.pk}
        found = [
            Button("Assign", "applications:assign", SOFTWARE_MANAGE, key, look=""),
            Button("Change", "applications:change", SOFTWARE_MANAGE, key),
            Button("Retire", "applications:retire", SOFTWARE_MANAGE, key, look="secondary"),
        ]
        if software.source == SoftwareSource.PACKAGE:
            found.insert(1, Button("Add a version", "applications:version", SOFTWARE_MANAGE, key))
        return found

    def context(self) -> dict[str, Any]:
        software = self.object
        on_devices = queries.device_software_visible_to(self.actor).filter(software=software)
        assignments = queries.assignments_visible_to(self.actor).filter(
            software=software, ended_at=None
        )
        pool = LicencePool.objects.filter(store_id=software.store_id, gone_at=None).first()
        return {
            **super().context(),
            "rows_on_devices": [
                (row, device_address(self.request, row.device), _mark(row))
                for row in on_devices.order_by("state", "device__asset_tag")[:MOST_DEVICES]
            ],
            "count": on_devices.count(),
            "assigned": [(row, self._receiver(row)) for row in assignments],
            "packages": software.packages.select_related("file", "approver"),
            "to_approve": set(queries.packages_to_approve(self.actor).filter(software=software)),
            "pool": pool if software.store_id else None,
            "may_manage": reach(self.actor, SOFTWARE_MANAGE).everything,
        }

    def _receiver(self, row: Any) -> tuple[str, str]:
        if row.department is not None:
            return row.department.name, department_address(self.request, row.department)
        return row.device.asset_tag, device_address(self.request, row.device)


def _mark(row: DeviceSoftware) -> Any:
    return chip(row.get_state_display(), tone=STATES[row.state])
