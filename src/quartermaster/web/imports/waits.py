"""What of imports waits for the reader."""

from django.urls import reverse

from quartermaster.usage.import_permits import DIFFERENCE_RESOLVE, IMPORT_RUN, PROFILE_ADOPT
from quartermaster.usage.queries import imports as queries
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits


@waits("Totals that differ", permit=DIFFERENCE_RESOLVE, order=60)
def differences(request: HouseRequest) -> Steps:
    """What is open, and what is with the reader (G-12)."""
    rows = queries.live_differences(request.actor)
    if not (yield rows):
        return
    for row in rows:
        if row.assigned_to_id in {None, request.actor.person_id}:
            address = reverse("imports:difference", kwargs={"key": row.pk})
            yield Wait(f"Look into a total: {row}", address, None, row.carrier)


@waits("Carriers' files that were refused", permit=IMPORT_RUN, order=61)
def refused(request: HouseRequest) -> Steps:
    """A file that nobody could read is a bill that nobody sees (G-12)."""
    rows = queries.refused_files(request.actor)
    if not (yield rows):
        return
    for file in rows:
        address = reverse("imports:file", kwargs={"key": file.pk})
        yield Wait(f"Refused: {file.name}", address, None, file.said[:120])


@waits("Profiles to put into use", permit=PROFILE_ADOPT, order=62)
def profiles(request: HouseRequest) -> Steps:
    """What a coordinator mapped, and nothing reads by yet."""
    rows = queries.proposals(request.actor)
    if not (yield rows):
        return
    for row in rows:
        address = reverse("imports:profile", kwargs={"key": row.pk})
        yield Wait(f"Put into use: {row}", address, None, row.made_label)
