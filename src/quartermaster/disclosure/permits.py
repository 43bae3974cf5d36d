"""Who may know of requests, work on them, and answer what they are asked."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SYSTEM, Role

# A request and what it reaches is the records custodian's work. Auditors see that there is one,
# how it went and why something was held back; neither who asked nor what is in the records.
REQUEST_TAKE = permit(
    "disclosure.request.take",
    "Take in open-records requests",
    {SYSTEM: Scope.CITY, Role.CUSTODIAN: Scope.CITY},
)
REQUEST_VIEW = permit(
    "disclosure.request.view",
    "See open-records requests",
    {SYSTEM: Scope.CITY, Role.CUSTODIAN: Scope.CITY, Role.AUDITOR: Scope.CITY},
)
REQUEST_WORK = permit(
    "disclosure.request.work",
    "Work on open-records requests: who asks, what is found, what is given out",
    {Role.CUSTODIAN: Scope.CITY},
)
REQUEST_KEEP = permit(
    "disclosure.request.keep", "Keep open-records requests going", {SYSTEM: Scope.CITY}
)
SEARCH_ANSWER = permit(
    "disclosure.search.answer",
    "Say what one has for an open-records request",
    {EMPLOYEE: Scope.OWN},
)
NOTICE_ANSWER = permit(
    "disclosure.notice.answer",
    "Read and answer a notice about a record of oneself",
    {EMPLOYEE: Scope.OWN},
)
