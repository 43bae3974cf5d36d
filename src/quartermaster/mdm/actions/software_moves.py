"""The one way in which an application on a device changes its state."""

from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict
from quartermaster.mdm.models import DeviceSoftware
from quartermaster.mdm.software_states import SOFTWARE, SoftwareState


def move(row: DeviceSoftware, verb: str, doing: Act, **more: object) -> None:
    """Take one step, with its entry in the ledger. ``due_at`` is cleared where it is not given.

    Raises:
        Conflict: the row is not in a state from which the verb leads on.
    """
    step = SOFTWARE.transitions[verb]
    SOFTWARE.target(verb, SoftwareState(row.state))
    values = {"due_at": None, **more, "state": step.target, "changed_at": doing.at}
    if "reason" in values:
        values["reason"] = str(values["reason"])[:500]
    rows = DeviceSoftware.objects.filter(id=row.id, state__in=step.sources)
    if rows.update(**values) != 1:
        raise Conflict("The application changed at the same time; try again.")
    for name, value in values.items():
        setattr(row, name, value)
    doing.record(
        f"mdm.software.{step.target.value}",
        row,
        software=row.software.identifier,
        device=row.device.asset_tag,
        reason=row.reason,
    )
