"""Writing the lines of a file."""

from typing import Any

from quartermaster.inventory.actions.imports.writing import (
    Progress,
    Writing,
    before_and_after,
    changed,
)
from quartermaster.inventory.actions.lines import tell_added, tell_moved
from quartermaster.inventory.custody import follow_all
from quartermaster.inventory.imports.lines import LINES
from quartermaster.inventory.models import Line, LineStatus
from quartermaster.jobs.acts import Act
from quartermaster.kernel.imports import Plan


def write_lines(plan: Plan[Any], doing: Act, progress: Progress) -> None:
    """Create and change the lines; a line that has ended gives up its SIM."""
    writing = Writing(plan, progress)
    keys = [step.key for step in writing.updating]
    rows = Line.objects.select_for_update().filter(number__in=keys).order_by("id")
    lines: dict[str, Line] = {}
    for line in rows:  # the one that lives, and else the last that did
        if line.live or line.number not in lines or not lines[line.number].live:
            lines[line.number] = line
    for steps in writing.batches(writing.updating):
        for step in steps:
            line, fields = lines[step.key], changed(step)
            was = LineStatus(line.status)
            for name, value in writing.values(step, fields).items():
                setattr(line, name, value)
            line.save(update_fields=fields)
            doing.record("inventory.line.changed", line, **before_and_after(step))
            if line.status != was:
                tell_moved(line, doing, "import", was)
        follow_all([lines[step.key] for step in steps], doing, "import")
    for steps in writing.batches(writing.creating):
        made = [Line(**writing.values(step, LINES.fields)) for step in steps]
        Line.objects.bulk_create(made)
        for line in made:
            tell_added(line, doing)
        follow_all(made, doing, "import")
