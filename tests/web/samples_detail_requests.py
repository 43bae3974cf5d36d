"""Samples of requests for usage detail."""

from tests.factories import detail as make
from tests.web.samples import sample


@sample(
    "detail_requests:request",
    "detail_requests:grant",
    "detail_requests:decline",
    "detail_requests:quiet",
    "detail_requests:withdraw",
)
def asked(cast, at):
    return {"key": make.asked(cast, at).pk}


@sample("detail_requests:look", "detail_requests:take", "detail_requests:end")
def granted(cast, at):
    return {"key": make.granted(cast, at).pk}
