"""Import pages: upload, look at what would change, confirm exactly that."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse

from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.imports import Encoding, Layout, Plan, Verb, as_utf8
from quartermaster.org import actions
from quartermaster.org.imports.departments import DEPARTMENTS
from quartermaster.org.imports.people import PEOPLE
from quartermaster.org.permits import PEOPLE_IMPORT
from quartermaster.web.pages import Crumb, ImportPage, UploadForm

_NOTES = {
    "number": "Required. Identifies the person.",
    "given_name": "Required.",
    "family_name": "Required.",
    "email": "Required. One person each.",
    "department": "Required. The code of a department.",
    "employment": "employee or contractor.",
    "supervisor": "Personnel number, of someone in the file or known already.",
    "drives": "yes or no; who drives for work qualifies for a hands-free kit.",
    "started_on": "A date such as 2026-11-24.",
    "separated_on": "A date; from then on the person is separated.",
    "code": "Required. Identifies the department.",
    "name": "Required.",
    "parent": "The code of the department it is a part of.",
    "coverage": "covered or excluded.",
    "exclusion_reason": "Required where it is excluded.",
}


def columns_of(layout: Layout[Any]) -> tuple[tuple[str, str], ...]:
    return tuple((name, _NOTES.get(name, "")) for name in layout.fields)


class RowsForm(UploadForm):
    """A file of rows, and how its text is written where the file itself cannot tell."""

    encoding = forms.ChoiceField(
        label="Written as",
        choices=[
            (Encoding.DETECT.value, "Unicode (UTF-8 or UTF-16)"),
            (Encoding.WINDOWS_1252.value, "Windows-1252, from an older program"),
        ],
        initial=Encoding.DETECT.value,
        required=False,
    )


class ImportRows(ImportPage):
    """Base of both imports. What is not Unicode becomes so before it is shown."""

    permit = PEOPLE_IMPORT
    form_class = RowsForm
    done = "Imported: {}."

    def _preview(
        self, content: bytes, name: str, form: forms.Form, problem: HouseError | None = None
    ) -> HttpResponse:
        if form.is_bound and form.cleaned_data.get("encoding") == Encoding.WINDOWS_1252:
            content = as_utf8(content, Encoding.WINDOWS_1252)
        return super()._preview(content, name, form, problem)

    @staticmethod
    def told(plan: Plan[Any]) -> str:
        made, changed = plan.counts[Verb.CREATE], plan.counts[Verb.UPDATE]
        return f"{plan.plural}, {made:,} added and {changed:,} changed"


class ImportPeople(ImportRows):
    """People, as human resources exports them."""

    title = "Import people"
    lead = "Whoever is not in the file stays as they are. A column left out changes nothing."
    columns = columns_of(PEOPLE)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("People", reverse("org:people")),)

    def plan(self, content: bytes, name: str) -> Plan[Any]:  # noqa: ARG002 (CSV whatever its name)
        return actions.plan_people(content=content, actor=self.actor, at=self.at)

    def apply(
        self,
        content: bytes,
        name: str,  # noqa: ARG002 (CSV whatever its name)
        *,
        shown: str,
        confirmed: frozenset[str],
    ) -> str:
        plan = actions.import_people(
            content=content, shown=shown, confirmed=confirmed, actor=self.actor, at=self.at
        )
        return self.told(plan)


class ImportDepartments(ImportRows):
    """Departments, with their coverage."""

    title = "Import departments"
    lead = "A department that is not in the file stays as it is."
    columns = columns_of(DEPARTMENTS)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Departments", reverse("org:departments")),)

    def plan(self, content: bytes, name: str) -> Plan[Any]:  # noqa: ARG002 (CSV whatever its name)
        return actions.plan_departments(content=content, actor=self.actor)

    def apply(
        self,
        content: bytes,
        name: str,  # noqa: ARG002 (CSV whatever its name)
        *,
        shown: str,
        confirmed: frozenset[str],  # noqa: ARG002 (nothing to confirm)
    ) -> str:
        plan = actions.import_departments(
            content=content, shown=shown, actor=self.actor, at=self.at
        )
        return self.told(plan)
