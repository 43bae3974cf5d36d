"""The verbs on the pool and on loans."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.forms import BaseForm
from django.urls import reverse

from quartermaster.inventory.models import DeviceClass
from quartermaster.inventory.stock import devices_in_stock
from quartermaster.kernel.dates import written_day
from quartermaster.kernel.permits import reach
from quartermaster.lifecycle.actions import loans
from quartermaster.lifecycle.models import Loan, PoolHotspot
from quartermaster.lifecycle.queries.loans import loans_visible_to, pool_visible_to
from quartermaster.lifecycle.request_permits import LOAN_LEND, LOAN_RESERVE, POOL_MANAGE
from quartermaster.lifecycle.rules.loans import Condition
from quartermaster.web.pages import ActPage, Crumb, FormPage
from quartermaster.web.pool import forms
from quartermaster.web.pool.views import WAY

_SHOWN = 100


class Reserve(FormPage):
    """Reserve a hot-spot (G-8, S-3)."""

    permit = LOAN_RESERVE
    title = "Reserve a hot-spot"
    lead = "For the days that you need it. No authorisation is needed, and it is no second device."
    form_class = forms.ReserveForm
    submit = "Reserve"
    done = "It is reserved: {}."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(WAY, reverse("pool:calendar")),)

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET
        return {
            "starts_on": asked.get("from", ""),
            "hotspot": asked.get("hotspot", ""),
        }

    def form_arguments(self) -> dict[str, Any]:
        extent = reach(self.actor, LOAN_RESERVE)
        others = extent.everything or bool(extent.departments) or len(extent.people) > 1
        pool = list(pool_visible_to(self.actor).order_by("label"))
        return {"actor": self.actor, "for_others": others, "pool": pool}

    def act(self, form: Any) -> Loan:
        given = form.cleaned_data
        person = given.get("person")
        key = person.id if person is not None else self.actor.person_id
        assert key is not None  # whoever logs in is a person
        return loans.reserve_hotspot(
            person_id=key,
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            purpose=given["purpose"],
            hotspot_id=UUID(given["hotspot"]) if given["hotspot"] else None,
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("pool:loan", kwargs={"key": outcome.pk})


class OfLoan(ActPage[Loan]):
    """What the verbs on a loan share."""

    permit = LOAN_RESERVE
    thing = "loan"

    def rows(self) -> QuerySet[Loan]:
        return loans_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        loan = reverse("pool:loan", kwargs={"key": self.object.pk})
        return (Crumb(WAY, reverse("pool:calendar")), Crumb(str(self.object), loan))

    def words(self) -> dict[str, Any]:
        return {"loan": self.object, "actor": self.actor, "at": self.at}

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (the loan itself)
        return self.cancel_address()


class Lend(OfLoan):
    """Lend what was reserved (G-8, S-2)."""

    permit = LOAN_LEND
    title = "Lend the hot-spot"
    sentence = "{}: hand it over, and have the borrower sign."
    form_class: ClassVar[type[BaseForm]] = forms.LendForm
    submit = "Lend"
    done = "It is lent."

    def consequences(self) -> Sequence[str]:
        return (
            f"It is due back on {written_day(self.object.ends_on)}. The borrower is reminded.",
            "If it is overdue, its line is suspended after some days.",
        )

    def act(self, form: Any) -> Loan:
        return loans.lend(**self.words(), signed_name=form.cleaned_data["signed_name"])


class Extend(OfLoan):
    """Keep a hot-spot for longer (G-8)."""

    title = "Keep it longer"
    sentence = "{}: possible where nobody else has reserved it."
    form_class: ClassVar[type[BaseForm]] = forms.ExtendForm
    submit = "Keep it until then"
    done = "The loan is longer now."

    def act(self, form: Any) -> Loan:
        return loans.extend_loan(**self.words(), ends_on=form.cleaned_data["ends_on"])


class Swap(OfLoan):
    """Give another hot-spot for one that does not work (G-8)."""

    permit = LOAN_LEND
    title = "Swap the hot-spot"
    sentence = "{}: the borrower gets another one for the rest of the loan."
    form_class: ClassVar[type[BaseForm]] = forms.SwapForm
    submit = "Swap"
    done = "The borrower has another one now."

    def consequences(self) -> Sequence[str]:
        return ("The one that does not work goes to repair.",)

    def act(self, form: Any) -> Loan:
        return loans.swap_hotspot(**self.words(), reason=form.cleaned_data["reason"])


class Return(OfLoan):
    """Take a hot-spot back (G-8, C-3)."""

    permit = LOAN_LEND
    title = "Take the hot-spot back"
    sentence = "{}: look at it, and make it ready for the next."
    form_class: ClassVar[type[BaseForm]] = forms.ReturnForm
    submit = "Take it back"
    done = "It is back."

    def consequences(self) -> Sequence[str]:
        return ("It is in stock again, or in repair.", "A line that was suspended works again.")

    def act(self, form: Any) -> Loan:
        given = form.cleaned_data
        return loans.give_back(
            **self.words(),
            condition=Condition(given["condition"]),
            reset_steps=given["reset_steps"],
            note=given["note"],
        )


class Cancel(OfLoan):
    """Call off a reservation (G-8)."""

    title = "Call off the reservation"
    sentence = "{}: the days are free for others."
    form_class: ClassVar[type[BaseForm]] = forms.CancelForm
    submit = "Call it off"
    look = "secondary"
    done = "It was called off."

    def act(self, form: Any) -> Loan:
        return loans.cancel_loan(**self.words(), reason=form.cleaned_data["reason"])


class Add(FormPage):
    """Put a hot-spot into the pool (G-8)."""

    permit = POOL_MANAGE
    title = "Put a hot-spot into the pool"
    lead = "Out of stock. From then on it is lent, and not given."
    form_class = forms.AddForm
    submit = "Put it in"
    done = "{} is in the pool."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(WAY, reverse("pool:calendar")),)

    def form_arguments(self) -> dict[str, Any]:
        stock = devices_in_stock(DeviceClass.HOTSPOT)
        pooled = PoolHotspot.objects.filter(removed_at=None).values("device_id")
        return {"stock": list(stock.exclude(id__in=pooled)[:_SHOWN])}

    def act(self, form: Any) -> PoolHotspot:
        given = form.cleaned_data
        return loans.add_to_pool(
            device_id=UUID(given["device"]),
            label=given["label"],
            department_id=given["department"].id if given["department"] else None,
            actor=self.actor,
            at=self.at,
        )


class Remove(ActPage[PoolHotspot]):
    """Take a hot-spot out of the pool."""

    permit = POOL_MANAGE
    thing = "hot-spot"
    title = "Take it out of the pool"
    sentence = "{} is in stock from then on, for anybody."
    submit = "Take it out"
    look = "secondary"
    done = "It is not in the pool any longer."

    def rows(self) -> QuerySet[PoolHotspot]:
        return pool_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(WAY, reverse("pool:calendar")),)

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        loans.remove_from_pool(hotspot=self.object, actor=self.actor, at=self.at)
