"""Forms of the room. They gather plain values; the room's own models judge them."""

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from quartermaster.kernel.permits import Actor
from quartermaster.org.models import Coverage, Department, Employment, Person, Standing
from quartermaster.org.queries import people_visible_to
from quartermaster.org.roles import Role


def day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


if TYPE_CHECKING:
    _DepartmentChoice = forms.ModelChoiceField[Department]
else:
    _DepartmentChoice = forms.ModelChoiceField


class DepartmentChoice(_DepartmentChoice):
    """A department by its name."""

    def __init__(self, label: str = "Department", **more: Any) -> None:
        super().__init__(queryset=Department.objects.all(), label=label, **more)


class PersonField(forms.CharField):
    """A person by personnel number. ``actor`` is set by the form; others are not found."""

    actor: Actor | None = None

    def clean(self, value: Any) -> Person | None:
        number = super().clean(value)
        if not number:
            return None
        found = None
        if self.actor is not None:
            people = people_visible_to(self.actor).filter(standing=Standing.ACTIVE)
            found = people.filter(number=number).first()
        if found is None:
            raise forms.ValidationError("There is nobody at work with this personnel number.")
        return found


class OfActor(forms.Form):
    """A form whose fields look people up as the actor may."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PersonField):
                field.actor = actor


class PersonForm(OfActor):
    """A person, apart from their place."""

    number = forms.CharField(label="Personnel number", max_length=30)
    given_name = forms.CharField(label="Given name", max_length=80)
    family_name = forms.CharField(label="Family name", max_length=80)
    email = forms.EmailField(label="E-mail", max_length=254)
    phone = forms.CharField(label="Telephone", max_length=20, required=False)
    title = forms.CharField(label="Job title", max_length=120, required=False)
    employment = forms.ChoiceField(label="Employment", choices=Employment.choices)
    started_on = day("First day", required=False)
    drives = forms.BooleanField(
        label="Drives for work", required=False, help_text="Qualifies for a hands-free kit (G-6)."
    )


class NewPersonForm(PersonForm):
    """A person and their place."""

    department = DepartmentChoice()
    supervisor = PersonField(
        label="Supervisor", required=False, help_text="Personnel number; may be left empty."
    )


class MoveForm(OfActor):
    department = DepartmentChoice("New department")


class SuperviseForm(OfActor):
    supervisor = PersonField(
        label="Supervisor", required=False, help_text="Personnel number; empty: nobody."
    )


class SeparateForm(OfActor):
    on = day("Last day", help_text="A day to come is noted, and takes effect when it comes.")


class DepartmentForm(forms.Form):
    code = forms.CharField(label="Code", max_length=20, help_text="Short and stable: WATER, LIB.")
    name = forms.CharField(label="Name", max_length=120)
    parent = DepartmentChoice("Part of", required=False)


class CoverageForm(forms.Form):
    coverage = forms.ChoiceField(
        label="Coverage", choices=Coverage.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        required=False,
        help_text="Needed where the department is excluded, such as: own vendor contract.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class GrantForm(OfActor):
    """A role for a person, until a day."""

    person = PersonField(label="Person", help_text="Personnel number.")
    role = forms.ChoiceField(label="Role", choices=Role.choices)
    department = DepartmentChoice(required=False, help_text="For a telecom coordinator only.")
    last_day = day("Last day", required=False, help_text="180 days from now if left empty.")

    def expires_at(self) -> datetime | None:
        """The end of the last day, in the city's zone."""
        last = self.cleaned_data["last_day"]
        return timezone.make_aware(datetime.combine(last, time.max)) if last else None
