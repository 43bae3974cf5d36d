"""The schedule: what is in force, versions, a draft with its plan, and the verbs on it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from quartermaster.kernel.worded import choices
from quartermaster.records import retention
from quartermaster.records.actions import retention as actions
from quartermaster.records.models import RetentionSchedule, SeriesTerms
from quartermaster.records.permits import RETENTION_VIEW, SCHEDULE_APPROVE, SCHEDULE_WRITE
from quartermaster.records.rules.retention import (
    ANYTHING,
    LONGEST_BASIS,
    LONGEST_CODE,
    LONGEST_REASON,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_DAYS,
    MOST_MONTHS,
    Disposition,
    Period,
    ScheduleState,
    Terms,
    Trigger,
)
from quartermaster.web.guard import may_open
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import ActPage, Button, Crumb, DetailPage, Fact, FormPage
from quartermaster.web.pages.fields import reason_form
from quartermaster.web.proving import ProvingPage, proof_of
from quartermaster.web.retention.tables import SCHEDULES

STANDING = (ScheduleState.IN_FORCE, ScheduleState.DRAFT)
HOME = ("Retention", "retention:things")


def _home() -> Crumb:
    return Crumb(HOME[0], reverse(HOME[1]))


class OfSchedule:
    """What the pages of one version share."""

    actor: Any
    object: RetentionSchedule
    thing = "version of the schedule"

    def rows(self) -> QuerySet[RetentionSchedule]:
        return retention.schedules_visible_to(self.actor)


class SchedulePage(OfSchedule, DetailPage[RetentionSchedule]):
    """A version of the schedule: its series, and of a draft what it would move (C-2)."""

    permit = RETENTION_VIEW
    template_name = "retention/schedule.html"

    def heading(self) -> str:
        return f"Retention schedule, version {self.object.number}"

    def crumbs(self) -> Sequence[Crumb]:
        return (_home(),)

    def state(self) -> Any:
        state = self.object.state
        return chip(self.object.get_state_display(), tone=SCHEDULES[state])

    def facts(self) -> Sequence[Fact]:
        row = self.object
        facts = [
            Fact("Why", row.note),
            Fact("Drafted", full_time(row.drafted_at), note=f"by {row.drafted_by or 'the house'}"),
        ]
        if row.in_force_at:
            who = f"by {row.in_force_by or 'the house, as shipped'}"
            facts.append(Fact("In force since", full_time(row.in_force_at), note=who))
        if row.ended_at:
            facts.append(Fact("Ended", full_time(row.ended_at)))
        return facts

    def buttons(self) -> Sequence[Button]:
        key = {"key": self.object.pk}
        if self.object.state == ScheduleState.DRAFT:
            return (
                Button("Add a series", "retention:series-add", SCHEDULE_WRITE, key),
                Button("Put it in force", "retention:in-force", SCHEDULE_APPROVE, key, ""),
                Button("Withdraw it", "retention:withdraw", SCHEDULE_WRITE, key, "secondary"),
            )
        if self.object.state == ScheduleState.IN_FORCE:
            return (Button("Draft a change", "retention:draft", SCHEDULE_WRITE, look=""),)
        return ()

    def series(self) -> list[SeriesTerms]:
        return list(self.object.series.order_by("position", "code"))

    def context(self) -> dict[str, Any]:
        draft = self.object.state == ScheduleState.DRAFT
        series = self.series()
        unnamed = retention.unnamed_in(series) if self.object.state in STANDING else []
        plan = retention.plan_of(self.object, localdate(self.at)) if draft else []
        return {
            **super().context(),
            "series": series,
            "draft": draft,
            "unnamed": unnamed,
            "rest": next((row for row in series if ANYTHING in row.sources), None),
            "adopt": any(row.offered for row in unnamed) and self._may_adopt(),
            "plan": [row for row in plan if row.earlier or row.later or row.due_now],
            "versions": retention.schedules_visible_to(self.actor).exclude(pk=self.object.pk),
        }

    def _may_adopt(self) -> bool:
        """From what is in force a draft is begun: there must be none yet."""
        if not may_open(self.actor, SCHEDULE_WRITE):
            return False
        drafts = RetentionSchedule.objects.filter(state=ScheduleState.DRAFT)
        return self.object.state == ScheduleState.DRAFT or not drafts.exists()


class Current(SchedulePage):
    """The schedule in force; before there is one, the shipped one, as it will be (C-2)."""

    @cached_property
    def object(self) -> RetentionSchedule:  # type: ignore[override]
        found, self._series = retention.shown_now()
        return found

    def heading(self) -> str:
        shipped = self.object.number == 0
        return "Retention schedule, as shipped" if shipped else super().heading()

    def facts(self) -> Sequence[Fact]:
        if self.object.number:
            return super().facts()
        when = "With the first act under it, or when the clock looks next."
        return [Fact("Why", self.object.note), Fact("In force", when)]

    def series(self) -> list[SeriesTerms]:
        return self._series


class DraftForm(forms.Form):
    """Why the schedule is changed."""

    note = forms.CharField(
        label="Why it is changed",
        max_length=LONGEST_REASON,
        help_text="Such as the ordinance or the decision of the records board.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class Draft(FormPage):
    """Begin a draft as a copy of what is in force (C-2)."""

    permit = SCHEDULE_WRITE
    title = "Draft a change of the schedule"
    lead = "A draft changes nothing. Somebody who did not write on it puts it in force."
    form_class = DraftForm
    submit = "Begin the draft"
    done = "{} is a draft now."

    def crumbs(self) -> Sequence[Crumb]:
        return (_home(), Crumb("Schedule", reverse("retention:schedule")))

    def act(self, form: Any) -> RetentionSchedule:
        return actions.draft_schedule(**form.cleaned_data, actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:
        return reverse("retention:version", kwargs={"key": outcome.pk})


class SeriesForm(forms.Form):
    """How a series is kept."""

    code = forms.SlugField(
        label="Code", max_length=LONGEST_CODE, help_text="Letters, digits and hyphens."
    )
    title = forms.CharField(label="Title", max_length=LONGEST_TITLE)
    about = forms.CharField(
        label="What belongs to it",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    trigger = forms.ChoiceField(label="Kept from", choices=choices(Trigger))
    years = forms.IntegerField(label="Years", min_value=0, max_value=100, initial=0)
    months = forms.IntegerField(label="Months", min_value=0, max_value=MOST_MONTHS, initial=0)
    days = forms.IntegerField(label="Days", min_value=0, max_value=MOST_DAYS, initial=0)
    basis = forms.CharField(label="Legal basis", max_length=LONGEST_BASIS)
    disposition = forms.ChoiceField(label="Then", choices=choices(Disposition))
    sources = forms.MultipleChoiceField(
        label="Kinds that fall into it by themselves",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=retention.kinds,
        help_text="Each kind falls into one series; chosen here, it leaves the other.",
    )

    def terms(self) -> Terms:
        given = self.cleaned_data
        return Terms(
            code=given["code"],
            title=given["title"],
            about=given["about"],
            trigger=Trigger(given["trigger"]),
            period=Period(given["years"], given["months"], given["days"]),
            basis=given["basis"],
            disposition=Disposition(given["disposition"]),
            sources=tuple(given["sources"]),
        )


class ChangeForm(SeriesForm):
    """The same of a series that is there: its code stays."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["code"].disabled = True


class OnDraft(OfSchedule):
    """The verbs lead back to the draft."""

    def crumbs(self) -> Sequence[Crumb]:
        address = reverse("retention:version", kwargs={"key": self.object.pk})
        return (_home(), Crumb(f"Version {self.object.number}", address))


class AddSeries(OnDraft, ActPage[RetentionSchedule]):
    """Add a series to a draft (C-2)."""

    permit = SCHEDULE_WRITE
    title = "Add a series"
    form_class = SeriesForm
    submit = "Add it"
    done = "“{}” was added to the draft."

    def act(self, form: Any) -> SeriesTerms:
        return actions.write_series(
            schedule_id=self.object.pk, terms=form.terms(), actor=self.actor, at=self.at
        )


class AddShipped(OnDraft, ActPage[RetentionSchedule]):
    """Have the shipped series for kinds that no series names, in a draft (C-2)."""

    permit = SCHEDULE_WRITE
    title = "Draft the shipped series"
    submit = "Draft them"
    done = "{} has them. Somebody who did not write on it puts it in force."

    def rows(self) -> QuerySet[RetentionSchedule]:
        return super().rows().filter(state__in=STANDING)

    def explain(self) -> str:
        return "They are parameters, which the City Attorney confirms. You can change them first."

    def consequences(self) -> Sequence[str]:
        rows = retention.unnamed_in(self.object.series.all())
        series = dict.fromkeys(row.offered for row in rows if row.offered)
        return [
            *(
                f"The draft has “{terms.title}”: {terms.period.words()} from:"
                f" {terms.trigger.label.lower()}. Then: {terms.disposition.label.lower()}."
                for terms in series
            ),
            "Nothing is kept by it before somebody who did not write on it puts it in force.",
        ]

    def act(self, form: Any) -> RetentionSchedule:  # noqa: ARG002 (the form only confirms)
        draft = self.object.pk if self.object.state == ScheduleState.DRAFT else None
        return actions.draft_shipped_series(draft_id=draft, actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:
        return reverse("retention:version", kwargs={"key": outcome.pk})


class OnSeries(ActPage[SeriesTerms]):
    """The verbs on a series of a draft lead back to it."""

    permit = SCHEDULE_WRITE
    thing = "series"

    def rows(self) -> QuerySet[SeriesTerms]:
        return retention.series_visible_to(self.actor).filter(schedule__state=ScheduleState.DRAFT)

    def crumbs(self) -> Sequence[Crumb]:
        draft = self.object.schedule
        address = reverse("retention:version", kwargs={"key": draft.pk})
        return (_home(), Crumb(f"Version {draft.number}", address))


class ChangeSeries(OnSeries):
    """Change a series of a draft (C-2)."""

    title = "Change the series"
    form_class = ChangeForm
    done = "“{}” was changed in the draft."

    def initial(self) -> dict[str, Any]:
        names = ("code", "title", "about", "trigger", "years", "months", "days", "basis")
        row = self.object
        more = {"disposition": row.disposition, "sources": row.sources}
        return {name: getattr(row, name) for name in names} | more

    def act(self, form: Any) -> SeriesTerms:
        return actions.write_series(
            schedule_id=self.object.schedule_id,
            terms=form.terms(),
            code=self.object.code,
            actor=self.actor,
            at=self.at,
        )


class DropSeries(OnSeries):
    """Take a series out of a draft (C-2)."""

    title = "Take the series out"
    sentence = "“{}” is taken out of the draft. Nothing may be in it."
    submit = "Take it out"
    look = "secondary"
    done = "It was taken out of the draft."

    def act(self, form: Any) -> Any:  # noqa: ARG002 (the form only confirms)
        return actions.drop_series(
            schedule_id=self.object.schedule_id,
            code=self.object.code,
            actor=self.actor,
            at=self.at,
        )


ReasonForm = reason_form(LONGEST_REASON, hint="", rows=2)


class Withdraw(OnDraft, ActPage[RetentionSchedule]):
    """Give up a draft (C-2)."""

    permit = SCHEDULE_WRITE
    title = "Withdraw the draft"
    sentence = "{} is not put in force."
    form_class = ReasonForm
    submit = "Withdraw it"
    look = "secondary"
    done = "{} was withdrawn."

    def act(self, form: Any) -> RetentionSchedule:
        return actions.withdraw_schedule(
            schedule_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class PutInForce(OnDraft, ProvingPage[RetentionSchedule]):
    """Put a draft in force, as a person who did not write on it (C-2)."""

    permit = SCHEDULE_APPROVE
    title = "Put the schedule in force"
    submit = "Put it in force"
    look = "secondary"
    done = "{} is in force, and every day follows it."

    def explain(self) -> str:
        return f"Version {self.object.number}: {self.object.note}"

    def consequences(self) -> Sequence[str]:
        plan = retention.plan_of(self.object, localdate(self.at))
        lines = [
            f"{row.title}: {row.earlier} earlier, {row.later} later, {row.due_now} due at once."
            for row in plan
            if row.earlier or row.later
        ]
        return (*(lines or ["No day moves."]), "Nothing is destroyed by this alone.")

    def act(self, form: Any) -> RetentionSchedule:
        proof = proof_of(self, form, actions.purpose_of(self.object))
        return actions.put_in_force(
            schedule_id=self.object.pk, proof=proof, actor=self.actor, at=self.at
        )
