"""Samples of files that were not taken: one that waits for the custodian."""

from tests.factories.quarantine import PROGRAM, told
from tests.web.samples import sample


@sample(
    "records:refused",
    "records:refused-content",
    "records:refused-release",
    "records:refused-discard",
)
def refused(cast, at):
    from quartermaster.records.models import RefusedFile

    told(cast.acting(cast.ana), at, PROGRAM)
    return {"key": RefusedFile.objects.get(author=cast.ana, state="waiting").pk}
