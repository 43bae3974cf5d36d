"""Pages of the policy's text: in force, its versions, redlines, comparisons, the source."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from quartermaster.policy import queries
from quartermaster.policy.models import Clause, PolicyVersion
from quartermaster.policy.permits import (
    ACKNOWLEDGE,
    ACKNOWLEDGEMENT_VIEW,
    POLICY_ADOPT,
    POLICY_IMPORT,
    POLICY_READ,
)
from quartermaster.web.pages import Button, Crumb, Page
from quartermaster.web.pages.base import OneRow
from quartermaster.web.policy.blocks import as_it_reads, as_redline

POLICY = "Policy"


def policy_crumb() -> Crumb:
    return Crumb(POLICY, reverse("policy:in-force"))


def version_crumb(version: PolicyVersion) -> Crumb:
    address = reverse("policy:version", kwargs={"key": version.pk})
    return Crumb(f"Version {version.number}", address)


class InForcePage(Page):
    """The policy as it is in force (P-1)."""

    permit = POLICY_READ
    template_name = "policy/in_force.html"

    def heading(self) -> str:
        version = self.version
        return version.title if version else POLICY

    @property
    def version(self) -> PolicyVersion | None:
        if not hasattr(self, "_version"):
            self._version = queries.version_in_force(self.at)
        return self._version

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Acknowledge", "policy:acknowledge", ACKNOWLEDGE, look=""),
            Button("Who is missing", "policy:missing", ACKNOWLEDGEMENT_VIEW),
            Button("Import a version", "policy:import", POLICY_IMPORT),
        )

    def context(self) -> dict[str, Any]:
        versions = queries.versions_visible_to(self.actor).filter(
            document__slug=queries.MOBILE_DEVICES
        )
        return {
            **super().context(),
            "version": self.version,
            "blocks": as_it_reads(queries.pieces_of(self.version)) if self.version else [],
            "versions": versions.order_by("-number"),
            "coming": list(queries.versions_to_come(self.at)),
            "until": queries.in_force_until(self.version) if self.version else None,
        }


class VersionPage(OneRow[PolicyVersion]):
    """One version: as it reads, or as a redline (P-1)."""

    permit = POLICY_READ
    thing = "version of the policy"
    template_name = "policy/version.html"

    def rows(self) -> QuerySet[PolicyVersion]:
        return queries.versions_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (policy_crumb(),)

    def buttons(self) -> Sequence[Button]:
        version = self.object
        key = {"key": version.pk}
        if not version.is_draft:
            return ()
        return (
            Button("Review clauses", "policy:review", POLICY_IMPORT, key),
            Button("Related policies", "policy:related", POLICY_IMPORT, key),
            Button("Adopt", "policy:adopt", POLICY_ADOPT, key, look=""),
            Button("Withdraw", "policy:withdraw", POLICY_IMPORT, key, look="secondary"),
        )

    def context(self) -> dict[str, Any]:
        version = self.object
        pieces = queries.pieces_of(version)
        redline = self.request.GET.get("as", "redline" if version.is_draft else "") == "redline"
        return {
            **super().context(),
            "version": version,
            "redline": redline,
            "blocks": as_redline(pieces) if redline else as_it_reads(pieces),
            "changed": version.clauses.exclude(change="none"),
            "unmapped": [p for p in pieces if not p.code and not p.structural],
            "before": queries.version_before(version),
            "until": queries.in_force_until(version),
        }


class ClausePage(OneRow[Clause]):
    """The way to one clause: its place in the text of its version."""

    permit = POLICY_READ
    thing = "clause"

    def rows(self) -> QuerySet[Clause]:
        return queries.clauses_visible_to(self.actor)

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        clause = self.object
        address = reverse("policy:version", kwargs={"key": clause.version_id})
        return HttpResponseRedirect(f"{address}?as=text#{clause.code}")


class ComparePage(Page):
    """Two versions, clause by clause, as a redline (P-1)."""

    permit = POLICY_READ
    template_name = "policy/compare.html"
    earlier: PolicyVersion
    later: PolicyVersion

    def get(self, *_args: Any, key: UUID, other: UUID, **_kwargs: Any) -> HttpResponse:
        self.later = queries.version_for(self.actor, key)
        self.earlier = queries.version_for(self.actor, other)
        return self.show()

    def heading(self) -> str:
        return f"What changed from version {self.earlier.number} to version {self.later.number}"

    def crumbs(self) -> Sequence[Crumb]:
        return (policy_crumb(), version_crumb(self.later))

    def context(self) -> dict[str, Any]:
        changes = queries.compared(self.earlier, self.later)
        return {
            **super().context(),
            "earlier": self.earlier,
            "later": self.later,
            "changes": [change for change in changes if change.changed],
            "same": [change.code for change in changes if not change.changed],
        }


class SourcePage(Page):
    """The file a version was imported from, as it was handed in (P-1)."""

    permit = POLICY_READ

    def get(self, *_args: Any, key: UUID, **_kwargs: Any) -> HttpResponse:
        version, content = queries.source_of(self.actor, key)
        return HttpResponse(
            content,
            content_type="application/octet-stream",
            headers={
                "Content-Disposition": f'attachment; filename="policy-version-{version.number}'
                f'.{"docx" if version.source_kind == "word" else "md"}"'
            },
        )
