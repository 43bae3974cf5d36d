"""What can be done in the room mdm."""

from quartermaster.mdm.actions.accounts import arrive_by_account, grant_by_account
from quartermaster.mdm.actions.admitting import admit
from quartermaster.mdm.actions.arrivals import tell_arrivals
from quartermaster.mdm.actions.attesting import attest_due
from quartermaster.mdm.actions.automated import (
    assign_again,
    keep_out,
    read_soon,
    take_in,
    wake,
)
from quartermaster.mdm.actions.bypass import keep_bypass_code
from quartermaster.mdm.actions.channels import (
    ask_user,
    ask_users,
    leave_user_channel,
    queue_for_user,
    update_user_token,
)
from quartermaster.mdm.actions.checkin import (
    authenticate,
    check_out,
    close_enrolment,
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
from quartermaster.mdm.actions.declaring import keep_status
from quartermaster.mdm.actions.destruction import (
    approve_destruction,
    refuse_destruction,
    request_destruction,
    request_raise,
    stop_destruction,
    stop_everything,
)
from quartermaster.mdm.actions.escrow import current_secret, keep_secret, reveal_secret
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.actions.identities import (
    issue_identity,
    note_use,
    renew_by_certificate,
    revoke_certificate,
)
from quartermaster.mdm.actions.invite import (
    cancel_invitation,
    fetch_invitation,
    invite,
    keep_terms,
)
from quartermaster.mdm.actions.learning import learn_due
from quartermaster.mdm.actions.listing import tie_devices
from quartermaster.mdm.actions.lost import delete_locations, keep_location, view_location
from quartermaster.mdm.actions.moving import bring_enrolments
from quartermaster.mdm.actions.orders import (
    expire_orders,
    fail_order,
    finish_order,
    open_account,
    place_order,
    prove_order,
)
from quartermaster.mdm.actions.perform import perform, perform_many
from quartermaster.mdm.actions.renewing import expire_renewals, renew_due, renew_identity
from quartermaster.mdm.actions.reports import learn_reports_due
from quartermaster.mdm.actions.retiring import let_go_retired
from quartermaster.mdm.actions.retrying import retry_command, retry_due_commands
from quartermaster.mdm.actions.rotating import retire_used_pins, rotate_due_secrets
from quartermaster.mdm.actions.setting_up import queue_set_up, release_due
from quartermaster.mdm.actions.waking import ask_to_wake, wake_now

__all__ = [
    "admit",
    "approve_destruction",
    "arrive_by_account",
    "ask_to_wake",
    "ask_user",
    "ask_users",
    "assign_again",
    "attest_due",
    "authenticate",
    "bring_enrolments",
    "cancel_command",
    "cancel_invitation",
    "check_out",
    "close_enrolment",
    "complete_credential",
    "configure_device",
    "current_secret",
    "delete_locations",
    "end_enrolment",
    "expire_commands",
    "expire_orders",
    "expire_renewals",
    "fail_order",
    "fetch_invitation",
    "finish_order",
    "grant_by_account",
    "import_credential",
    "invite",
    "issue_identity",
    "keep_bypass_code",
    "keep_facts",
    "keep_location",
    "keep_out",
    "keep_secret",
    "keep_status",
    "keep_terms",
    "learn_due",
    "learn_reports_due",
    "leave_user_channel",
    "let_go_retired",
    "note_use",
    "open_account",
    "perform",
    "perform_many",
    "place_order",
    "prove_order",
    "queue_for_many",
    "queue_for_user",
    "queue_orders",
    "queue_set_up",
    "read_soon",
    "record_answer",
    "refresh_posture",
    "refuse_destruction",
    "release_due",
    "renew_by_certificate",
    "renew_due",
    "renew_identity",
    "request_credential",
    "request_destruction",
    "request_raise",
    "retire_credential",
    "retire_used_pins",
    "retry_command",
    "retry_due_commands",
    "reveal_secret",
    "revoke_certificate",
    "rotate_due_secrets",
    "stop_destruction",
    "stop_everything",
    "take_in",
    "tell_arrivals",
    "tie_devices",
    "update_token",
    "update_user_token",
    "view_location",
    "wake",
    "wake_now",
]
