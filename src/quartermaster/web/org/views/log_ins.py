"""Verbs on a person's log-in."""

from typing import Any

from quartermaster.org import accounts
from quartermaster.org.permits import ACCOUNT_CLOSE, ACCOUNT_INVITE, SESSIONS_END
from quartermaster.web.org.views.people import OnPerson, person_address


class OnLogIn(OnPerson):
    """Base of the verbs whose outcome is a log-in, which has no page."""

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (back to the person)
        return person_address(self.object)


class Invite(OnLogIn):
    permit = ACCOUNT_INVITE
    title = "Invite to log in"
    sentence = "{} gets a link by e-mail to set a password. It works once, for seven days."
    submit = "Send the link"
    done = "The link was sent to {}."

    def act(self, form: Any) -> Any:  # noqa: ARG002 (the form only confirms)
        return accounts.invite(person_id=self.object.id, actor=self.actor, at=self.at)


class EndSessions(OnLogIn):
    permit = SESSIONS_END
    title = "End sessions"
    sentence = "{} is logged out everywhere, and logs in anew."
    submit = "End sessions"
    done = "The sessions were ended."

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        accounts.end_sessions(person_id=self.object.id, actor=self.actor, at=self.at)


class CloseAccount(OnLogIn):
    permit = ACCOUNT_CLOSE
    title = "Close the log-in"
    sentence = "{} is logged out everywhere, and cannot log in until it is opened again."
    submit = "Close the log-in"
    look = "secondary"
    done = "The log-in {} is closed."

    def act(self, form: Any) -> Any:  # noqa: ARG002 (the form only confirms)
        return accounts.close_account(person_id=self.object.id, actor=self.actor, at=self.at)


class OpenAccount(OnLogIn):
    permit = ACCOUNT_CLOSE
    title = "Open the log-in"
    sentence = "{} may log in again."
    submit = "Open the log-in"
    done = "The log-in {} is open."

    def act(self, form: Any) -> Any:  # noqa: ARG002 (the form only confirms)
        return accounts.open_account(person_id=self.object.id, actor=self.actor, at=self.at)
