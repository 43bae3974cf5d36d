"""Who may see what was mailed. Roles stand by name: the room org is above this one."""

from quartermaster.kernel.permits import SYSTEM_ROLE, Scope, permit

_KEEPERS = {SYSTEM_ROLE: Scope.CITY, "itmd_admin": Scope.CITY, "itmd_helpdesk": Scope.CITY}

MESSAGE_VIEW = permit(
    "notify.message.view", "See the mail that was sent", {**_KEEPERS, "auditor": Scope.CITY}
)
MESSAGE_RETRY = permit("notify.message.retry", "Try a failed message again", _KEEPERS)
