"""Kept secrets: a list without values, and showing one with a reason, once, in no cache."""

from collections.abc import Mapping, Sequence
from typing import Any

import django_tables2 as tables
from django import forms
from django.db.models import Case, CharField, QuerySet, Value, When
from django.http import HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.mdm import actions, queries
from quartermaster.mdm.actions.escrow import FOR_MACHINES, LONGEST_REASON, ROTATED, SHORTEST_REASON
from quartermaster.mdm.models import EscrowedSecret, SecretKind
from quartermaster.mdm.permits import SECRET_REVEAL
from quartermaster.web.links import device_address
from quartermaster.web.mdm.tables import SECRET_STANDINGS
from quartermaster.web.pages import (
    ActPage,
    ChipColumn,
    Crumb,
    LinkColumn,
    ListPage,
    Table,
    WhenColumn,
)
from quartermaster.web.pages.forms import blame

# how the holder's device is helped with what is shown
USES: Mapping[str, str] = {
    SecretKind.UNLOCK_PIN: "Type it on the Mac that asks for a PIN. It works once.",
    SecretKind.RECOVERY_LOCK: "Type it where the Mac asks for it as it starts its recovery system.",
    SecretKind.BYPASS_CODE: (
        "On the screen that says the device is locked to an owner, leave the name empty and type"
        " the code in place of the password. Dashes and case matter."
    ),
    SecretKind.DISK_KEY: (
        "At the log-in screen of the Mac, have the help with a forgotten password shown, and type"
        " the key with its dashes."
    ),
}


class SecretTable(Table):
    device = LinkColumn(
        "inventory:device",
        key="device_id",
        accessor="device__asset_tag",
        order_by="device__asset_tag",
        verbose_name="Device",
    )
    kind = tables.Column(verbose_name="What")
    standing = ChipColumn(SECRET_STANDINGS, verbose_name="Standing", orderable=False)
    kept_at = WhenColumn(verbose_name="Kept")
    rotate_at = WhenColumn(verbose_name="To be replaced")
    show = LinkColumn(
        "mdm:secret-reveal",
        accessor="show_label",
        verbose_name="Action",
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(Table.Meta):
        model = EscrowedSecret
        fields = ()


class Secrets(ListPage[EscrowedSecret]):
    """What is kept of which device. A value is shown one by one, with a reason."""

    permit = SECRET_REVEAL
    title = "Kept secrets"
    lead = "What opens a device in need. Each look is recorded, and the holder can see that it was."
    table_class = SecretTable
    search = ("device__asset_tag", "device__holder__family_name")
    search_hint = "Asset tag or holder"
    empty = "No secret of a device is kept yet."
    noun = ("secret", "secrets")

    def rows(self) -> QuerySet[EscrowedSecret]:
        label = Case(
            When(kind__in=sorted(FOR_MACHINES), then=Value(None)),
            default=Value("Show"),
            output_field=CharField(null=True),
        )
        rows = queries.secrets_visible_to(self.actor).defer("sealed")
        return rows.annotate(show_label=label).order_by("device__asset_tag", "kind", "-kept_at")


class RevealForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label="Why is it needed",
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        help_text="It is kept, with your name; the holder of the device can read it.",
    )


@method_decorator(never_cache, name="dispatch")
class Reveal(ActPage[EscrowedSecret]):
    """Show one secret, once, to an administrator who says why (G-10)."""

    permit = SECRET_REVEAL
    thing = "secret"
    title = "Show the secret"
    form_class = RevealForm
    submit = "Show it"
    template_name = "pages/act.html"

    def rows(self) -> QuerySet[EscrowedSecret]:
        return queries.secrets_visible_to(self.actor)

    def heading(self) -> str:
        return f"{self.object.get_kind_display()} of {self.object.device.asset_tag}"

    def explain(self) -> str:
        return "It is shown on the next page, this once. That you looked is recorded."

    def consequences(self) -> Sequence[str]:
        told = ["The holder of the device can see that it was shown, to whom and why."]
        if self.object.kind in ROTATED:
            told.append("It is replaced by itself some hours later, when the Mac is reached.")
        return told

    def crumbs(self) -> Sequence[Crumb]:
        device = self.object.device
        return (
            Crumb("Kept secrets", reverse("mdm:secrets")),
            Crumb(device.asset_tag, device_address(self.request, device)),
        )

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = self.make_form()
        if not form.is_valid():
            return self.again(form, 422)
        try:
            value = actions.reveal_secret(
                secret=self.object,
                reason=form.cleaned_data["reason"],
                actor=self.actor,
                at=self.at,
            )
        except (InvalidInput, Conflict) as problem:
            blame(form, problem)
            return self.again(form, problem.status)
        self.template_name = "mdm/secret.html"  # type: ignore[misc]
        return self.show(value=value, use=USES.get(self.object.kind, ""))
