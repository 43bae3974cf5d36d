"""What the room usage has the retention schedule dispose of."""

from quartermaster.records import disposables
from quartermaster.usage.disposal.detail import DETAIL
from quartermaster.usage.disposal.mails import MAILS
from quartermaster.usage.disposal.originals import ORIGINALS
from quartermaster.usage.disposal.summaries import SUMMARIES

for kind in (DETAIL, ORIGINALS, SUMMARIES, MAILS):
    disposables.register(kind)
