"""What of the policy can be found: its clauses, as they read in what was adopted."""

from quartermaster.policy import queries
from quartermaster.policy.permits import POLICY_READ
from quartermaster.web.search import searchable

searchable(
    "Clauses of the policy",
    rows=queries.clauses_visible_to,
    permit=POLICY_READ,
    fields=("code", "title", "text"),
    url_name="policy:clause",
    note=lambda clause: clause.title,
    order=40,
)
