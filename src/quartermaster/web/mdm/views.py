"""Lists of enrolments and commands, and one's own devices."""

from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When

from quartermaster.inventory.models import Device
from quartermaster.inventory.queries import devices_visible_to
from quartermaster.kernel.permits import reach
from quartermaster.mdm import queries
from quartermaster.mdm.driver import is_managed
from quartermaster.mdm.models import Command, Enrolment
from quartermaster.mdm.permits import COMMAND_SEND, ENROLMENT_VIEW
from quartermaster.mdm.states import OPEN_COMMANDS, EnrolmentState
from quartermaster.policy.queries import acknowledgement_due
from quartermaster.web.guard import SIGNED_IN
from quartermaster.web.mdm.filters import CommandFilters, EnrolmentFilters
from quartermaster.web.mdm.tables import CommandTable, EnrolmentTable
from quartermaster.web.pages import ListPage, Page


class Enrolments(ListPage[Enrolment]):
    """Which devices are under management, and which were."""

    permit = ENROLMENT_VIEW
    title = "Enrolments"
    lead = "A device under management takes the City's settings and reports whether it has them."
    table_class = EnrolmentTable
    filters = EnrolmentFilters
    search = ("device__asset_tag", "device__holder__family_name", "device__holder__given_name")
    search_hint = "Asset tag or holder"
    empty = "No device is under management yet. Invite one from its page."
    noun = ("enrolment", "enrolments")
    template_name = "mdm/enrolments.html"

    def context(self) -> dict[str, Any]:
        may = reach(self.actor, COMMAND_SEND).everything
        return {**super().context(), "may_act": may, "query": self.request.GET.urlencode()}

    def rows(self) -> QuerySet[Enrolment]:
        return queries.enrolments_visible_to(self.actor).select_related("wake")


class Commands(ListPage[Command]):
    """What was sent to devices, and what came back."""

    permit = COMMAND_SEND
    title = "Commands"
    lead = "A command waits until its device asks for it; after 14 days it is given up."
    table_class = CommandTable
    filters = CommandFilters
    search = ("enrolment__device__asset_tag", "kind")
    search_hint = "Asset tag or command"
    empty = "No command was queued yet."
    noun = ("command", "commands")

    def rows(self) -> QuerySet[Command]:
        may_cancel = reach(self.actor, COMMAND_SEND).everything
        waiting = Q(state__in=sorted(OPEN_COMMANDS)) & Q(Value(may_cancel))
        label = Case(
            When(waiting, then=Value("Cancel")),
            default=None,
            output_field=CharField(null=True),
        )
        rows = queries.commands_visible_to(self.actor).annotate(cancel_label=label)
        return rows.order_by(F("queued_at").desc(), "-id")


class MyDevices(Page):
    """What the reader holds, whether it is under management, and enrolling it."""

    permit = SIGNED_IN
    title = "My devices"
    lead = "What you hold of the City, and your own devices that you use for City work."
    template_name = "mdm/mine.html"

    def context(self) -> dict[str, Any]:
        person_id = self.actor.person_id
        if person_id is None:
            return {"lines": [], "due": None}
        devices = devices_visible_to(self.actor).filter(holder_id=person_id)
        live = Enrolment.objects.filter(device__holder_id=person_id).exclude(
            state=EnrolmentState.ENDED
        )
        enrolments = {item.device_id: item for item in live.order_by("state")}
        return {
            "lines": [self._line(device, enrolments.get(device.id)) for device in devices],
            "due": acknowledgement_due(person_id, self.at),
        }

    @staticmethod
    def _line(device: Device, enrolment: Enrolment | None) -> dict[str, Any]:
        managed = is_managed(device.platform)
        enrolled = enrolment is not None and enrolment.state == EnrolmentState.ENROLLED
        return {
            "device": device,
            "enrolment": enrolment if enrolled else None,
            "managed": managed,
            "may_enrol": managed and not enrolled,
        }
