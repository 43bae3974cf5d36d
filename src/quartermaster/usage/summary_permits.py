"""Who sees what lines used and cost in sum, and who reviews it (G-9). None of it is call detail."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, SYSTEM, Role

_ITMD = {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY}
_CITY_WIDE = {**_ITMD, Role.ITMD_HELPDESK: Scope.CITY, Role.AUDITOR: Scope.CITY}

SUMMARY_VIEW = permit(
    "usage.summary.view",
    "See what lines used and cost, in sum",
    {
        **_CITY_WIDE,
        Role.COORDINATOR: Scope.DEPARTMENT,
        SUPERVISOR: Scope.REPORTS,
        EMPLOYEE: Scope.OWN,
    },
)
SUMMARY_MAKE = permit("usage.summary.make", "Sum usage up", _ITMD)
POST_VIEW = permit("usage.post.view", "See whether summaries reached the coordinators", _CITY_WIDE)
POST_SEND = permit("usage.post.send", "Send summaries to coordinators", _ITMD)
REVIEW_VIEW = permit("usage.review.view", "See ITMD's reviews of usage", _CITY_WIDE)
REVIEW_SIGN = permit("usage.review.sign", "Review and sign a month's usage", _ITMD)
REVIEW_OPEN = permit("usage.review.open", "Open reviews, and find them overdue", _ITMD)
