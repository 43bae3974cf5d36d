"""Small pieces of markup with a meaning: times, money, chips, icons."""

from datetime import date, datetime, timedelta
from functools import cache

from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from quartermaster.kernel.dates import written_day, written_time
from quartermaster.kernel.money import dollars

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEAR = timedelta(days=7)
NEVER_BROKEN = 16  # letters: an asset tag, a record's number reads badly in two lines
TONES = ("good", "warning", "bad", "info", "neutral")

_TONE_OF: dict[str, str] = {
    **dict.fromkeys(
        ["active", "pass", "in_force", "enrolled", "covered", "delivered", "sent", "closed", "ok"],
        "good",
    ),
    **dict.fromkeys(
        ["acknowledged", "adopted", "sound", "applied", "resolved", "done", "assigned"], "good"
    ),
    **dict.fromkeys(["pending", "stale", "queued", "notified", "due", "draft", "unknown"], "info"),
    **dict.fromkeys(["warning", "overdue", "not_now", "medium", "suspended", "cure"], "warning"),
    **dict.fromkeys(["fail", "failed", "open", "lost", "stolen", "high", "serious", "bad"], "bad"),
    **dict.fromkeys(["error", "refused", "compromised", "referred", "critical"], "bad"),
}


def tone_of(state: str) -> str:
    """The tone in which a state is drawn where its room does not say."""
    return _TONE_OF.get(state.lower().replace("-", "_").replace(" ", "_"), "neutral")


def chip(label: object, *, raw: str = "", tone: str | None = None) -> SafeString:
    """A state as a word on a colour."""
    chosen = tone if tone in TONES else tone_of(raw or str(label))
    return format_html('<span class="house-chip house-chip--{}">{}</span>', chosen, label)


def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the USWDS sprite, silent to screen readers."""
    return format_html(
        '<svg class="usa-icon {}" aria-hidden="true" focusable="false" role="img">'
        '<use href="{}#{}"></use></svg>',
        extra,
        _sprite(),
        name,
    )


@cache
def _sprite() -> str:
    return static("vendor/uswds/img/sprite.svg")


def full_time(value: datetime) -> str:
    """A time in the city's zone, in full."""
    return written_time(value)


def full_date(value: date) -> str:
    return written_day(value)


def _some(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def relative(value: datetime, at: datetime) -> str:
    """As in "3 hours ago" or "in 2 days"; the date where it is more than a week off."""
    gap = abs(at - value)
    if gap < MINUTE:
        return "just now"
    if gap >= NEAR:
        local = timezone.localtime(value)
        return f"{local.strftime('%b')} {local.day}, {local.year}"
    if gap < HOUR:
        words = _some(gap // MINUTE, "minute")
    elif gap < DAY:
        words = _some(gap // HOUR, "hour")
    else:
        words = _some(gap // DAY, "day")
    return f"{words} ago" if value <= at else f"in {words}"


def when(value: datetime | date | None, at: datetime | None = None) -> SafeString | str:
    """A `<time>`: relative to ``at`` if given, in full otherwise; full time in the title."""
    if value is None:
        return "—"
    if not isinstance(value, datetime):
        iso, shown = value.isoformat(), f"{value.strftime('%b')} {value.day}, {value.year}"
        return format_html('<time datetime="{}">{}</time>', iso, shown)
    full = full_time(value)
    shown = relative(value, at) if at else full
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), full, shown)


def deed(tag: str) -> str:
    """What the ledger's tag says, in words: ``org.account.logged-in`` is "account logged in"."""
    return tag.partition(".")[2].replace(".", " ").replace("-", " ")


def money(cents: int | None) -> str:
    """Integer cents as dollars."""
    return "—" if cents is None else dollars(cents)


def zone_name() -> str:
    return str(settings.TIME_ZONE)
