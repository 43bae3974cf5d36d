"""Pages of roles: who holds which, granting, ending."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.urls import reverse

from quartermaster.kernel.permits import reach
from quartermaster.org import actions, queries
from quartermaster.org.models import RoleAssignment
from quartermaster.org.permits import ROLE_GRANT, ROLE_VIEW
from quartermaster.org.roles import Role
from quartermaster.web.org import forms
from quartermaster.web.org.filters import RoleFilters
from quartermaster.web.org.tables import RolesTable
from quartermaster.web.pages import ActPage, Button, Crumb, FormPage, ListPage


class Roles(ListPage[RoleAssignment]):
    """Every role held, and those that were."""

    permit = ROLE_VIEW
    title = "Roles"
    lead = "A role is granted by another person, for a time. Who administers does not audit."
    table_class = RolesTable
    filters = RoleFilters
    search = ("person__given_name", "person__family_name", "person__number")
    search_hint = "Name or personnel number"
    empty = "Nobody holds a role yet."
    noun = ("role", "roles")

    def rows(self) -> QuerySet[RoleAssignment]:
        may_end = reach(self.actor, ROLE_GRANT).everything
        return (
            queries.roles_visible_to(self.actor)
            .annotate(
                state=Case(
                    When(ended_at__isnull=False, then=Value("Ended")),
                    When(expires_at__lte=self.at, then=Value("Expired")),
                    default=Value("In force"),
                ),
                end_label=Case(
                    When(Q(ended_at=None) & Q(Value(may_end)), then=Value("End")),
                    default=None,
                    output_field=CharField(null=True),
                ),
            )
            .order_by(F("ended_at").desc(nulls_first=True), "person__family_name", "role")
        )

    def buttons(self) -> Sequence[Button]:
        return (Button("Grant a role", "org:role-grant", ROLE_GRANT, look=""),)


class GrantRole(FormPage):
    """Grant a role."""

    permit = ROLE_GRANT
    title = "Grant a role"
    form_class = forms.GrantForm
    submit = "Grant"
    done = "{} was granted."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Roles", reverse("org:roles")),)

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def act(self, form: Any) -> RoleAssignment:
        data = form.cleaned_data
        return actions.grant_role(
            person_id=data["person"].id,
            role=Role(data["role"]),
            department_id=data["department"].id if data["department"] else None,
            expires_at=form.expires_at(),
            actor=self.actor,
            at=self.at,
        )


class EndRole(ActPage[RoleAssignment]):
    """End a role."""

    permit = ROLE_GRANT
    thing = "role"
    title = "End a role"
    sentence = "{}: this role ends now."
    submit = "End the role"
    look = "secondary"
    done = "{} was ended."

    def rows(self) -> QuerySet[RoleAssignment]:
        return queries.roles_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Roles", reverse("org:roles")),)

    def act(self, form: Any) -> RoleAssignment:  # noqa: ARG002 (the form only confirms)
        return actions.end_role(assignment_id=self.object.id, actor=self.actor, at=self.at)
