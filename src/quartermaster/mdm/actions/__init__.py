"""What can be done in the room mdm."""

from quartermaster.mdm.actions.checkin import (
    authenticate,
    check_out,
    end_enrolment,
    update_token,
)
from quartermaster.mdm.actions.commands import (
    cancel_command,
    expire_commands,
    queue_for_many,
    queue_orders,
    record_answer,
    refresh_posture,
)
from quartermaster.mdm.actions.configure import configure_device
from quartermaster.mdm.actions.credentials import (
    complete_credential,
    import_credential,
    request_credential,
    retire_credential,
)
from quartermaster.mdm.actions.escrow import current_secret, keep_secret, reveal_secret
from quartermaster.mdm.actions.invite import (
    cancel_invitation,
    fetch_invitation,
    invite,
    issue_identity,
)
from quartermaster.mdm.actions.learning import learn_due
from quartermaster.mdm.actions.perform import perform

__all__ = [
    "authenticate",
    "cancel_command",
    "cancel_invitation",
    "check_out",
    "complete_credential",
    "configure_device",
    "current_secret",
    "end_enrolment",
    "expire_commands",
    "fetch_invitation",
    "import_credential",
    "invite",
    "issue_identity",
    "keep_secret",
    "learn_due",
    "perform",
    "queue_for_many",
    "queue_orders",
    "record_answer",
    "refresh_posture",
    "request_credential",
    "retire_credential",
    "reveal_secret",
    "update_token",
]
