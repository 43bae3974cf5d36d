"""Taking over series that came with a later version of the product, as a draft like any other."""

from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.records.actions.retention.schedules import draft_schedule, write_series
from quartermaster.records.models import RetentionSchedule
from quartermaster.records.permits import SCHEDULE_WRITE
from quartermaster.records.retention import kinds, shipped_series, terms_of
from quartermaster.records.rules.retention import series_for_unnamed, unnamed

NOTE = "Series as shipped, for kinds that no series named"


def draft_shipped_series(
    *, draft_id: UUID | None = None, actor: Actor, at: datetime
) -> RetentionSchedule:
    """Draft the shipped series for kinds that no series names, or add them to a draft (C-2).

    It is in force when somebody else puts it in force, as any version.
    """
    require(actor, SCHEDULE_WRITE)
    with act(actor, at):
        if draft_id is None:
            draft = draft_schedule(note=NOTE, actor=actor, at=at)
        else:
            draft = RetentionSchedule.objects.get(id=draft_id)
        there = {code: row.terms for code, row in terms_of(draft).items()}
        names = unnamed((name for name, _title in kinds()), there.values())
        added = series_for_unnamed(names, shipped_series(), there)
        if not added:
            raise Conflict("The shipped parameters have no series for what is missing.")
        for terms in added:
            code = terms.code if terms.code in there else ""
            write_series(schedule_id=draft.id, terms=terms, code=code, actor=actor, at=at)
    return draft
