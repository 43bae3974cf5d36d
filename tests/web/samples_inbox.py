"""Samples of mail to the records' address: one that waits for the custodian."""

from tests.factories.inbox import letter, taken
from tests.web.samples import sample


@sample(
    "records:mail",
    "records:mail-content",
    "records:mail-release",
    "records:mail-discard",
)
def mail(cast, at):
    return {"key": taken(letter(results=""), at).pk}
