"""Samples of holds: one on Ana."""

from tests.factories.records import held, keeper
from tests.web.samples import sample


@sample("holds:hold", "holds:amend", "holds:add", "holds:release")
def hold(cast, at):
    return {"key": held(cast, at).pk}


@sample("holds:let-go", "holds:notice")
def notice(cast, at):
    return {"key": keeper(held(cast, at), cast.ana).pk}
