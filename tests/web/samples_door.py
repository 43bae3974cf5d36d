"""Samples of the door's own pages."""

from quartermaster.audit.queries import newest
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import system
from quartermaster.org import accounts
from tests.web.samples import sample


@sample("audit:entry")
def entry(cast, at):
    with act(cast.acting(cast.ida), at) as doing:
        doing.record("org.person.added", cast.ana, name=cast.ana.name)
    return {"key": newest().seq}


@sample("account:link", everybody=True)
def link(cast, at):
    from quartermaster.kernel.clock import now  # a link lives by the real clock of the door

    made = accounts.link_for(person_id=cast.cole.id, actor=system("test"), at=now())
    return {"token": made.rstrip("/").rsplit("/", 1)[-1]}
