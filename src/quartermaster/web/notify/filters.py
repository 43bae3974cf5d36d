"""What the list of mail may be narrowed by."""

import django_filters

from quartermaster.notify.rules import MessageState
from quartermaster.web.pages import Filters


class MessageFilters(Filters):
    """By state."""

    state = django_filters.ChoiceFilter(
        choices=[(state.value, state.value.capitalize()) for state in MessageState],
        empty_label="Any",
        label="State",
    )
