"""One command: where it stands, what a refusal means, and sending it again."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.kernel.permits import reach
from quartermaster.mdm import acting, actions, queries
from quartermaster.mdm.actions.retrying import why_not_again
from quartermaster.mdm.meanings import meaning_of
from quartermaster.mdm.models import Command
from quartermaster.mdm.permits import COMMAND_SEND
from quartermaster.mdm.rules.commands import ENDED
from quartermaster.mdm.states import OPEN_COMMANDS
from quartermaster.web.links import device_address
from quartermaster.web.marks import chip, full_time, when
from quartermaster.web.mdm.tables import COMMANDS
from quartermaster.web.pages import ActPage, Button, Crumb, DetailPage, Fact


class CommandPage(DetailPage[Command]):
    """What was sent to a device, by whom and why, and what came back. Never its content."""

    permit = COMMAND_SEND
    thing = "command"
    template_name = "mdm/command.html"

    def rows(self) -> QuerySet[Command]:
        return queries.commands_visible_to(self.actor).select_related("retry_of", "retry")

    def heading(self) -> str:
        return f"{self.object.kind} to {self.object.enrolment.device.asset_tag}"

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Commands", reverse("mdm:commands")),)

    def state(self) -> Any:
        command = self.object
        return chip(command.get_state_display(), tone=COMMANDS[command.state])

    def buttons(self) -> Sequence[Button]:
        command = self.object
        if not reach(self.actor, COMMAND_SEND).everything:
            return ()
        where = {"key": command.pk}
        if command.state in OPEN_COMMANDS:
            return (Button("Cancel", "mdm:command-cancel", COMMAND_SEND, where, look="secondary"),)
        if command.state in ENDED and not why_not_again(command):
            return (Button("Send it again", "mdm:command-retry", COMMAND_SEND, where),)
        return ()

    def facts(self) -> Sequence[Fact]:
        command = self.object
        device = command.enrolment.device
        return (
            Fact("Device", device.asset_tag, device_address(self.request, device)),
            Fact("Asked by", command.queued_by),
            Fact("Why", command.reason or "—"),
            Fact("Queued", when(command.queued_at, self.at)),
            Fact(
                "Sent",
                when(command.sent_at, self.at) if command.sent_at else "Not yet",
                note=_times(command.attempts),
            ),
            *self._ends(command),
        )

    def _ends(self, command: Command) -> Sequence[Fact]:
        found = []
        if command.deferred_at is not None and command.answered_at is None:
            found.append(Fact("Waiting until unlocked since", when(command.deferred_at, self.at)))
        if command.answered_at is not None:
            found.append(Fact("Answered", when(command.answered_at, self.at)))
        if command.state in OPEN_COMMANDS:
            found.append(Fact("Given up", full_time(command.expires_at)))
        if command.retry_due_at is not None:
            found.append(Fact("Tried again by itself", full_time(command.retry_due_at)))
        return found

    def context(self) -> dict[str, Any]:
        command = self.object
        return {
            **super().context(),
            "meaning": meaning_of(command),
            "standing": acting.standing_of(command, self.at),
            "earlier": command.retry_of,
            "later": getattr(command, "retry", None),
            "sealed": command.sealed,
        }


def _times(attempts: int) -> str:
    return f"offered {attempts} times" if attempts > 1 else ""


class RetryCommand(ActPage[Command]):
    """Send a command again that failed, expired or was withdrawn (G-10)."""

    permit = COMMAND_SEND
    thing = "command"
    title = "Send it again"
    sentence = "{}: the same command goes to the device once more, as a new one."
    submit = "Send it again"
    done = "The command waits for the device."

    def rows(self) -> QuerySet[Command]:
        return queries.commands_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        page = reverse("mdm:command", kwargs={"key": self.object.pk})
        return (Crumb("Commands", reverse("mdm:commands")), Crumb(self.object.kind, page))

    def act(self, form: Any) -> Any:  # noqa: ARG002 (the form only confirms)
        return actions.retry_command(command=self.object, actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:
        return reverse("mdm:command", kwargs={"key": outcome.pk})
