"""Files that nothing refers to any longer: replaced ones after a while, and what crashes left."""

import time
from datetime import datetime, timedelta

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.usage.models import DetailFile
from quartermaster.usage.warehouse import store
from quartermaster.usage.warehouse_permits import DETAIL_DISPOSE

READ_ON = timedelta(hours=1)  # somebody may be reading what was replaced just now
LEFT_OVER = timedelta(days=1)


def tidy(*, actor: Actor, at: datetime) -> int:
    """Remove replaced files, and those of no row that are older than a day; how many (G-9)."""
    require(actor, DETAIL_DISPOSE)
    with act(actor, at):
        over = DetailFile.objects.select_for_update(skip_locked=True).filter(
            superseded_at__lte=at - READ_ON, removed_at=None
        )
        rows = list(over)
        store.remove(file.place for file in rows)
        DetailFile.objects.filter(id__in=[file.id for file in rows]).update(removed_at=at)
    return len(rows) + _remove_strays()


def _remove_strays() -> int:
    base = store.root() / "detail"
    known = set(DetailFile.objects.filter(removed_at=None).values_list("place", flat=True))
    # by the clock of the file system, as the files' own times are
    oldest = time.time() - LEFT_OVER.total_seconds()
    strays = [
        path
        for path in base.rglob("*")
        if path.is_file()
        and str(path.relative_to(base)) not in known
        and path.stat().st_mtime < oldest
    ]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
