"""What the room usage has the retention schedule dispose of."""

from quartermaster.records import disposables
from quartermaster.usage.summary_disposal import SUMMARIES

disposables.register(SUMMARIES)
