"""Forms of requests. They gather plain values; the room's own models judge them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from quartermaster.inventory.models import AccessoryKind, DeviceClass
from quartermaster.inventory.rules.details import CAPABILITIES
from quartermaster.lifecycle.rules.details import ALWAYS_CELLULAR, MOST_ITEMS, ItemDetails
from quartermaster.lifecycle.rules.second import ALTERNATIVES, SecondDetails
from quartermaster.web.org.forms import OfActor, PersonField, day

_WITH_LINE = "+line"


def _things() -> list[tuple[str, Any]]:
    devices: list[tuple[str, str]] = []
    for one in DeviceClass:
        devices.append((f"device:{one.value}", str(one.label)))
        if one not in ALWAYS_CELLULAR:
            label = f"{one.label} with a mobile line"
            devices.append((f"device:{one.value}{_WITH_LINE}", label))
    kits = [(f"accessory:{one.value}", str(one.label)) for one in AccessoryKind]
    return [
        ("", "Choose"),
        ("Devices", devices),
        ("Lines", [("line:", "A line (for a device that is there)")]),
        ("Accessories", kits),
    ]


THINGS = _things()


def details_of(what: str, capabilities: Sequence[str], wish: str) -> ItemDetails:
    """The item that a row of the form means."""
    kind, _, which = what.partition(":")
    cellular = which.endswith(_WITH_LINE)
    which = which.removesuffix(_WITH_LINE)
    return ItemDetails.of(
        kind=kind,
        device_class=which if kind == "device" else None,
        accessory_kind=which if kind == "accessory" else None,
        cellular=cellular,
        capabilities=tuple(capabilities) if kind == "device" else (),
        wish=wish,
    )


class FieldGroup:
    """Some fields of a form under a legend, drawn like a form of its own."""

    errors: Mapping[str, Any] = {}
    hidden_fields: Sequence[Any] = ()

    def __init__(self, legend: str, fields: Sequence[Any]) -> None:
        self.legend = legend
        self.visible_fields = fields


class AskForm(OfActor):
    """For whom, why, from when, and up to ten things."""

    person = PersonField(
        label="For whom", required=False, help_text="Personnel number; empty: for yourself."
    )
    need = forms.CharField(
        label="What do you need it for?",
        max_length=1000,
        min_length=10,
        widget=forms.Textarea({"rows": 4}),
        help_text="The work that it is for. Your coordinator recommends by this.",
    )
    wanted_from = day("From when")

    def __init__(self, *args: Any, many: int, for_others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not for_others:
            del self.fields["person"]
        self.many = max(1, min(many, MOST_ITEMS))
        for number in range(1, self.many + 1):
            self.fields[f"what_{number}"] = forms.ChoiceField(
                label="What", choices=THINGS, required=number == 1
            )
            self.fields[f"can_{number}"] = forms.MultipleChoiceField(
                label="What must it be able to do?",
                choices=[(name, name) for name in CAPABILITIES],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                help_text="Of a device. You get what can do this, not a certain model.",
            )
            self.fields[f"wish_{number}"] = forms.CharField(
                label="A wish", max_length=200, required=False, help_text="Such as a size."
            )

    def groups(self) -> list[FieldGroup]:
        """The fields as the page shows them: first why, then one thing after another."""
        plain = [self[name] for name in ("person", "need", "wanted_from") if name in self.fields]
        things = [
            FieldGroup(
                f"Thing {number}" if self.many > 1 else "The thing",
                [self[f"{name}_{number}"] for name in ("what", "can", "wish")],
            )
            for number in range(1, self.many + 1)
        ]
        return [FieldGroup("", plain), *things]

    def items(self) -> list[ItemDetails]:
        """The things that are filled in."""
        given = self.cleaned_data
        return [
            details_of(what, given[f"can_{number}"], given[f"wish_{number}"])
            for number in range(1, self.many + 1)
            if (what := given[f"what_{number}"])
        ]


class WhyForm(forms.Form):
    """A reason; ``required`` where the step takes one."""

    reason = forms.CharField(
        label="Reason", max_length=1000, widget=forms.Textarea({"rows": 4}), required=False
    )

    def __init__(self, *args: Any, needed: bool, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needed
        self.fields["reason"].help_text = hint


ORDER, LEAVE_OUT = "order", "leave-out"


class SecondFields(forms.Form):
    """What is recorded with a second device."""

    second_tethering = forms.CharField(
        label=f"{ALTERNATIVES['tethering']}: what was found?", max_length=300, required=False
    )
    second_loan = forms.CharField(
        label=f"{ALTERNATIVES['loan']}: what was found?", max_length=300, required=False
    )
    second_reason = forms.CharField(
        label="Why a second device is authorised all the same",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        required=False,
    )
    second_until = day("Until", required=False)

    def second(self) -> SecondDetails | None:
        """What is to be recorded; None where nothing was written."""
        given = self.cleaned_data
        if not any(given.get(f"second_{name}") for name in ("reason", "tethering", "loan")):
            return None
        return SecondDetails.of(
            reason=given["second_reason"],
            until=given["second_until"],
            tethering=given["second_tethering"],
            loan=given["second_loan"],
        )


class AuthoriseForm(SecondFields):
    """For each item where it comes from: out of stock, to be ordered, or not at all."""

    reason = forms.CharField(
        label="A word to the person",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        required=False,
        help_text="Needed where something is left out.",
    )

    def __init__(
        self, *args: Any, items: Sequence[tuple[Any, Sequence[Any]]], second: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item, stock in items:
            found = [(str(thing.pk), _described(thing)) for thing in stock]
            choices = [("From stock", found)] if found else []
            others = [(ORDER, "To be ordered"), (LEAVE_OUT, "Leave it out")]
            self.fields[f"item_{item.place}"] = forms.ChoiceField(
                label=str(item),
                choices=[*choices, ("Otherwise", others)],
                initial=found[0][0] if found else ORDER,
                help_text=_asked(item, len(found)),
            )
        if not second:
            for name in SecondFields.base_fields:
                del self.fields[name]

    def groups(self) -> list[FieldGroup]:
        """First where the things come from, then a second device, then the word."""
        things = [self[f"item_{item.place}"] for item, _ in self.items]
        found = [FieldGroup("Where it comes from", things)]
        more = [self[name] for name in SecondFields.base_fields if name in self.fields]
        if more:
            found.append(FieldGroup("A second cellular device", more))
        return [*found, FieldGroup("", [self["reason"]])]


def _described(thing: Any) -> str:
    model = getattr(thing, "model", None)
    place = thing.department
    return f"{thing}, {model}, {place}" if model else f"{thing}, {place}"


def _asked(item: Any, many: int) -> str:
    needs = f"Must have: {', '.join(item.capabilities)}. " if item.capabilities else ""
    wish = f"Wish: {item.wish}. " if item.wish else ""
    stock = f"{many} in stock can do it." if many else "Nothing in stock can do it."
    return f"{needs}{wish}{stock}"


class ReserveForm(forms.Form):
    """A thing of stock for an item."""

    thing = forms.ChoiceField(label="From stock")

    def __init__(self, *args: Any, stock: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(str(thing.pk), _described(thing)) for thing in stock]
        self.fields["thing"].choices = found  # type: ignore[attr-defined]


class SecondForm(OfActor, SecondFields):
    """An authorisation by itself, without a request."""

    person = PersonField(label="For whom", help_text="Personnel number.")
    device_class = forms.ChoiceField(
        label="Class of the second device", choices=DeviceClass.choices
    )
    field_order = ("person", "device_class")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SecondFields.base_fields:
            self.fields[name].required = True
