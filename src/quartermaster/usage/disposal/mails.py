"""The papers of a month that were mailed to coordinators, under the schedule like the summaries."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.timezone import localdate

from quartermaster.files import actions as files
from quartermaster.files.models import StoredFile
from quartermaster.jobs.acts import Act
from quartermaster.notify.actions import forget_words
from quartermaster.records.actions.retention import put_under
from quartermaster.records.disposables import Disposable, Facts
from quartermaster.records.holds import live_keepers
from quartermaster.records.models import DisposalEntry
from quartermaster.usage.disposal import holding, summaries
from quartermaster.usage.disposal.common import LONGEST_LABEL, digest_of, not_yet_under
from quartermaster.usage.models import LineUsage, SummaryPost
from quartermaster.usage.rules.cycles import month_later
from quartermaster.usage.rules.reviews import PostState

KIND = "usage.mail"
FORGOTTEN = "What this said was destroyed with the summary that went with it."
HELD = "Somebody under a legal hold got it, or had one of its lines."


def keep_mails(doing: Act, limit: int) -> int:
    """Put the summaries that were sent under the schedule; how many (G-9, C-2)."""
    rows = SummaryPost.objects.filter(state=PostState.POSTED, disposed_at=None)
    found = not_yet_under(rows, KIND, "posted_at", limit)
    for post in found:
        assert post.posted_at is not None  # by a constraint of what is posted
        put_under(
            kind=KIND,
            subject_id=post.id,
            label=f"Summary sent: {post}"[:LONGEST_LABEL],
            source=summaries.KIND,  # it falls due like what it says
            made_on=localdate(post.posted_at),
            doing=doing,
        )
    return len(found)


def kept(post_ids: Collection[UUID], at: datetime) -> dict[UUID, str]:
    """Which must stay: for people under a hold, or because an open request reaches them (G-2)."""
    held = live_keepers().values("person_id")
    found: dict[UUID, str] = {}
    for post in SummaryPost.objects.filter(id__in=post_ids):
        last = month_later(post.month) - timedelta(days=1)
        if said := holding.reached(post.month, last, at):
            found[post.id] = said
            continue
        numbers = holding.held_numbers(post.month, last)
        of_month = LineUsage.objects.filter(month=post.month, department=post.department_id)
        lines = holding.lines_held(post.month, last).filter(line__department=post.department_id)
        if (
            live_keepers().filter(person=post.coordinator_id).exists()
            or lines.exists()
            or of_month.filter(Q(holder__in=held) | Q(number__in=numbers)).exists()
        ):
            found[post.id] = HELD
    return found


def facts_of(post_id: UUID) -> Facts:
    """The digests of paper and workbook."""
    digests = [file.digest for file in _files(SummaryPost.objects.get(id=post_id))]
    return Facts(f"usage-mail/{post_id}", digest_of(digests), tuple(digests))


def _files(post: SummaryPost) -> list[StoredFile]:
    return [file for file in (post.paper, post.sheet) if file is not None]


def destroy_mail(post_id: UUID, entry: DisposalEntry, doing: Act) -> None:
    """Destroy the paper and the workbook of a mail, and what it said (G-9, C-2)."""
    post = SummaryPost.objects.select_for_update(of=("self",)).get(id=post_id)
    SummaryPost.objects.filter(id=post.id, disposed_at=None).update(disposed_at=doing.at)
    others = SummaryPost.objects.filter(disposed_at=None)
    for file in _files(post):
        # the same paper to two coordinators is one file: it goes with the last of them
        if not others.filter(Q(paper=file) | Q(sheet=file)).exists():
            files.destroy_file(file=file, actor=doing.actor, at=doing.at)
    forget_words(about=post, said=FORGOTTEN, actor=doing.actor, at=doing.at)
    doing.record("usage.mail.destroyed", post, month=str(post.month), destruction=entry.number)


MAILS = Disposable(
    kind=KIND,
    title="Usage summaries sent to coordinators",
    kept=kept,
    facts=facts_of,
    end=destroy_mail,
)
