"""The verbs of a device's life, each on a page that says what will happen."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.inventory import actions, queries
from quartermaster.inventory.models import Device
from quartermaster.inventory.permits import DEVICE_MANAGE
from quartermaster.lifecycle.actions.personal import leave_personal
from quartermaster.web.pages import ActPage, Crumb


class MoveDevice(ActPage[Device]):
    """Base: one device, one verb."""

    permit = DEVICE_MANAGE
    thing = "device"
    done = "Done: {}."

    def rows(self) -> QuerySet[Device]:
        return queries.devices_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("inventory:device", kwargs={"key": self.object.pk})
        return (
            Crumb("Devices", reverse("inventory:devices")),
            Crumb(self.object.asset_tag, here),
        )

    def named(self) -> dict[str, Any]:
        """The arguments that every verb takes."""
        return {"device_id": self.object.pk, "actor": self.actor, "at": self.at}


class TakeBackDevice(MoveDevice):
    """Take a device back into stock (C-3)."""

    title = "Take the device back"
    sentence = "{} goes back into stock and is with nobody from now on."
    submit = "Take back"
    done = "{} is back in stock."

    def act(self, form: Any) -> Device:  # noqa: ARG002 (nothing to fill in)
        return actions.unassign(**self.named())


class ReportLost(MoveDevice):
    """Note that a device is lost (G-11)."""

    title = "Report the device lost"
    sentence = "{} is noted as lost. Who held it stays on record."
    submit = "Report lost"
    look = "secondary"
    done = "{} is noted as lost."

    def act(self, form: Any) -> Device:  # noqa: ARG002 (nothing to fill in)
        return actions.report_lost(**self.named())


class SendToRepair(MoveDevice):
    """Note that a device is in repair (G-11)."""

    title = "Send the device to repair"
    sentence = "{} is noted as in repair; it goes back to its holder or into stock."
    submit = "Send to repair"
    done = "{} is noted as in repair."

    def act(self, form: Any) -> Device:  # noqa: ARG002 (nothing to fill in)
        return actions.send_to_repair(**self.named())


class HandBack(MoveDevice):
    """Give a device that was found or repaired back (G-11)."""

    title = "Hand the device back"
    submit = "Hand back"
    done = "{} is with its holder again."

    def explain(self) -> str:
        return f"{self.object} goes back to {self.object.holder or 'its holder'}."

    def act(self, form: Any) -> Device:  # noqa: ARG002 (nothing to fill in)
        return actions.hand_back(**self.named())


class RetireDevice(MoveDevice):
    """End the record of a device (C-3, G-2)."""

    submit = "Retire"
    look = "secondary"
    done = "The record of {} is closed."

    def heading(self) -> str:
        return "End the registration" if self.object.personal else "Retire the device"

    def explain(self) -> str:
        if self.object.personal:
            return f"{self.object} is no longer let in to City services. Its owner keeps it."
        return f"{self.object} leaves the inventory for good. Its history stays."

    def act(self, form: Any) -> Device:  # noqa: ARG002 (nothing to fill in)
        if self.object.personal:
            leave_personal(reason="ITMD ended the registration.", **self.named())
            return self.object
        return actions.retire(**self.named())
