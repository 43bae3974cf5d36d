"""Putting what usage has under the retention schedule, soon after it is there."""

from datetime import datetime

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.usage.disposal.detail import keep_detail
from quartermaster.usage.disposal.mails import keep_mails
from quartermaster.usage.disposal.originals import keep_refused
from quartermaster.usage.disposal.summaries import keep_summaries
from quartermaster.usage.summary_permits import SUMMARY_MAKE

MOST = 500


def keep_new(*, actor: Actor, at: datetime) -> int:
    """Put detail, refused files, summaries and sent mails under retention; how many (G-9, C-2)."""
    require(actor, SUMMARY_MAKE)
    with act(actor, at) as doing:
        counts = {
            "detail": keep_detail(doing, MOST),
            "refused": keep_refused(doing, MOST),
            "summaries": keep_summaries(doing, MOST),
            "mails": keep_mails(doing, MOST),
        }
        if any(counts.values()):
            doing.record_about("usage.under-retention", "usage.cycle", "", **counts)
    return sum(counts.values())
