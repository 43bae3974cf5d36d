"""Asking: for one device from its page, for several by their tags, and for higher limits."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.kernel.errors import InvalidInput
from quartermaster.mdm import actions, holds, queries
from quartermaster.mdm.abilities import CanDestroy
from quartermaster.mdm.driver import driver_named
from quartermaster.mdm.models import DestructiveRequest, Enrolment
from quartermaster.mdm.permits import DESTRUCTION_REQUEST
from quartermaster.mdm.queries import context_of
from quartermaster.mdm.rules.destruction import (
    LONGEST_RAISE_HOURS,
    LONGEST_REASON,
    MOST_RAISED,
    MOST_TARGETS,
    Kind,
)
from quartermaster.mdm.states import EnrolmentState
from quartermaster.web.links import device_address
from quartermaster.web.pages import ActPage, Crumb, FormPage

_SEPARATORS = re.compile(r"[\s,;]+")
DESPITE = "despite_hold"
NEXT = "Nothing is sent yet: a second person must agree, and then it waits to be stopped."


class AskForm(forms.Form):
    """Why, and what may be said with it."""

    def __init__(
        self, *args: Any, choices: Sequence[Any] = (), held: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for item in choices:
            self.fields[item.name] = forms.BooleanField(label=item.label, required=False)
        if held:
            self.fields[DESPITE] = forms.BooleanField(
                label="Ask for it in spite of the hold",
                required=False,
                help_text="The records custodian alone can then agree, with their password.",
            )
        self.fields["reason"] = forms.CharField(
            label="Reason",
            max_length=LONGEST_REASON,
            help_text="The second person reads it, the holder is told it, and it is kept.",
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def said(self) -> dict[str, str]:
        return {
            name: "yes"
            for name, value in self.cleaned_data.items()
            if name not in {"reason", DESPITE} and value is True
        }


class AskPage(ActPage[Enrolment]):
    """Ask for one device. Says what is removed before anybody asks."""

    permit = DESTRUCTION_REQUEST
    thing = "enrolment"
    form_class = AskForm
    look = "secondary"
    submit = "Ask for it"
    done = "Asked. A second person must agree."
    kind: ClassVar[Kind]

    def rows(self) -> QuerySet[Enrolment]:
        return queries.enrolments_visible_to(self.actor).filter(state=EnrolmentState.ENROLLED)

    def crumbs(self) -> Sequence[Crumb]:
        device = self.object.device
        return (
            Crumb("Devices", reverse("inventory:devices")),
            Crumb(device.asset_tag, device_address(self.request, device)),
        )

    def explain(self) -> str:
        device = self.object.device
        holder = f", held by {device.holder}" if device.holder else ""
        return f"{device.asset_tag}{holder}. {NEXT}"

    def form_arguments(self) -> dict[str, Any]:
        driver, device = driver_named(self.object.driver), self.object.device
        if not isinstance(driver, CanDestroy):
            return {}
        held = bool(holds.hold_on(device, self.at))
        return {"choices": driver.choices(self.kind, context_of(device)), "held": held}

    def consequences(self) -> Sequence[str]:
        driver, device = driver_named(self.object.driver), self.object.device
        if not isinstance(driver, CanDestroy):
            return ("This platform cannot do it.",)
        context = context_of(device)
        if problem := driver.why_not_destroy(self.kind, context, {}):
            return (problem,)
        held = holds.hold_on(device, self.at)
        return (*((f"On hold. {held}",) if held else ()), *driver.removes(self.kind, context, {}))

    def act(self, form: AskForm) -> DestructiveRequest:
        return actions.request_destruction(
            kind=self.kind,
            enrolments=[self.object],
            arguments=form.said(),
            reason=form.cleaned_data["reason"],
            despite_hold=bool(form.cleaned_data.get(DESPITE)),
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("destruction:request", kwargs={"key": outcome.pk})


class AskToErase(AskPage):
    """Ask that a City device be erased (G-10, G-11)."""

    title = "Ask to erase the device"
    kind = Kind.WIPE


class AskToRemove(AskPage):
    """Ask that what the City put on a device be removed (G-10)."""

    title = "Ask to remove management and work data"
    kind = Kind.REMOVAL


class ManyForm(forms.Form):
    """Several devices by their tags."""

    kind = forms.ChoiceField(
        label="What",
        choices=[(item.value, item.label) for item in (Kind.REMOVAL, Kind.WIPE)],
    )
    tags = forms.CharField(
        label="Asset tags",
        max_length=31 * MOST_TARGETS,
        help_text=f"One a line, {MOST_TARGETS} at most. All of them must be under management.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        help_text="The second person reads it, the holders are told it, and it is kept.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AskForMany(FormPage):
    """Ask for a set of devices at once (G-10)."""

    permit = DESTRUCTION_REQUEST
    title = "Ask for several devices"
    lead = NEXT
    form_class = ManyForm
    submit = "Ask for it"
    look = "secondary"
    done = "Asked. A second person must agree."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Erasing and letting go", reverse("destruction:requests")),)

    def act(self, form: Any) -> DestructiveRequest:
        tags = [tag for tag in _SEPARATORS.split(form.cleaned_data["tags"]) if tag]
        return actions.request_destruction(
            kind=Kind(form.cleaned_data["kind"]),
            enrolments=self._enrolled(tags),
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )

    def _enrolled(self, tags: Sequence[str]) -> list[Enrolment]:
        rows = queries.enrolments_visible_to(self.actor).filter(
            state=EnrolmentState.ENROLLED, device__asset_tag__in=tags
        )
        found = {item.device.asset_tag: item for item in rows}
        missing = [tag for tag in dict.fromkeys(tags) if tag not in found]
        if missing:
            named = ", ".join(missing[:10])
            raise InvalidInput(f"Not under management here: {named}.", field="tags")
        return list(found.values())

    def next_address(self, outcome: Any) -> str:
        return reverse("destruction:request", kwargs={"key": outcome.pk})


class RaiseForm(forms.Form):
    """How many more, and for how long."""

    extra = forms.IntegerField(label="Devices more", min_value=1, max_value=MOST_RAISED)
    hours = forms.IntegerField(label="For how many hours", min_value=1, max_value=24)
    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        help_text="The second person reads it, and it is kept.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AskForMore(FormPage):
    """Ask that the limits be raised for some hours (G-10)."""

    permit = DESTRUCTION_REQUEST
    title = "Raise the limits for a time"
    lead = (
        "A second person must agree. It does not help what these same two people approve:"
        f" that takes a third. It ends by itself, after {LONGEST_RAISE_HOURS} hours at most."
    )
    form_class = RaiseForm
    submit = "Ask for it"
    done = "Asked. A second person must agree."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Erasing and letting go", reverse("destruction:requests")),)

    def act(self, form: Any) -> DestructiveRequest:
        return actions.request_raise(**form.cleaned_data, actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:
        return reverse("destruction:request", kwargs={"key": outcome.pk})
