"""Licences of the maker's store: what there is, how the service stands, and looking at once."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html

from quartermaster.kernel.permits import reach
from quartermaster.mdm.actions import licences as actions
from quartermaster.mdm.credentials import active_credential
from quartermaster.mdm.licences.queries import pools_visible_to
from quartermaster.mdm.licensing import licensing_driver
from quartermaster.mdm.models import LicencePool, ServiceCredential
from quartermaster.mdm.permits import CREDENTIAL_MANAGE
from quartermaster.mdm.rules.credentials import words_left
from quartermaster.mdm.software_permits import SOFTWARE_MANAGE, SOFTWARE_VIEW
from quartermaster.web.applications.tables import PoolTable
from quartermaster.web.applications.views import crumbs
from quartermaster.web.pages import Button, Crumb, FormPage, ListPage


def credential_in_use() -> ServiceCredential | None:
    found = licensing_driver()
    return active_credential(found[0].name, found[1].licence_kind) if found else None


class _Table(PoolTable):
    """Each product leads to adding it to the catalogue."""

    def render_title(self, record: LicencePool, value: str) -> str:
        if not getattr(self.request, "may_add", False):
            return value
        address = reverse("applications:add-store") + f"?product={record.store_id}"
        return format_html('<a class="usa-link" href="{}">{}</a>', address, value)


class Licences(ListPage[LicencePool]):
    """What the City owns in the store (G-4)."""

    permit = SOFTWARE_VIEW
    title = "Licences"
    lead = "What the City bought in Apps and Books, and whether there is enough of it."
    template_name = "applications/licences.html"
    table_class = _Table
    search = ("title", "identifier", "store_id")
    search_hint = "Name, identifier or number"
    empty = (
        "No product is known. Bring the token of Apps and Books; then it is read within minutes."
    )
    noun = ("product", "products")

    def rows(self) -> QuerySet[LicencePool]:
        self.request.may_add = reach(self.actor, SOFTWARE_MANAGE).everything  # type: ignore[attr-defined]
        return pools_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs()

    def buttons(self) -> Sequence[Button]:
        found = licensing_driver()
        if found is None:
            return ()
        kind = {"driver": found[0].name, "kind": found[1].licence_kind}
        token = Button("The token", "mdm:credential", CREDENTIAL_MANAGE, kind)
        if credential_in_use() is None:
            return (token,)
        return (Button("Read now", "applications:licences-look", SOFTWARE_MANAGE), token)

    def context(self) -> dict[str, Any]:
        credential = credential_in_use()
        state = credential.state if credential else {}
        ends = credential.expires_at if credential else None
        manages = reach(self.actor, SOFTWARE_MANAGE).everything
        return {
            **super().context(),
            "credential": credential,
            "state": state,
            "left": words_left(ends, self.at) if ends else "",
            "foreign": state.get("holder", "") if manages else "",
        }


class LookNow(FormPage):
    """Have everything read anew at once (G-4)."""

    permit = SOFTWARE_MANAGE
    title = "Read now"
    lead = "Products, licences and who has them are read anew within a minute."
    form_class = forms.Form
    submit = "Read now"
    done = "It is being read."

    def crumbs(self) -> Sequence[Crumb]:
        return (*crumbs(), Crumb("Licences", reverse("applications:licences")))

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        actions.look_now(actor=self.actor, at=self.at)


class TakeOverForm(forms.Form):
    """The server from which it is taken, as it was shown."""

    holder_id = forms.CharField(widget=forms.HiddenInput, max_length=100, required=False)


class TakeOver(FormPage):
    """Take the location over from another server, knowing which (G-4)."""

    permit = SOFTWARE_MANAGE
    title = "Take the location over"
    form_class = TakeOverForm
    submit = "Take it over"
    look = "secondary"
    done = "This server looks after the location from now on."

    def crumbs(self) -> Sequence[Crumb]:
        return (*crumbs(), Crumb("Licences", reverse("applications:licences")))

    def initial(self) -> dict[str, Any]:
        credential = credential_in_use()
        return {"holder_id": credential.state.get("holder_id", "") if credential else ""}

    def context(self) -> dict[str, Any]:
        credential = credential_in_use()
        holder = credential.state.get("holder", "") if credential else ""
        said = f"{holder or 'No other server'} looks after it now. Let go of it there first:"
        lead = f"{said} two servers take each other's licences back."
        return {**super().context(), "lead": lead}

    def act(self, form: Any) -> None:
        actions.take_over(holder_id=form.cleaned_data["holder_id"], actor=self.actor, at=self.at)
