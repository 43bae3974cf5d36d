"""The verbs of the room disclosure."""

from quartermaster.disclosure.actions.appealing import decide_appeal, file_appeal
from quartermaster.disclosure.actions.clock import (
    forget_knocks,
    take_request_steps,
    take_search_steps,
)
from quartermaster.disclosure.actions.closing import answer_without_release, reopen, withdraw
from quartermaster.disclosure.actions.collecting import (
    MOST_AT_ONCE,
    add_found,
    add_records,
    close_search,
    drop_item,
    search_again,
)
from quartermaster.disclosure.actions.earlier import keep_earlier_requests
from quartermaster.disclosure.actions.fees import ask_fee, note_payment, waive_fee
from quartermaster.disclosure.actions.intake import (
    acknowledge,
    assign,
    file_request,
    new_status_code,
)
from quartermaster.disclosure.actions.ordering import make_ordered, order_package
from quartermaster.disclosure.actions.packaging import make_package
from quartermaster.disclosure.actions.redacting import (
    redact_area,
    redact_passage,
    redact_words,
    unmark,
)
from quartermaster.disclosure.actions.releasing import (
    count_download,
    publish,
    release_package,
    unpublish,
)
from quartermaster.disclosure.actions.reviewing import add_ground, decide, look_again, reconsider
from quartermaster.disclosure.actions.searching import ask_people, attest, pass_over
from quartermaster.disclosure.actions.subjects import (
    answer_notice,
    note_suit,
    serve_notice,
    settle_notice,
)

__all__ = [
    "MOST_AT_ONCE",
    "acknowledge",
    "add_found",
    "add_ground",
    "add_records",
    "answer_notice",
    "answer_without_release",
    "ask_fee",
    "ask_people",
    "assign",
    "attest",
    "close_search",
    "count_download",
    "decide",
    "decide_appeal",
    "drop_item",
    "file_appeal",
    "file_request",
    "forget_knocks",
    "keep_earlier_requests",
    "look_again",
    "make_ordered",
    "make_package",
    "new_status_code",
    "note_payment",
    "note_suit",
    "order_package",
    "pass_over",
    "publish",
    "reconsider",
    "redact_area",
    "redact_passage",
    "redact_words",
    "release_package",
    "reopen",
    "search_again",
    "serve_notice",
    "settle_notice",
    "take_request_steps",
    "take_search_steps",
    "unmark",
    "unpublish",
    "waive_fee",
    "withdraw",
]
