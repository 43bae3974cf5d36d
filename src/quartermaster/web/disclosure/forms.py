"""What is filled in: a request, a search, a mark, a decision, an answer."""

from collections.abc import Sequence
from typing import Any

from django import forms

from quartermaster.disclosure.rules.requests import (
    LONGEST_CONTACT,
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_WANTED,
    Channel,
    Kind,
    Wanted,
)
from quartermaster.disclosure.rules.review import Decision
from quartermaster.kernel.worded import choices
from quartermaster.org.models import Department, Person
from quartermaster.web.pages.fields import reason_form


def _day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


def _text(label: str, longest: int, rows: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


class WantedForm(forms.Form):
    """What somebody asks for."""

    wanted = _text(
        "What records do you ask for?",
        LONGEST_WANTED,
        6,
        help_text="Say it so that somebody who works here can find them: about what, of whom, from"
        " when. You do not have to say why.",
    )
    since = _day("From", "Where you know it.")
    until = _day("Until", "Where you know it.")
    name = forms.CharField(
        label="Your name",
        required=False,
        max_length=LONGEST_NAME,
        help_text="You do not have to say who you are.",
    )
    email = forms.CharField(
        label="E-mail address",
        required=False,
        max_length=310,
        help_text="Only where you wish to hear by mail how it goes on.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    contact = _text(
        "Another way to reach you",
        LONGEST_CONTACT,
        2,
        required=False,
        help_text="Postal address or telephone, where you wish.",
    )

    def wish(self) -> Wanted:
        given = self.cleaned_data
        return Wanted(**{name: given[name] for name in Wanted.__dataclass_fields__})


class PublicForm(WantedForm):
    """The public page's: with a field that only a program fills in."""

    website = forms.CharField(
        label="Leave this empty",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("Leave this field empty, and send it again.")
        return ""


class TakeInForm(WantedForm):
    """By staff, for a letter, a call, a visit."""

    kind = forms.ChoiceField(label="Kind", choices=choices(Kind))
    channel = forms.ChoiceField(
        label="How it came", choices=choices([item for item in Channel if item is not Channel.WEB])
    )
    field_order = ["kind", "channel", *WantedForm.base_fields]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("wanted", "What is asked for"),
            ("name", "Requester's name"),
            ("email", "Requester's e-mail address"),
            ("contact", "Postal address or telephone"),
        ):
            self.fields[name].label, self.fields[name].help_text = label, ""
        self.fields["email"].help_text = "Where they wish to hear by mail how it goes on."


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Status code",
        max_length=60,
        help_text="Five groups of five letters and digits, as you were given it.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class PersonForm(forms.Form):
    """One of the records custodians."""

    person = forms.ChoiceField(label="Records custodian")

    def __init__(self, *args: Any, people: Sequence[Person] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(one.id), one.name) for one in people]
        self.fields["person"].choices = named  # type: ignore[attr-defined]


class LookForm(forms.Form):
    """What is looked for in the archive."""

    q = forms.CharField(
        label="Words",
        required=False,
        max_length=200,
        help_text="“A phrase” in quotes, -\u2060word for without.",
    )
    people = forms.CharField(
        label="People", required=False, max_length=200, help_text="Who saved it, or with whom."
    )
    since = _day("From")
    until = _day("Until")


class AskForm(forms.Form):
    """Whom to ask, and for what."""

    likely = forms.MultipleChoiceField(
        label="People who may have something",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="They wrote what was found, or announced something like it.",
    )
    departments = forms.MultipleChoiceField(
        label="Departments",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="All who work there and hold a device, the City's or their own.",
    )
    people = _text(
        "Others",
        20_000,
        3,
        required=False,
        help_text="Personnel numbers or e-mail addresses, one a line.",
    )
    what = _text("What to look for", 2000, 4, help_text="As they read it on their page.")

    def __init__(
        self,
        *args: Any,
        likely: Sequence[Person] = (),
        departments: Sequence[Department] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        places = [(str(item.id), item.name) for item in departments]
        self.fields["departments"].choices = places  # type: ignore[attr-defined]
        named = [(str(one.id), f"{one.name}, {one.department}") for one in likely]
        self.fields["likely"].choices = named  # type: ignore[attr-defined]
        if not named:
            del self.fields["likely"]


ReasonForm = reason_form(LONGEST_REASON, hint="It is kept with your name.")


class WordsForm(forms.Form):
    words = _text(
        "What the answer says",
        LONGEST_REASON,
        4,
        help_text="The requester reads it on the status page.",
    )


class TitleForm(forms.Form):
    title = forms.CharField(
        label="Title",
        max_length=200,
        help_text="As the public reads it. Name no requester.",
    )


class GroundForm(forms.Form):
    code = forms.CharField(label="Code", max_length=40, help_text="As marks show it.")
    title = forms.CharField(label="What it is", max_length=200)
    basis = forms.CharField(label="Law", max_length=200)


class Grounded(forms.Form):
    """A form with a ground."""

    code = forms.ChoiceField(label="Ground")

    def __init__(self, *args: Any, grounds: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [("", "Choose a ground"), *grounds]
        self.fields["code"].choices = named  # type: ignore[attr-defined]


def _percent(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_value=100,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )


class AreaForm(Grounded):
    """An area of the page on show, in percent of it."""

    page = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    left = _percent("Left edge, %")
    top = _percent("Top edge, %")
    right = _percent("Right edge, %")
    bottom = _percent("Bottom edge, %")
    field_order = ["page", "left", "top", "right", "bottom", "code"]


class MarkWordsForm(Grounded):
    """Words wherever they stand."""

    words = forms.CharField(label="Words", max_length=200)
    field_order = ["words", "code"]


class PassageForm(Grounded):
    """A passage of a text."""

    start = forms.IntegerField(label="From character", min_value=0)
    end = forms.IntegerField(label="Up to character", min_value=1)
    field_order = ["start", "end", "code"]


class DecisionForm(Grounded):
    """What becomes of a file."""

    decision = forms.ChoiceField(
        label="Decision",
        choices=choices([item for item in Decision if item is not Decision.PENDING]),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="Note", required=False, max_length=500, help_text="For your own file."
    )
    field_order = ["decision", "code", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = False
        self.fields["code"].help_text = "Where all of it is withheld."
