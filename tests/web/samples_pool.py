"""Samples of the hot-spot pool."""

from quartermaster.org.queries import actor_for
from quartermaster.policy.actions.acknowledgements import acknowledge
from quartermaster.policy.queries import acknowledgement_due
from tests.factories import loans as make
from tests.web.samples import sample


@sample("pool:loan", "pool:lend", "pool:cancel")
def reserved(cast, at):
    make.hotspot(cast, at)
    return {"key": make.reserved(cast, at).pk}


@sample("pool:extend", "pool:swap", "pool:return")
def lent(cast, at):
    make.hotspot(cast, at)
    due = acknowledgement_due(cast.sue.id, at)
    if due is not None:  # another sample adopted a policy
        version = due.version
        acknowledge(
            version_id=version.id,
            text_digest=version.text_digest,
            actor=actor_for(cast.sue, at),
            at=at,
        )
    return {"key": make.lent(cast, at, person=cast.sue).pk}


@sample("pool:remove")
def hotspot(cast, at):
    return {"key": make.hotspot(cast, at, department=cast.water).pk}
