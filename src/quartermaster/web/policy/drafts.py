"""Pages on drafts: importing, reviewing clauses and changes, adopting, withdrawing."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.policy import queries
from quartermaster.policy.actions import adoption, drafts
from quartermaster.policy.models import PolicyVersion, VersionState
from quartermaster.policy.permits import POLICY_ADOPT, POLICY_IMPORT
from quartermaster.policy.rules.versions import city_date
from quartermaster.web.pages import ActPage, Crumb, FormPage
from quartermaster.web.pages.base import OneRow
from quartermaster.web.policy.forms import AdoptForm, DraftForm, RelatedForm, ReviewForm
from quartermaster.web.policy.views import policy_crumb, version_crumb


class ImportDraft(FormPage):
    """Import a redlined document as a draft (P-1)."""

    permit = POLICY_IMPORT
    title = "Import a version of the policy"
    lead = (
        "The document becomes a draft. Nothing is in force before you have seen which clause each "
        "paragraph becomes, and have recorded its adoption."
    )
    form_class = DraftForm
    submit = "Import as a draft"
    done = "{} was imported as a draft. Look through its clauses now."

    def crumbs(self) -> Sequence[Crumb]:
        return (policy_crumb(),)

    def act(self, form: DraftForm) -> PolicyVersion:
        given = form.cleaned_data["file"]
        return drafts.import_draft(
            content=given.read(), name=given.name, actor=self.actor, at=self.at
        )

    def next_address(self, outcome: PolicyVersion) -> str:
        return reverse("policy:review", kwargs={"key": outcome.pk})


class _OnDraft(OneRow[PolicyVersion]):
    """A page about one draft."""

    thing = "draft of the policy"

    def rows(self) -> QuerySet[PolicyVersion]:
        return queries.versions_visible_to(self.actor).filter(state=VersionState.DRAFT)

    def crumbs(self) -> Sequence[Crumb]:
        return (policy_crumb(), version_crumb(self.object))


class ReviewPage(FormPage, _OnDraft):
    """Which clause each paragraph is, and what each change does (P-1)."""

    permit = POLICY_IMPORT
    title = "Review clauses"
    template_name = "policy/review.html"
    form_class = ReviewForm
    submit = "Save the review"
    done = "The review was saved."

    def form_arguments(self) -> dict[str, Any]:
        clauses = list(self.object.clauses.all())
        return {"pieces": queries.pieces_of(self.object), "clauses": clauses}

    def act(self, form: ReviewForm) -> PolicyVersion:
        corrections = form.corrections()
        version, at = self.object, self.at
        if corrections:
            drafts.remap(version_id=version.id, corrections=corrections, actor=self.actor, at=at)
        left = set(version.clauses.values_list("code", flat=True))
        for code, change in form.judgements().items():
            if code in left:
                drafts.confirm_change(
                    version_id=version.id, code=code, change=change, actor=self.actor, at=at
                )
        return version

    def next_address(self, outcome: PolicyVersion) -> str:
        return reverse("policy:review", kwargs={"key": outcome.pk})

    def show(self, **more: Any) -> Any:
        form = more["form"]
        rows = [(piece, form[f"piece-{piece.key}"]) for piece in form.pieces]
        changes = [(clause, form[f"change-{clause.code}"]) for clause in form.changed]
        proposal = queries.proposal_of(self.object)
        return super().show(
            rows=rows, changes=changes, proposal=proposal, version=self.object, **more
        )


class RelatedPage(FormPage, _OnDraft):
    """The other policies that are acknowledged with a draft (G-1)."""

    permit = POLICY_IMPORT
    title = "Related policies"
    lead = "They are linked beside the policy, and acknowledged together with it."
    form_class = RelatedForm
    done = "The related policies were saved."

    def initial(self) -> dict[str, Any]:
        lines = [f"{r.title} | {r.url} | {r.kind}" for r in self.object.related.all()]
        return {"related": "\n".join(lines)}

    def act(self, form: RelatedForm) -> PolicyVersion:
        return drafts.set_related(
            version_id=self.object.id,
            related=form.cleaned_data["related"],
            actor=self.actor,
            at=self.at,
        )


class AdoptPage(ActPage[PolicyVersion], _OnDraft):
    """Record that a draft was adopted (P-1)."""

    permit = POLICY_ADOPT
    title = "Record the adoption"
    sentence = "{} becomes the City's policy from the day you name."
    form_class = AdoptForm
    submit = "Record the adoption"
    done = "{} is adopted."

    def initial(self) -> dict[str, Any]:
        return {"in_force_on": city_date(self.at, settings.TIME_ZONE)}

    def consequences(self) -> Sequence[str]:
        waiting = self.object.clauses.filter(change_confirmed_at=None).exclude(change="none")
        codes = ", ".join(clause.code for clause in waiting)
        confirms = f"You confirm the suggestions on the changes of {codes}." if codes else ""
        missing = ", ".join(self.object.missing_clauses)
        found = (
            confirms,
            f"These clauses are not in it: {missing}." if missing else "",
            "Its text can never be changed afterwards, only replaced by a new version.",
            "Everybody whom it binds is asked by e-mail to acknowledge it, and reminded.",
        )
        return tuple(sentence for sentence in found if sentence)

    def act(self, form: AdoptForm) -> PolicyVersion:
        return adoption.adopt(
            version_id=self.object.id, actor=self.actor, at=self.at, **form.cleaned_data
        )


class WithdrawPage(ActPage[PolicyVersion], _OnDraft):
    """Give a draft up (P-1)."""

    permit = POLICY_IMPORT
    title = "Withdraw the draft"
    sentence = "{} is given up. It stays in the list of versions, and cannot be adopted any more."
    submit = "Withdraw the draft"
    look = "secondary"
    done = "{} was withdrawn."

    def act(self, form: Any) -> PolicyVersion:  # noqa: ARG002 (it has no fields)
        return drafts.withdraw(version_id=self.object.id, actor=self.actor, at=self.at)

    def next_address(self, outcome: PolicyVersion) -> str:  # noqa: ARG002 (the list is enough)
        return reverse("policy:in-force")
