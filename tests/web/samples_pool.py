"""Samples of the hot-spot pool."""

from quartermaster.org.queries import actor_for
from quartermaster.policy.actions.acknowledgements import acknowledge
from quartermaster.policy.queries import acknowledgement_due
from tests.factories import loans as make
from tests.factories.org import PersonFactory
from tests.web.samples import sample


def _somebody(cast, at):
    """Of Water Works, with what another sample adopted acknowledged."""
    person = PersonFactory(department=cast.water)
    due = acknowledgement_due(person.id, at)
    if due is not None:
        version = due.version
        acknowledge(
            version_id=version.id,
            text_digest=version.text_digest,
            actor=actor_for(person, at),
            at=at,
        )
    return person


@sample("pool:loan", "pool:lend", "pool:cancel")
def reserved(cast, at):
    make.hotspot(cast, at)
    return {"key": make.reserved(cast, at, person=_somebody(cast, at)).pk}


@sample("pool:extend", "pool:swap", "pool:return")
def lent(cast, at):
    make.hotspot(cast, at)
    return {"key": make.lent(cast, at, person=_somebody(cast, at)).pk}


@sample("pool:remove")
def hotspot(cast, at):
    return {"key": make.hotspot(cast, at, department=cast.water).pk}
