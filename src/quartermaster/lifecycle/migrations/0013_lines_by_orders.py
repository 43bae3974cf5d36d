"""What a loss or a loan had suspended goes on as orders to carriers, of the room billing."""

from datetime import timedelta

from django.db import migrations

A_DAY = timedelta(days=1)
BEFORE = "Noted before orders were kept"


def carry_over(apps, schema_editor):
    """Copy what is under way; what was called off stays in the ledger alone."""
    stops = apps.get_model("lifecycle", "LineStop").objects.exclude(state="called_off")
    orders = apps.get_model("billing", "LineOrder").objects
    for stop in stops.select_related("loss", "line").order_by("id"):
        is_open = stop.state in {"waiting", "asked"}
        open_now = orders.filter(line=stop.line, kind="suspend", settled_at=None)
        if is_open and open_now.exists():
            continue
        orders.create(
            line=stop.line,
            kind="suspend",
            reason=f"Its device is {stop.loss.kind}.",
            asked_at=stop.loss.reported_at,
            asked_by="losses",
            cause_kind="lifecycle.loss",
            cause_id=stop.loss_id,
            **_STATES[stop.state](stop),
        )
    steps = apps.get_model("lifecycle", "LossStep").objects
    steps.filter(kind="carrier", state="open").update(
        state="called_off", done_by="losses", remind_at=None, done_at=_now(schema_editor)
    )
    loans = apps.get_model("lifecycle", "Loan").objects
    rows = loans.filter(suspended_at__isnull=False, closed_at=None)
    for loan in rows.exclude(suspended_line=None).order_by("id"):
        orders.create(
            line=loan.suspended_line,
            kind="suspend",
            reason="The hot-spot is overdue.",
            asked_at=loan.suspended_at,
            asked_by="hot-spot pool",
            cause_kind="lifecycle.loan",
            cause_id=loan.id,
            **_confirmed(loan.suspended_at, loan.suspended_at, "hot-spot pool", BEFORE),
        )


def _now(schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]


def _waiting(stop):
    return {"state": "asked", "due_at": stop.suspend_at, "waits_for": "the erasure of the device"}


def _asked(stop):
    answer_by = stop.asked_at + A_DAY
    return {
        "state": "sent",
        "adapter": "manual",
        "sent_at": stop.asked_at,
        "answer_by": answer_by,
        "due_at": answer_by,
        "mailed_to": stop.mailed_to,
    }


def _word(stop):
    return _confirmed(stop.asked_at, stop.confirmed_at, stop.confirmed_by, stop.reference)


def _confirmed(sent_at, done_at, by, reference):
    return {
        "state": "confirmed",
        "adapter": "manual",
        "sent_at": sent_at,
        "answer_by": sent_at + A_DAY,
        "done_at": done_at,
        "settled_at": done_at,
        "settled_by": by or "losses",
        "reference": reference,
    }


_STATES = {"waiting": _waiting, "asked": _asked, "confirmed": _word}


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0012_accessories_leave_by_a_lot"),
        ("billing", "0008_line_orders_keep_what_was_asked"),
    ]
    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.DeleteModel("LineStop"),
    ]
