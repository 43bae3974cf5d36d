"""Taking applications into the catalogue, changing them, and adding versions."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.mdm import software as queries
from quartermaster.mdm.actions import software as actions
from quartermaster.mdm.actions.software import Details
from quartermaster.mdm.models import LicencePool, Software, SoftwareSource
from quartermaster.mdm.software_permits import SOFTWARE_MANAGE
from quartermaster.web.applications import forms
from quartermaster.web.applications.views import crumbs
from quartermaster.web.pages import Crumb, FormPage
from quartermaster.web.pages.base import OneRow


def _details(clean: dict[str, Any], source: SoftwareSource, **more: Any) -> Details:
    given = {
        "title": clean["title"],
        "platforms": tuple(clean["platforms"]),
        "keep_out_of_backups": clean["keep_out_of_backups"],
        "remove_at_unenrolment": clean["remove_at_unenrolment"],
        "configuration": clean["configuration"],
        "secrets": clean["secrets"] or None,
        "attributes": clean["attributes"],
        "note": clean["note"],
    }
    return Details(source=source, **{**given, **more})


class _Adding(FormPage):
    permit = SOFTWARE_MANAGE
    submit = "Add"
    done = "{} is in the catalogue. Now say who is to have it."

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs()

    def next_address(self, outcome: Any) -> str:
        return reverse("applications:one", kwargs={"key": outcome.pk})


class AddFromStore(_Adding):
    """Add an application of the store; ``?product=`` fills in what is known of one (G-4)."""

    title = "Add from the store"
    lead = "Products that the City owns licences of are listed under Licences, each ready to add."
    form_class = forms.StoreForm

    def initial(self) -> dict[str, Any]:
        number = self.request.GET.get("product", "")
        if not number.isdecimal():
            return {}
        return forms.pool_initial(LicencePool.objects.filter(store_id=number, gone_at=None).first())

    def act(self, form: Any) -> Software:
        clean = form.cleaned_data
        more = {key: clean[key] for key in ("identifier", "store_id", "licensed")}
        details = _details(clean, SoftwareSource.STORE, **more)
        return actions.add_software(details=details, actor=self.actor, at=self.at)


class AddOurs(_Adding):
    """Add an application of the City's own, with its first package (G-4)."""

    title = "Add a package"
    form_class = forms.OursForm

    def act(self, form: Any) -> Software:
        clean = form.cleaned_data
        details = _details(clean, SoftwareSource.PACKAGE, identifier=clean["identifier"])
        with transaction.atomic():
            software = actions.add_software(details=details, actor=self.actor, at=self.at)
            actions.add_package(
                software=software,
                content=clean["file"],
                name=clean["file"].name,
                version=clean["version"],
                platforms=details.platforms,
                actor=self.actor,
                at=self.at,
            )
        return software


class _OnOne(OneRow[Software]):
    thing = "application"

    def rows(self) -> QuerySet[Software]:
        return queries.software_visible_to(self.actor).filter(retired_at=None)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("applications:one", kwargs={"key": self.object.pk})
        return (*crumbs(), Crumb(self.object.title, here))


class Change(FormPage, _OnOne):
    """Decide anew how an application is delivered (G-4)."""

    permit = SOFTWARE_MANAGE
    title = "Change"
    lead = "Devices get changed settings with the next version."
    form_class = forms.ChangeForm
    done = "{} was changed."

    def initial(self) -> dict[str, Any]:
        software = self.object
        return {
            "title": software.title,
            "platforms": software.platforms,
            "keep_out_of_backups": software.keep_out_of_backups,
            "remove_at_unenrolment": software.remove_at_unenrolment,
            "configuration": _shown(software.configuration),
            "attributes": _shown(software.attributes),
            "note": software.note,
        }

    def act(self, form: Any) -> Software:
        clean, software = form.cleaned_data, self.object
        secrets = {} if clean["forget_secrets"] else clean["secrets"] or None
        details = _details(
            clean,
            SoftwareSource(software.source),
            identifier=software.identifier,
            store_id=software.store_id,
            licensed=software.licensed,
            secrets=secrets,
        )
        return actions.change_software(
            software=software, details=details, actor=self.actor, at=self.at
        )


def _shown(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, indent=2) if values else ""


class AddVersion(FormPage, _OnOne):
    """Add a version of a package; it waits for a second person (G-10)."""

    permit = SOFTWARE_MANAGE
    title = "Add a version"
    form_class = forms.VersionForm
    submit = "Add"
    done = "{} was added. It goes to devices once a second person has approved it."

    def initial(self) -> dict[str, Any]:
        return {"platforms": self.object.platforms}

    def act(self, form: Any) -> str:
        clean = form.cleaned_data
        package = actions.add_package(
            software=self.object,
            content=clean["file"],
            name=clean["file"].name,
            version=clean["version"],
            platforms=tuple(clean["platforms"]),
            actor=self.actor,
            at=self.at,
        )
        return str(package)
