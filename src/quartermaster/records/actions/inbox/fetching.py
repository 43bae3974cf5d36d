"""Fetching what lies in the mailbox: rows first, and only then is a message moved."""

from datetime import datetime

import structlog
from django.conf import settings

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.records.actions.capture.storing import largest
from quartermaster.records.actions.inbox.taking import take_mail
from quartermaster.records.mailbox import Mailbox, MailboxFailed, Place, opened
from quartermaster.records.models import FetchedMail
from quartermaster.records.permits import INBOX_TAKE
from quartermaster.records.rules.inbox import MailWay

log = structlog.get_logger(__name__)
DONE, TOO_LARGE = "Saved", "Too large"
MOST = 100  # at one look


def fetch(*, actor: Actor, at: datetime) -> int:
    """Take in what lies in the mailbox, each message once; how many (G-5).

    A message is moved only when its rows are committed. Whoever dies in between finds the row,
    and only moves it.
    """
    require(actor, INBOX_TAKE)
    if not settings.INBOX_IMAP_URL:
        return 0
    place = Place.of(settings.INBOX_IMAP_URL)
    try:
        with opened(place, settings.INBOX_IMAP_TRUST) as mailbox:
            name = f"{place.user}@{place.host}/{place.folder}"[:200]
            return sum(_take(mailbox, name, uid, actor, at) for uid in mailbox.uids()[:MOST])
    except MailboxFailed as problem:
        log.warning("records.mailbox-failed", problem=str(problem))
        return 0


def _take(mailbox: Mailbox, name: str, uid: int, actor: Actor, at: datetime) -> int:
    where = {"mailbox": name, "validity": mailbox.validity, "uid": uid}
    known = FetchedMail.objects.filter(**where).first()
    fits = mailbox.size(uid) <= largest()
    if known is None:
        content = mailbox.message(uid) if fits else b""
        with act(actor, at) as doing:
            mail = None
            if fits:
                mail = take_mail(content=content, way=MailWay.IMAP, actor=actor, at=at)
            row, _ = FetchedMail.objects.get_or_create(
                **where, defaults={"mail": mail, "fetched_at": at}
            )
            if not fits:
                doing.record("records.mail.too-large", row)
    mailbox.move(uid, DONE if fits else TOO_LARGE)
    return int(known is None)
