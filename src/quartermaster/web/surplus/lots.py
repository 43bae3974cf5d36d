"""The verbs on lots."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.kernel import money
from quartermaster.lifecycle import return_permits as permits
from quartermaster.lifecycle.actions import disposals
from quartermaster.lifecycle.models import DisposalLine, SurplusLot
from quartermaster.lifecycle.queries import returns as queries
from quartermaster.lifecycle.rules.disposals import Way
from quartermaster.web.org.forms import day
from quartermaster.web.pages import ActPage, Crumb, FormPage

MOST = 500


class LotForm(forms.Form):
    """What the lot is."""

    title = forms.CharField(label="What is in it", max_length=120)


class NewLot(FormPage):
    """Begin a lot (C-3)."""

    permit = permits.SURPLUS_MANAGE
    title = "Begin a surplus lot"
    form_class = LotForm
    submit = "Begin it"
    done = "The lot {} was begun."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Surplus lots", reverse("surplus:lots")),)

    def act(self, form: Any) -> SurplusLot:
        return disposals.open_lot(title=form.cleaned_data["title"], actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:
        return reverse("surplus:lot", kwargs={"key": outcome.pk})


class OfLot(ActPage[SurplusLot]):
    """What the verbs on one lot share."""

    permit = permits.SURPLUS_MANAGE
    thing = "lot"

    def rows(self) -> QuerySet[SurplusLot]:
        return queries.lots_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("surplus:lot", kwargs={"key": self.object.pk})
        return (
            Crumb("Surplus lots", reverse("surplus:lots")),
            Crumb(self.object.number, here),
        )

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (back to the lot)
        return self.cancel_address()

    def named(self) -> dict[str, Any]:
        return {"lot": self.object, "actor": self.actor, "at": self.at}


class DeviceForm(forms.Form):
    """Which device."""

    device = forms.ChoiceField(label="Device")

    def __init__(self, *args: Any, devices: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["device"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            *((str(one.pk), f"{one.asset_tag} {one.model or ''}") for one in devices),
        ]


class AddDevice(OfLot):
    """Put a device in (C-3)."""

    title = "Put a device in"
    sentence = "Into {}: only what is sanitised, or keeps nothing of its user."
    form_class = DeviceForm
    submit = "Put it in"
    done = "It is in the lot."

    def form_arguments(self) -> dict[str, Any]:
        return {"devices": list(queries.devices_for_a_lot(self.actor)[:MOST])}

    def act(self, form: Any) -> DisposalLine:
        return disposals.add_to_lot(device_id=UUID(form.cleaned_data["device"]), **self.named())


class AccessoryForm(forms.Form):
    """Which accessory."""

    accessory = forms.ChoiceField(label="Accessory")

    def __init__(self, *args: Any, accessories: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accessory"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            *((str(one.pk), str(one)) for one in accessories),
        ]


class AddAccessory(OfLot):
    """Put an accessory in (C-3)."""

    title = "Put an accessory in"
    sentence = "Into {}: what nobody has, and what is kept for nobody."
    form_class = AccessoryForm
    submit = "Put it in"
    done = "It is in the lot."

    def form_arguments(self) -> dict[str, Any]:
        return {"accessories": list(queries.accessories_for_a_lot(self.actor)[:MOST])}

    def act(self, form: Any) -> DisposalLine:
        key = UUID(form.cleaned_data["accessory"])
        return disposals.add_accessory_to_lot(accessory_id=key, **self.named())


class RemoveDevice(ActPage[DisposalLine]):
    """Take a thing out (C-3)."""

    permit = permits.SURPLUS_MANAGE
    thing = "thing"
    title = "Take it out of the lot"
    sentence = "{}: it stays in stock."
    submit = "Take it out"
    done = "It is out of the lot."

    def rows(self) -> QuerySet[DisposalLine]:
        return queries.lines_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        lot = self.object.lot
        return (Crumb(lot.number, reverse("surplus:lot", kwargs={"key": lot.pk})),)

    def next_address(self, outcome: Any) -> str:
        return reverse("surplus:lot", kwargs={"key": outcome.pk})

    def act(self, form: Any) -> SurplusLot:  # noqa: ARG002 (the form only confirms)
        return disposals.remove_from_lot(line=self.object, actor=self.actor, at=self.at)


class Approve(OfLot):
    """Approve a lot (C-3)."""

    permit = permits.SURPLUS_APPROVE
    title = "Approve the lot"
    sentence = "{} goes to the City's surplus office."
    submit = "Approve it"
    done = "The lot is approved."

    def consequences(self) -> Sequence[str]:
        return ("Somebody else than who put it together approves it.",)

    def act(self, form: Any) -> SurplusLot:  # noqa: ARG002 (the form only confirms)
        return disposals.approve_lot(**self.named())


class WhyForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="Why", max_length=300)


class Reopen(OfLot):
    """Reopen a lot (C-3)."""

    title = "Reopen the lot"
    sentence = "{} can be changed, and is approved anew."
    form_class = WhyForm
    submit = "Reopen it"
    done = "The lot is open again."

    def act(self, form: Any) -> SurplusLot:
        return disposals.reopen_lot(reason=form.cleaned_data["reason"], **self.named())


class Cancel(OfLot):
    """Call a lot off (C-3)."""

    title = "Call the lot off"
    sentence = "What is in {} stays in stock."
    form_class = WhyForm
    submit = "Call it off"
    look = "secondary"
    done = "The lot was called off."

    def act(self, form: Any) -> SurplusLot:
        return disposals.cancel_lot(reason=form.cleaned_data["reason"], **self.named())


class DisposeForm(forms.Form):
    """What the surplus office did."""

    way = forms.ChoiceField(label="What was done", choices=Way.choices)
    document = forms.CharField(label="Document of the surplus office", max_length=60)
    disposed_on = day("On")
    proceeds = forms.CharField(
        label="Proceeds", max_length=20, help_text="In dollars; 0 where nothing was paid."
    )


class Dispose(OfLot):
    """Enter what the surplus office did (C-3)."""

    title = "Enter what was done"
    sentence = "What is in {} leaves the inventory for good. Its history stays."
    form_class = DisposeForm
    submit = "They are gone"
    look = "secondary"
    done = "The lot is closed, and its certificate is made."

    def consequences(self) -> Sequence[str]:
        return ("What it brought is shared out to the departments, in equal parts a thing.",)

    def act(self, form: Any) -> SurplusLot:
        said = form.cleaned_data
        return disposals.dispose_lot(
            way=Way(said["way"]),
            document=said["document"],
            disposed_on=said["disposed_on"],
            proceeds_cents=money.cents(said["proceeds"]),
            **self.named(),
        )
