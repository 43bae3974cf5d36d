"""Profiles that are made here: proposed by whoever maps a layout, put into use by ITMD."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.permits import Actor, reach, require
from quartermaster.usage.actions.common import locked
from quartermaster.usage.import_permits import PROFILE_ADOPT, PROFILE_PROPOSE
from quartermaster.usage.models import ProfileVersion
from quartermaster.usage.queries.imports import profile_versions_visible_to
from quartermaster.usage.rules.imports import reason_of
from quartermaster.usage.rules.profiles import Profile

_TURN = 0x51_4D_50_52
MOST_VERSIONS = 500


def propose_profile(
    *, definition: dict[str, Any], note: str, actor: Actor, at: datetime
) -> ProfileVersion:
    """Keep a profile, or a new version of one; ITMD's is in use at once, others' after ITMD (G-9).

    Raises:
        InvalidInput: it will not do, with the place and the reason.
        Refused: no permit.
    """
    if reach(actor, PROFILE_PROPOSE).nothing:
        raise Refused(f"{actor.label} may not map a carrier's layout.", permit=PROFILE_PROPOSE.code)
    profile, said = checked(definition), reason_of(note)
    with act(actor, at) as doing:
        take_turn(_TURN)
        newest = ProfileVersion.objects.filter(key=profile.key).order_by("-number").first()
        number = newest.number + 1 if newest else 1
        if number > MOST_VERSIONS:
            raise Conflict("This profile has more versions than anybody can tell apart.")
        made = ProfileVersion.objects.create(
            key=profile.key,
            number=number,
            title=profile.title,
            definition=profile.as_data(),
            note=said,
            made_at=at,
            made_by_id=actor.person_id,
            made_label=actor.label[:200],
        )
        doing.record("usage.profile.proposed", made, key=made.key, number=made.number, note=said)
        if reach(actor, PROFILE_ADOPT).everything:
            _adopt(made, doing)
    return made


def adopt_profile(*, version_id: UUID, actor: Actor, at: datetime) -> ProfileVersion:
    """Put a version into use: the newest that was adopted reads what comes from then on (G-9)."""
    require(actor, PROFILE_ADOPT)
    with act(actor, at) as doing:
        seen = profile_versions_visible_to(actor).values("pk")
        row = locked(ProfileVersion.objects.filter(pk__in=seen), version_id, "profile")
        if row.adopted_at is not None:
            raise Conflict("This version is in use already.")
        later = ProfileVersion.objects.filter(
            key=row.key, number__gt=row.number, adopted_at__isnull=False
        )
        if later.exists():
            raise Conflict("A later version is in use. Propose this one anew, if it is to be used.")
        _adopt(row, doing)
    return row


def _adopt(row: ProfileVersion, doing: Act) -> None:
    row.adopted_at, row.adopted_label = doing.at, doing.actor.label[:200]
    row.save(update_fields=["adopted_at", "adopted_label"])
    doing.record("usage.profile.adopted", row, key=row.key, number=row.number)


def checked(definition: dict[str, Any]) -> Profile:
    """The profile, or `InvalidInput` with the first thing that is wrong."""
    try:
        return Profile.model_validate(definition)
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        where = ", ".join(str(part) for part in first["loc"])
        message = str(first["msg"]).removeprefix("Value error, ")
        raise InvalidInput(f"The profile will not do ({where}): {message}.") from problem
