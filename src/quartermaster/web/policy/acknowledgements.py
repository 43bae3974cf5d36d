"""Pages of acknowledgement: one's own, and of whom it is missing."""

from collections.abc import Sequence
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.kernel.errors import Conflict
from quartermaster.org.models import Department, Person
from quartermaster.policy import queries
from quartermaster.policy.actions import acknowledgements
from quartermaster.policy.models import Acknowledgement, PolicyVersion
from quartermaster.policy.permits import ACKNOWLEDGE, ACKNOWLEDGEMENT_RECORD, ACKNOWLEDGEMENT_VIEW
from quartermaster.policy.queries.acknowledgements import Due
from quartermaster.web.guard import may_open
from quartermaster.web.middleware import safe_next
from quartermaster.web.pages import (
    ActPage,
    Crumb,
    Filters,
    FormPage,
    LinkColumn,
    ListPage,
    Table,
    WhenColumn,
)
from quartermaster.web.policy.blocks import as_it_reads
from quartermaster.web.policy.forms import AcknowledgeForm
from quartermaster.web.policy.views import policy_crumb


class AcknowledgePage(FormPage):
    """Read the policy, see what changed, and confirm (S-2, G-1)."""

    permit = ACKNOWLEDGE
    title = "Acknowledge the policy"
    template_name = "policy/acknowledge.html"
    form_class = AcknowledgeForm
    submit = "Confirm"
    done = "Thank you. Your confirmation is on record."

    def crumbs(self) -> Sequence[Crumb]:
        return (policy_crumb(),)

    @property
    def due(self) -> Due | None:
        if not hasattr(self, "_due"):
            assert self.actor.person_id is not None
            self._due = queries.my_acknowledgement(self.actor.person_id, self.at)
        return self._due

    def initial(self) -> dict[str, Any]:
        return {"text_digest": self.due.version.text_digest if self.due else ""}

    def context(self) -> dict[str, Any]:
        due, me = self.due, self.actor.person_id
        assert me is not None
        changes = queries.what_changed_for(me, due.version) if due else None
        given = queries.acknowledgements_visible_to(self.actor).filter(person=me)
        return {
            **super().context(),
            "due": due,
            "blocks": as_it_reads(queries.pieces_of(due.version)) if due else [],
            "changes": changes,
            "given": list(given[:10]),
        }

    def act(self, form: AcknowledgeForm) -> Acknowledgement:
        if self.due is None:
            raise Conflict("There is nothing for you to acknowledge now.")
        return acknowledgements.acknowledge(
            version_id=self.due.version.id,
            text_digest=form.cleaned_data["text_digest"],
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Acknowledgement) -> str:  # noqa: ARG002 (always there)
        if self.request.GET.get("next"):
            return safe_next(self.request)
        return reverse("policy:acknowledge")


class MissingTable(Table):
    name = tables.Column(
        accessor="name", order_by=("family_name", "given_name"), verbose_name="Name"
    )
    number = tables.Column(verbose_name="Personnel number")
    department = tables.Column(accessor="department__name", verbose_name="Department")
    supervisor = tables.Column(accessor="supervisor__name", orderable=False, default="—")
    deadline = WhenColumn(verbose_name="Due", default="—")
    paper = LinkColumn(
        "policy:paper",
        accessor="id",
        orderable=False,
        verbose_name="On paper",
        exclude_from_export=True,
    )

    def render_paper(self, record: Person) -> str:
        column = self.columns["paper"].column
        return str(column.render("Record", record))


class MissingFilters(Filters):
    department = django_filters.ModelChoiceFilter(
        queryset=Department.objects.none(), label="Department", empty_label="Any"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = self.queryset.values("department")
        self.filters["department"].queryset = Department.objects.filter(id__in=shown)


class MissingPage(ListPage[Person]):
    """Who has not acknowledged the policy in force (S-2)."""

    permit = ACKNOWLEDGEMENT_VIEW
    title = "Who has yet to acknowledge"
    template_name = "policy/missing.html"
    table_class = MissingTable
    filters = MissingFilters
    search = ("given_name", "family_name", "number", "department__name")
    search_hint = "Name, number or department"
    empty = "Everybody whom you may see here has acknowledged the policy in force."
    noun = ("person", "people")

    def crumbs(self) -> Sequence[Crumb]:
        return (policy_crumb(),)

    @property
    def version(self) -> PolicyVersion | None:
        if not hasattr(self, "_version"):
            self._version = queries.version_in_force(self.at)
        return self._version

    def rows(self) -> QuerySet[Person]:
        if self.version is None:
            return Person.objects.none()
        return queries.missing_visible_to(self.actor, self.version, self.at)

    def make_table(self, rows: QuerySet[Person]) -> Table:
        table = super().make_table(rows)
        if not may_open(self.actor, ACKNOWLEDGEMENT_RECORD):
            table.exclude = ("paper",)
        return table

    def context(self) -> dict[str, Any]:
        counts = (
            queries.missing_by_department(self.actor, self.version, self.at) if self.version else ()
        )
        return {**super().context(), "version": self.version, "counts": counts}


class PaperPage(ActPage[Person]):
    """Record an acknowledgement given on paper (S-2)."""

    permit = ACKNOWLEDGEMENT_RECORD
    title = "Record a confirmation on paper"
    thing = "person of whom it is missing"
    sentence = "You have the signed confirmation of {} before you, for the policy in force."
    submit = "Record it"
    done = "The confirmation was recorded."

    def crumbs(self) -> Sequence[Crumb]:
        return (policy_crumb(), Crumb("Who has yet to acknowledge", reverse("policy:missing")))

    def rows(self) -> QuerySet[Person]:
        version = queries.version_in_force(self.at)
        if version is None:
            return Person.objects.none()
        return queries.missing_visible_to(self.actor, version, self.at)

    def act(self, form: Any) -> Acknowledgement:  # noqa: ARG002 (it has no fields)
        version = queries.version_in_force(self.at)
        if version is None:
            raise Conflict("No policy is in force now.")
        return acknowledgements.record_on_paper(
            version_id=version.id, person_id=self.object.id, actor=self.actor, at=self.at
        )
