"""A sample of mail."""

from tests.factories.notify import MessageFactory
from tests.web.samples import sample


@sample("notify:message", "notify:message-try-again")
def message(cast, at):
    return {"key": MessageFactory(state="failed", last_error="550 no such mailbox").pk}
