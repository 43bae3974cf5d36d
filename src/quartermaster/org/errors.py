"""What may come of the room's verbs, beside the house's own outcomes."""

from quartermaster.kernel.errors import Conflict, HouseError, InvalidInput, NotFound, Refused


class SupervisionCycle(Conflict):
    """Someone would supervise themselves, directly or through others."""

    code = "supervision-cycle"


class DutiesCollide(Conflict):
    """One person would hold two roles that check each other."""

    code = "duties-collide"


class GrantToOneself(Refused):
    """Nobody grants a role to themselves."""

    code = "grant-to-oneself"


class LogInRefused(HouseError):  # noqa: N818 (an outcome, not a fault)
    """The e-mail address or the password is not right; which, is not told."""

    code = "log-in-refused"
    status = 401


class LogInClosed(Refused):
    """The password is right, but the log-in is closed or its person is separated."""

    code = "log-in-closed"


class AccountHeld(Conflict):
    """The log-in must stay as it is; whoever holds it must be asked."""

    code = "account-held"


class TooManyAttempts(HouseError):  # noqa: N818
    """Too many attempts failed for this account or from this address; wait."""

    code = "too-many-attempts"
    status = 429


class LinkDead(NotFound):
    """The link was used, withdrawn, has expired, or never was."""

    code = "link-dead"


class PasswordTooWeak(InvalidInput):
    """The new password does not meet the rules; the message says which."""

    code = "password-too-weak"


class ProofNeeded(Refused):
    """This act asks its person to prove anew who they are; a session or a token is not enough."""

    code = "proof-needed"
