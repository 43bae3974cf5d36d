"""What of decisions can be found by the global search: the answers, by everybody."""

from quartermaster.inventory.applications import decisions_visible_to, questions_visible_to
from quartermaster.inventory.permits import DECISION_VIEW, QUESTION_VIEW
from quartermaster.web.search import searchable

searchable(
    "Decisions about applications",
    rows=lambda actor: decisions_visible_to(actor).filter(ended_at=None),
    permit=DECISION_VIEW,
    fields=("title", "identifier", "name_pattern", "reason"),
    url_name="decisions:one",
    note=lambda decision: decision.get_verdict_display(),
    order=36,
)
searchable(
    "Questions about applications",
    rows=questions_visible_to,
    permit=QUESTION_VIEW,
    fields=("title", "purpose"),
    url_name="decisions:question",
    note=lambda question: question.get_state_display(),
    order=37,
)
