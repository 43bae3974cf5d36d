"""The package for the City Attorney: one ZIP of what is known, with the digest of each part."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime

from quartermaster.audit.queries import entries_about
from quartermaster.files.queries import read_file
from quartermaster.kernel.csvsafe import safe
from quartermaster.kernel.money import dollars
from quartermaster.lifecycle.models import Recovery
from quartermaster.notify.queries import messages_about


def packed(recovery: Recovery, reason: str, at: datetime) -> bytes:
    """A ZIP; the same case at the same instant is the same bytes."""
    parts = {
        "summary.txt": _summary(recovery, reason, at),
        "things.csv": _table(
            ("Kind", "What", "State", "Value", "Note"),
            (
                (item.get_kind_display(), item.title, item.get_state_display(), worth, item.note)
                for item in recovery.items.all()
                for worth in [dollars(item.value_cents) if item.value_cents else ""]
            ),
        ),
        "charges.csv": _table(
            ("What", "From", "Until", "Invoice", "Amount", "State", "Note"),
            (
                (
                    charge.title,
                    charge.from_on.isoformat(),
                    charge.until_on.isoformat(),
                    charge.invoice,
                    dollars(charge.amount_cents),
                    charge.get_state_display(),
                    charge.note,
                )
                for charge in recovery.charges.all()
            ),
        ),
        "steps.csv": _table(
            ("When", "What", "Thing", "What came of it"),
            (
                (step.done_at.isoformat(), str(step), str(step.item or ""), step.outcome)
                for step in recovery.steps.select_related("item").filter(done_at__isnull=False)
                if step.done_at is not None
            ),
        ),
        "ledger.json": _ledger(recovery),
    }
    for number, message in enumerate(messages_about(recovery).order_by("created_at", "id"), 1):
        head = f"To: {message.recipient}\nSubject: {message.subject}\nState: {message.state}\n"
        sent = message.sent_at.isoformat() if message.sent_at else "-"
        text = f"{head}Sent: {sent}\nSHA-256: {message.digest}\n\n{message.text}"
        parts[f"mail/{number:03}.txt"] = text.encode()
    for letter in recovery.letters.select_related("file"):
        parts[f"letters/{letter.name}"] = read_file(letter.file.digest)
    digests = [f"{hashlib.sha256(parts[name]).hexdigest()}  {name}\n" for name in sorted(parts)]
    parts["SHA256SUMS"] = "".join(digests).encode()
    return _zipped(parts, at)


def _summary(recovery: Recovery, reason: str, at: datetime) -> bytes:
    person = recovery.person
    lines = (
        f"Recovery from {person.name}, personnel number {person.number}",
        f"Department: {recovery.department.name}",
        f"Last day: {recovery.separated_on.isoformat()}",
        f"Demanded: {recovery.demanded_at.isoformat() if recovery.demanded_at else '-'}",
        f"To be answered by: {recovery.pay_until.isoformat() if recovery.pay_until else '-'}",
        f"Handed over: {at.isoformat()}",
        f"Why: {reason}",
    )
    return ("\n".join(lines) + "\n").encode()


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(titles)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _ledger(recovery: Recovery) -> bytes:
    entries = [
        {
            "seq": entry.seq,
            "at": entry.at.isoformat(),
            "tag": entry.tag,
            "who": entry.actor_label,
            "data": entry.data,
            "digest": bytes(entry.digest).hex(),
        }
        for entry in entries_about(recovery).order_by("seq")
    ]
    return json.dumps(entries, indent=1, ensure_ascii=False).encode()


def _zipped(parts: dict[str, bytes], at: datetime) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts):
            info = zipfile.ZipInfo(name, at.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, parts[name])
    return out.getvalue()
