"""The evidence of a case: gathered once, fixed from then on, with its digest."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from quartermaster.compliance.models import Finding
from quartermaster.notify.queries import messages_about


def evidence_of(finding: Finding, at: datetime) -> dict[str, Any]:
    """Facts, times, notices sent, and what was told before of the same."""
    version = finding.policy_version
    return {
        "facts": {
            "device": finding.device.asset_tag,
            "check": finding.title,
            "clause": finding.clause,
            "policy_version": version.number if version else None,
            "severity": finding.severity,
            "expected": finding.expected,
            "observed": finding.observed,
            "remedy": finding.remedy,
            "source": finding.source,
        },
        "times": {
            "observed": _iso(finding.observed_at),
            "opened": _iso(finding.opened_at),
            "told": _iso(finding.noticed_at),
            "cure_until": _iso(finding.cure_until),
            "gathered": _iso(at),
        },
        "notices": _notices(finding),
        "before": _before(finding, at),
        "said": [
            {"at": _iso(item.made_at), "text": item.text} for item in finding.statements.all()
        ],
    }


def digest_of(evidence: dict[str, Any]) -> str:
    body = json.dumps(evidence, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


def _notices(finding: Finding) -> list[dict[str, Any]]:
    return [
        {
            "subject": message.subject,
            "to": message.recipient,
            "queued": _iso(message.created_at),
            "sent": _iso(message.sent_at),
            "state": message.state,
            "digest": message.digest,
        }
        for message in messages_about(finding).order_by("created_at", "id")
    ]


def _before(finding: Finding, at: datetime) -> list[dict[str, Any]]:
    since = at - timedelta(days=settings.REPEAT_WITHIN_DAYS)
    rows = Finding.objects.filter(
        holder_id=finding.holder_id,
        check_name=finding.check_name,
        noticed_at__gte=since,
        fault=None,
    ).exclude(id=finding.id)
    return [
        {
            "device": row.device.asset_tag,
            "told": _iso(row.noticed_at),
            "ended": _iso(row.closed_at),
            "as": row.state,
        }
        for row in rows.select_related("device").order_by("noticed_at")
    ]


def _iso(value: datetime | None) -> str | None:
    return value.isoformat(timespec="seconds") if value else None
