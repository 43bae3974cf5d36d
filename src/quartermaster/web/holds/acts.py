"""What the records custodian does: open, amend, widen, let one go, release."""

import hashlib
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from quartermaster.org.models import Department
from quartermaster.records import holds
from quartermaster.records.actions import holds as actions
from quartermaster.records.models import Hold, HoldKeeper
from quartermaster.records.permits import HOLD_MANAGE
from quartermaster.records.rules.holds import Terms
from quartermaster.web.holds.forms import OpenForm, ReasonForm, ScopeForm, TermsForm
from quartermaster.web.pages import ActPage, Crumb, FormPage

MOST_SHOWN = 200


class Scoped(FormPage):
    """A form that first shows whom it reaches, and acts when exactly those were seen."""

    template_name = "holds/scope.html"
    confirm: ClassVar[str]

    def form_arguments(self) -> dict[str, Any]:
        return {"departments": list(Department.objects.order_by("name"))}

    def under_it(self) -> QuerySet[HoldKeeper] | None:
        """The people who are under the hold already."""
        return None

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form()
        if not form.is_valid():
            return self.again(form, 422)
        rows = holds.people_in_scope(**form.scope())
        if (there := self.under_it()) is not None:
            rows = rows.exclude(id__in=there.values("person_id"))
        people = list(rows)
        digest = hashlib.sha256("".join(str(one.id) for one in people).encode()).hexdigest()
        if form.cleaned_data["shown"] == digest or not people:
            return super().post(*args, **kwargs)
        form.data = form.data.copy()
        form.data["shown"] = digest
        return self.show(
            form=form, reached=people[:MOST_SHOWN], count=len(people), submit=self.confirm
        )


class Open(Scoped):
    """Open a hold (G-2, G-5)."""

    permit = HOLD_MANAGE
    title = "Open a legal hold"
    lead = "You see whom it reaches before anybody is told."
    form_class = OpenForm
    submit = "Go on"
    confirm = "Open the hold and tell them"
    done = "{} is in force. The people under it are being told."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Legal holds", reverse("holds:holds")),)

    def act(self, form: Any) -> Hold:
        return actions.open_hold(terms=form.terms(), **form.scope(), actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:
        return reverse("holds:hold", kwargs={"key": outcome.pk})


class OfHold:
    """What the verbs on one hold share."""

    thing = "hold"
    actor: Any
    object: Any

    def rows(self) -> QuerySet[Hold]:
        return holds.holds_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        address = reverse("holds:hold", kwargs={"key": self.object.pk})
        return (
            Crumb("Legal holds", reverse("holds:holds")),
            Crumb(self.object.number, address),
        )


class Amend(OfHold, ActPage[Hold]):
    """Change the words of a hold (G-2)."""

    permit = HOLD_MANAGE
    title = "Change the words of the hold"
    form_class = TermsForm
    submit = "Change it"
    done = "The words were changed."

    def explain(self) -> str:
        return f"{self.object.number} goes on in other words; the earlier ones stay on record."

    def consequences(self) -> Sequence[str]:
        return ("Everybody under it is told, and asked to acknowledge it anew.",)

    def initial(self) -> dict[str, Any]:
        terms = self.object.terms
        return {name: getattr(terms, name) for name in Terms.__dataclass_fields__}

    def act(self, form: Any) -> Hold:
        return actions.amend_hold(
            hold_id=self.object.pk, terms=form.terms(), actor=self.actor, at=self.at
        )


class Add(OfHold, Scoped, ActPage[Hold]):
    """Put more people under a hold (G-2)."""

    template_name = "holds/scope.html"
    permit = HOLD_MANAGE
    title = "Add people to the hold"
    lead = "You see whom it reaches before anybody is told."
    form_class = ScopeForm
    submit = "Go on"
    confirm = "Add and tell them"
    done = "They are under the hold now, and are being told."

    def under_it(self) -> QuerySet[HoldKeeper]:
        return holds.live_keepers().filter(hold=self.object)

    def act(self, form: Any) -> list[HoldKeeper]:
        return actions.add_people(
            hold_id=self.object.pk, **form.scope(), actor=self.actor, at=self.at
        )


class Release(OfHold, ActPage[Hold]):
    """Release a hold (G-2)."""

    permit = HOLD_MANAGE
    title = "Release the hold"
    form_class = ReasonForm
    submit = "Release it"
    look = "secondary"
    done = "The hold was released."

    def explain(self) -> str:
        return f"{self.object.number}: {self.object.terms.matter}."

    def consequences(self) -> Sequence[str]:
        return (
            "Everybody under it is told that they need not keep it any longer.",
            "What it held may be erased and disposed of, unless another hold is on it.",
            "It cannot be opened again: a new hold can.",
        )

    def act(self, form: Any) -> Hold:
        return actions.release_hold(
            hold_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class LetGo(ActPage[HoldKeeper]):
    """Let one person go from a hold (G-2)."""

    permit = HOLD_MANAGE
    thing = "person under this hold"
    title = "Let one person go"
    form_class = ReasonForm
    submit = "Let them go"
    look = "secondary"
    done = "They were let go, and are told."

    def rows(self) -> QuerySet[HoldKeeper]:
        return holds.keepers_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        hold = self.object.hold
        return (
            Crumb("Legal holds", reverse("holds:holds")),
            Crumb(hold.number, reverse("holds:hold", kwargs={"key": hold.pk})),
        )

    def explain(self) -> str:
        return f"{self.object.person} need not keep anything for {self.object.hold} any longer."

    def consequences(self) -> Sequence[str]:
        return ("Their devices may be erased and disposed of, unless another hold is on them.",)

    def act(self, form: Any) -> HoldKeeper:
        return actions.release_keeper(
            keeper_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )
