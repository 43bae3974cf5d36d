"""OSCAL to download: catalog, profiles, assessment-results."""

import json
from typing import Any

from django.http import HttpResponse

from quartermaster.reports.oscal import exports
from quartermaster.reports.permits import OSCAL_DEVICES, OSCAL_EXPORT
from quartermaster.web.guard import may_open
from quartermaster.web.pages import Page


def _download(document: dict[str, Any], name: str) -> HttpResponse:
    return HttpResponse(
        json.dumps(document, ensure_ascii=False),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}.json"'},
    )


class OscalPage(Page):
    """What can be downloaded, and what each document says."""

    permit = OSCAL_EXPORT
    title = "OSCAL"
    lead = (
        "The policy and its state in the form that NIST defined for exchange between compliance"
        " tools. No person is named in any of these documents."
    )
    template_name = "reports/oscal.html"

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "departments": exports.departments_with_profile(self.actor),
            "one_by_one": may_open(self.actor, OSCAL_DEVICES),
        }


class CatalogFile(Page):
    """The policy in force as a catalog."""

    permit = OSCAL_EXPORT

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return _download(exports.catalog_document(self.actor, self.at), "catalog")


class ProfileFile(Page):
    """What holds for a department as a profile."""

    permit = OSCAL_EXPORT

    def get(self, *_args: Any, code: str, **_kwargs: Any) -> HttpResponse:
        return _download(exports.profile_document(self.actor, code, self.at), f"profile-{code}")


class ResultsFile(Page):
    """The latest state, counted by department."""

    permit = OSCAL_EXPORT

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return _download(exports.results_document(self.actor, self.at), "assessment-results")


class DeviceResultsFile(Page):
    """The latest state device by device, by asset tag."""

    permit = OSCAL_DEVICES

    def get(self, *_args: Any, code: str, **_kwargs: Any) -> HttpResponse:
        document = exports.results_document(self.actor, self.at, department=code, devices=True)
        return _download(document, f"assessment-results-{code}")
