"""What goes with an answer: fees, notices to record subjects, appeals, letters."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django_tables2 import Column

from quartermaster.disclosure import actions, queries
from quartermaster.disclosure.actions.fees import rates
from quartermaster.disclosure.models import (
    Appeal,
    FeeEstimate,
    Letter,
    RequestItem,
    SubjectNotice,
)
from quartermaster.disclosure.permits import REQUEST_TAKE, REQUEST_VIEW, REQUEST_WORK
from quartermaster.disclosure.rules.appeals import LONGEST_APPEAL, Finding
from quartermaster.disclosure.rules.fees import Work
from quartermaster.disclosure.rules.requests import Channel
from quartermaster.disclosure.rules.subjects import Cause
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.money import dollars
from quartermaster.kernel.permits import reach
from quartermaster.kernel.worded import choices
from quartermaster.org.queries import people_visible_to
from quartermaster.web.disclosure.acts import Act, crumbs_of
from quartermaster.web.disclosure.forms import ReasonForm
from quartermaster.web.disclosure.review import sent
from quartermaster.web.disclosure.views import WAY
from quartermaster.web.marks import chip
from quartermaster.web.pages import (
    ActPage,
    ChipColumn,
    Crumb,
    LinkColumn,
    ListPage,
    Table,
    WhenColumn,
)
from quartermaster.web.pages.base import OneRow
from quartermaster.web.pages.fields import MoneyField

FINDINGS = {"": "warning", "upheld": "neutral", "changed": "info"}


class FeeForm(forms.Form):
    """What the request takes."""

    pages = forms.IntegerField(label="Pages on paper", min_value=0, initial=0)
    minutes = forms.IntegerField(
        label="Minutes of locating",
        min_value=0,
        initial=0,
        help_text="Looking through and taking out is not charged.",
    )
    by_post = forms.BooleanField(label="Sent by post", required=False)
    other = MoneyField(label="Other actual cost", required=False, max_length=20)
    other_what = forms.CharField(label="For what", required=False, max_length=100)


class AskFee(Act):
    """Tell the requester what it costs (G-5)."""

    title = "Ask for a fee"
    sentence = "The requester of {} is told what it costs, by letter."
    form_class = FeeForm
    submit = "Write the letter"
    done = "The letter is written."

    def consequences(self) -> Sequence[str]:
        now = rates()
        return (
            f"A page costs {dollars(now.page)}, an hour of locating {dollars(now.location_hour)}.",
            f"Locating is charged from {dollars(now.location_from)} on.",
            f"Over {dollars(now.prepay_over)} nothing is given out before it is paid.",
            "An earlier estimate is replaced.",
        )

    def act(self, form: Any) -> FeeEstimate:
        given = form.cleaned_data
        work = Work(**{**given, "other": given["other"] or 0})
        return actions.ask_fee(work=work, **self.of_it())


class OfFee(ActPage[FeeEstimate]):
    """What the verbs on one fee share."""

    permit = REQUEST_WORK
    thing = "fee"

    def rows(self) -> QuerySet[FeeEstimate]:
        return queries.fees_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs_of(self.object.request)

    def of_it(self) -> dict[str, Any]:
        return {"fee_id": self.object.pk, "actor": self.actor, "at": self.at}


class Paid(OfFee):
    title = "Note the payment"
    sentence = "{} was paid."
    submit = "It is paid"
    done = "The payment is noted."

    def act(self, form: Any) -> FeeEstimate:  # noqa: ARG002 (the form only confirms)
        return actions.note_payment(**self.of_it())


class Waive(OfFee):
    title = "Waive the fee"
    sentence = "{} is not asked for any longer."
    form_class = ReasonForm
    submit = "Waive it"
    done = "The fee is waived."

    def act(self, form: Any) -> FeeEstimate:
        return actions.waive_fee(reason=form.cleaned_data["reason"], **self.of_it())


class LetterFile(OneRow[Letter]):
    """A letter, for the custodian."""

    permit = REQUEST_WORK
    thing = "letter"

    def rows(self) -> QuerySet[Letter]:
        return queries.letters_visible_to(self.actor)

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return sent(self.object.file)


class SubjectForm(forms.Form):
    """Whom a record is about, and why they are told."""

    person = forms.CharField(label="Person", max_length=300, help_text="Number or e-mail address.")
    cause = forms.ChoiceField(label="Why they are told", choices=choices(Cause))


class ServeNotice(ActPage[RequestItem]):
    """Tell somebody that a record about them is to be given out (G-5)."""

    permit = REQUEST_WORK
    thing = "file of a request"
    title = "Tell the person whom it is about"
    sentence = "They are told before {} is given out."
    form_class = SubjectForm
    submit = "Tell them"
    done = "They are told."

    def rows(self) -> QuerySet[RequestItem]:
        return queries.items_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        review = reverse("disclosure:review", kwargs={"key": self.object.pk})
        return (*crumbs_of(self.object.request), Crumb(self.object.item.name, review))

    def consequences(self) -> Sequence[str]:
        return ("Nothing of the request is given out until their days are over.",)

    def act(self, form: Any) -> SubjectNotice:
        name = form.cleaned_data["person"].strip()
        rows = people_visible_to(self.actor)
        person = rows.filter(number=name).first() or rows.filter(email__iexact=name).first()
        if person is None:
            raise InvalidInput("Nobody has this number or address.", field="person")
        return actions.serve_notice(
            item_id=self.object.pk,
            person_id=person.id,
            cause=Cause(form.cleaned_data["cause"]),
            actor=self.actor,
            at=self.at,
        )


class OfNotice(ActPage[SubjectNotice]):
    """What the custodian's verbs on one notice share."""

    permit = REQUEST_WORK
    thing = "notice"

    def rows(self) -> QuerySet[SubjectNotice]:
        return queries.notices_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs_of(self.object.item.request)

    def of_it(self) -> dict[str, Any]:
        return {"notice_id": self.object.pk, "actor": self.actor, "at": self.at}


class NoteSuit(OfNotice):
    title = "Note that they went to court"
    sentence = "{}: nothing is given out until that is settled."
    submit = "They went to court"
    done = "It is noted."

    def act(self, form: Any) -> SubjectNotice:  # noqa: ARG002 (the form only confirms)
        return actions.note_suit(**self.of_it())


class SettleForm(forms.Form):
    words = forms.CharField(
        label="How it ended", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class SettleNotice(OfNotice):
    title = "Note how it ended"
    sentence = "{}: what they had against it is settled."
    form_class = SettleForm
    submit = "It is settled"
    done = "It is noted."

    def act(self, form: Any) -> SubjectNotice:
        return actions.settle_notice(words=form.cleaned_data["words"], **self.of_it())


class AppealTable(Table):
    request = LinkColumn("disclosure:appeal", verbose_name="Request")
    channel = Column(verbose_name="Came by")
    received_at = WhenColumn(verbose_name="Received")
    finding = ChipColumn(
        FINDINGS, verbose_name="What came of it", empty_values=(), order_by="finding"
    )
    decided_at = WhenColumn(verbose_name="Answered")

    def render_finding(self, record: Appeal) -> str:
        said = record.get_finding_display() or "Not answered yet"
        return chip(said, tone=FINDINGS[record.finding])

    class Meta(Table.Meta):
        model = Appeal
        fields = ()


class Appeals(ListPage[Appeal]):
    """The log of appeals (G-5)."""

    permit = REQUEST_VIEW
    title = "Appeals"
    table_class = AppealTable
    search = ("request__number",)
    empty = "Nobody has appealed."
    noun = ("appeal", "appeals")

    def rows(self) -> QuerySet[Appeal]:
        return queries.appeals_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (WAY,)


class AppealForm(forms.Form):
    """What the requester does not agree with."""

    text = forms.CharField(
        label="What you do not agree with",
        max_length=LONGEST_APPEAL,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class TakenAppealForm(AppealForm):
    """The same, written down by staff."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = "What the requester does not agree with"


class TakeInAppeal(Act):
    """An appeal that came by letter, telephone or in person (G-5)."""

    permit = REQUEST_TAKE
    title = "Take in an appeal"
    sentence = "The requester of {} does not agree with the answer."
    form_class = TakenAppealForm
    submit = "Take it in"
    done = "The appeal is taken in."

    def act(self, form: Any) -> Appeal:
        return actions.file_appeal(
            text=form.cleaned_data["text"], channel=Channel.MAIL, **self.of_it()
        )


class DecideForm(forms.Form):
    finding = forms.ChoiceField(
        label="What comes of it", choices=choices(Finding), widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="What the requester is told",
        help_text="It goes to them by letter. A changed answer: the request is taken up again.",
        max_length=LONGEST_APPEAL,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DecideAppeal(ActPage[Appeal]):
    """An appeal, and answering it (G-5)."""

    permit = REQUEST_VIEW
    thing = "appeal"
    title = "Appeal against an answer"
    template_name = "disclosure/appeal.html"
    form_class = DecideForm
    submit = "Answer it"
    done = "The appeal is answered by letter."

    def rows(self) -> QuerySet[Appeal]:
        return queries.appeals_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (WAY, Crumb("Appeals", reverse("disclosure:appeals")))

    def context(self) -> dict[str, Any]:
        works = reach(self.actor, REQUEST_WORK).everything
        return {**super().context(), "works": works}

    def act(self, form: Any) -> Appeal:
        return actions.decide_appeal(
            appeal_id=self.object.pk,
            finding=Finding(form.cleaned_data["finding"]),
            words=form.cleaned_data["words"],
            actor=self.actor,
            at=self.at,
        )
