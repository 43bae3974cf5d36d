"""What the writers of all kinds share."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from quartermaster.kernel.imports import Plan, Step, Verb
from quartermaster.org.models import Department, Person

BATCH = 500
Progress = Callable[[int, int], None]
T = TypeVar("T")


class Writing:
    """A plan that was found applicable, with what its rows name."""

    def __init__(self, plan: Plan[Any], progress: Progress) -> None:
        self.creating = plan.of(Verb.CREATE)
        self.updating = plan.of(Verb.UPDATE)
        self.progress = progress
        self.total = len(self.creating) + len(self.updating)
        self.done = 0
        self.departments = {item.code: item for item in Department.objects.all()}
        named = {getattr(value_of(step), "holder", None) for step in plan.steps if step.row}
        self.people = {item.number: item for item in Person.objects.filter(number__in=named)}

    def values(self, step: Step[Any], names: Iterable[str]) -> dict[str, Any]:
        """The values of some fields, with departments and holders as rows."""
        row = value_of(step)
        found = {name: getattr(row, name) for name in names}
        if "department" in found:
            found["department"] = self.departments[found["department"]]
        if found.get("holder"):
            found["holder"] = self.people[found["holder"]]
        return found

    def batches(self, steps: Sequence[T]) -> Iterator[Sequence[T]]:
        for start in range(0, len(steps), BATCH):
            batch = steps[start : start + BATCH]
            yield batch
            self.done += len(batch)
            self.progress(self.done, self.total)


def value_of(step: Step[Any]) -> Any:
    assert step.row is not None  # a step without a row is an error, and those were refused
    return step.row.value


def changed(step: Step[Any]) -> list[str]:
    return [change.field for change in step.changes]


def before_and_after(step: Step[Any]) -> dict[str, dict[str, str]]:
    return {
        "before": {change.field: change.before for change in step.changes},
        "after": {change.field: change.after for change in step.changes},
    }
