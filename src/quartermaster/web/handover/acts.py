"""Making ready, describing, calling off, and what was found."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.urls import reverse

from quartermaster.inventory.models import Accessory, Device
from quartermaster.inventory.queries import accessories_visible_to, devices_visible_to
from quartermaster.inventory.states import Occasion
from quartermaster.lifecycle import permits
from quartermaster.lifecycle.actions import handovers
from quartermaster.lifecycle.actions.handovers import Given, things_named
from quartermaster.lifecycle.models import Handover, HandoverItem
from quartermaster.lifecycle.queries import handovers as queries
from quartermaster.lifecycle.queries.requests import reserved_for
from quartermaster.lifecycle.rules.handovers import Condition
from quartermaster.web.custody.occasions import AddOnOccasion
from quartermaster.web.handover import forms
from quartermaster.web.handover.views import LIST
from quartermaster.web.pages import ActPage, Crumb, FormPage

M = TypeVar("M", bound=Model)

_LEADS_TO = (
    "The things stay in stock and are kept for this person alone.",
    "The person is told by mail, and asked to read the policy where they have not.",
    "They are the person's to use once they have signed, and not before.",
)


class MakeReady(FormPage):
    """Make several things ready for a person (S-2, G-7)."""

    permit = permits.HANDOVER_PREPARE
    title = "Make ready to hand out"
    form_class = forms.PrepareForm
    template_name = "pages/act.html"
    submit = "Make ready"
    done = "{} is ready."

    def crumbs(self) -> Sequence[Crumb]:
        return (LIST,)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "consequences": _LEADS_TO}

    def next_address(self, outcome: Handover) -> str:
        return reverse("handover:handout", kwargs={"key": outcome.pk})

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def act(self, form: Any) -> Handover:
        given = form.cleaned_data
        return handovers.prepare_handover(
            holder_id=given["holder"].id,
            things=things_named(given["things"], self.actor),
            note=given["note"],
            actor=self.actor,
            at=self.at,
        )


class _OneThing(ActPage[M]):
    """Making one thing ready from its own page, and what goes with it."""

    title = "Hand out"
    sentence = "{} is made ready for a person, who signs for it."
    form_class = forms.PrepareOneForm
    permit = permits.HANDOVER_PREPARE
    submit = "Make ready"
    done = "{} is ready."

    def consequences(self) -> Sequence[str]:
        return _LEADS_TO

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def next_address(self, outcome: Handover) -> str:
        return reverse("handover:handout", kwargs={"key": outcome.pk})

    def given(self) -> Given:
        raise NotImplementedError

    def act(self, form: Any) -> Handover:
        data = form.cleaned_data
        return handovers.prepare_handover(
            holder_id=data["holder"].id,
            things=[self.given(), *things_named(data["things"], self.actor)],
            note=data["note"],
            actor=self.actor,
            at=self.at,
        )


class HandOutDevice(_OneThing[Device]):
    """Make a device ready for a person (S-2)."""

    thing = "device"

    def rows(self) -> QuerySet[Device]:
        return devices_visible_to(self.actor)

    def initial(self) -> dict[str, Any]:
        """For whom it is kept, where a request asked for it."""
        kept = reserved_for(self.object)
        return {"holder": kept.item.request.person.number} if kept else {}

    def given(self) -> Given:
        return Given(device_id=self.object.pk)

    def crumbs(self) -> Sequence[Crumb]:
        return _device_crumbs(self.object)


class HandOutAccessory(_OneThing[Accessory]):
    """Make an accessory ready for a person (S-2, G-6)."""

    thing = "accessory"

    def rows(self) -> QuerySet[Accessory]:
        return accessories_visible_to(self.actor)

    def given(self) -> Given:
        return Given(accessory_id=self.object.pk)

    def crumbs(self) -> Sequence[Crumb]:
        return _accessory_crumbs(self.object)


class _AsFound(ActPage[M]):
    """What the pages share on which something is entered as it is found."""

    permit = permits.HANDOVER_AS_FOUND
    title = "Enter as found"
    sentence = "{} was handed out before it was entered here; it stays with whoever has it."
    form_class = forms.AsFoundForm
    submit = "Enter"
    done = "{} is entered as found."

    def consequences(self) -> Sequence[str]:
        return (
            "Nobody signs for it, and there is no receipt: use it for what was out before.",
            "The reason and your name are kept.",
        )

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor}


class DeviceAsFound(_AsFound[Device]):
    """Enter who has a device already (C-3)."""

    thing = "device"

    def rows(self) -> QuerySet[Device]:
        return devices_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return _device_crumbs(self.object)

    def act(self, form: Any) -> Device:
        return handovers.device_as_found(
            device_id=self.object.pk,
            holder_id=form.cleaned_data["holder"].id,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class AccessoryAsFound(_AsFound[Accessory]):
    """Enter who has an accessory already (C-3)."""

    thing = "accessory"

    def rows(self) -> QuerySet[Accessory]:
        return accessories_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return _accessory_crumbs(self.object)

    def act(self, form: Any) -> Accessory:
        return handovers.accessory_as_found(
            accessory_id=self.object.pk,
            holder_id=form.cleaned_data["holder"].id,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class Cancel(ActPage[Handover]):
    """Call a hand-out off (G-7)."""

    permit = permits.HANDOVER_PREPARE
    thing = "hand-out"
    title = "Call the hand-out off"
    sentence = "{} is not handed out; its things are in stock for everybody again."
    form_class = forms.ReasonForm
    submit = "Call off"
    look = "secondary"
    done = "{} is called off."

    def rows(self) -> QuerySet[Handover]:
        return queries.handovers_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (LIST, _crumb(self.object))

    def act(self, form: Any) -> Handover:
        return handovers.cancel_handover(
            handover_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class OfItem(ActPage[HandoverItem]):
    """A verb on one thing of a hand-out."""

    thing = "thing"

    def rows(self) -> QuerySet[HandoverItem]:
        seen = queries.handovers_visible_to(self.actor)
        rows = HandoverItem.objects.select_related("device", "accessory", "handover__holder")
        return rows.filter(handover__in=seen.prefetch_related(None).values("id"))

    def crumbs(self) -> Sequence[Crumb]:
        return (LIST, _crumb(self.object.handover))


class Describe(OfItem):
    """Say in which condition a thing goes out (G-11)."""

    permit = permits.HANDOVER_PREPARE
    title = "Describe the condition"
    sentence = "{}: what the holder will sign for."
    form_class = forms.DescribeForm
    submit = "Keep"
    done = "The condition of {} is described."

    def initial(self) -> dict[str, Any]:
        return {"condition": self.object.condition, "note": self.object.condition_note}

    def act(self, form: Any) -> HandoverItem:
        return handovers.describe_item(
            item_id=self.object.pk,
            condition=Condition(form.cleaned_data["condition"]),
            note=form.cleaned_data["note"],
            actor=self.actor,
            at=self.at,
        )


class PhotographItem(AddOnOccasion[HandoverItem]):
    """Photograph the condition in which a device goes out; who signs for it sees it (G-11)."""

    thing = "thing"
    occasion = Occasion.HANDED_OUT
    cause_kind = "handover"

    def rows(self) -> QuerySet[HandoverItem]:
        seen = queries.handovers_visible_to(self.actor)
        rows = HandoverItem.objects.select_related("device", "handover__holder")
        return rows.filter(
            handover__in=seen.prefetch_related(None).values("id"), live=True, device__isnull=False
        )

    def device(self) -> Device:
        found = self.object.device
        assert found is not None  # the rows have one each
        return found

    def cause_id(self) -> UUID:
        return self.object.handover_id

    def shown_to(self) -> UUID:
        return self.object.handover.holder_id

    def crumbs(self) -> Sequence[Crumb]:
        return (LIST, _crumb(self.object.handover))


class Waive(OfItem):
    """Let a device go out before it is enrolled (G-10)."""

    permit = permits.HANDOVER_WAIVE
    title = "Hand out before it is enrolled"
    sentence = "{} goes out without management for some days, as an exception."
    form_class = forms.WaiveForm
    submit = "Make the exception"
    look = "secondary"
    done = "{} may go out before it is enrolled."

    def consequences(self) -> Sequence[str]:
        return (
            "Nothing enforces the policy on it, and it cannot be wiped, until it is enrolled.",
            "From the last day on you and the holder are asked after it every day.",
            "The reason and your name are kept.",
        )

    def act(self, form: Any) -> HandoverItem:
        return handovers.waive_enrolment(
            item_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            until=form.cleaned_data["until"],
            actor=self.actor,
            at=self.at,
        )


def _crumb(handover: Handover) -> Crumb:
    address = reverse("handover:handout", kwargs={"key": handover.pk})
    return Crumb(handover.number, address)


def _device_crumbs(device: Device) -> Sequence[Crumb]:
    here = reverse("inventory:device", kwargs={"key": device.pk})
    return (Crumb("Devices", reverse("inventory:devices")), Crumb(device.asset_tag, here))


def _accessory_crumbs(thing: Accessory) -> Sequence[Crumb]:
    here = reverse("inventory:accessory", kwargs={"key": thing.pk})
    return (Crumb("Accessories", reverse("inventory:accessories")), Crumb(thing.asset_tag, here))
