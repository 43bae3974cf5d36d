"""The forms of logging in."""

from typing import Any

from django import forms

LONGEST = 256


def _password(label: str, autocomplete: str, hint: str = "") -> forms.CharField:
    attrs = {"autocomplete": autocomplete}
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs=attrs),
    )


def _email() -> forms.EmailField:
    attrs = {"autocomplete": "username", "inputmode": "email", "spellcheck": "false"}
    return forms.EmailField(
        label="City e-mail address", max_length=254, widget=forms.EmailInput(attrs=attrs)
    )


class LogInForm(forms.Form):
    """Who one is, and the proof."""

    email = _email()
    password = _password("Password", "current-password")


class ForgotForm(forms.Form):
    """Where to send the link."""

    email = _email()


class NewPasswordForm(forms.Form):
    """A password, twice."""

    new = _password(
        "New password",
        "new-password",
        "At least 12 characters. Three or four unrelated words are good.",
    )
    again = _password("The new password once more", "new-password")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", "The two passwords differ. Type the same one twice.")
        return given


class ChangePasswordForm(NewPasswordForm):
    """The present password first."""

    old = _password("Present password", "current-password")
    field_order = ["old", "new", "again"]
