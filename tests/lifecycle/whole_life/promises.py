"""What holds whatever people do: asked of the tables themselves after every step.

In SQL, by none of the house's queries and rules: what these have wrong is not wrong here as well.
What a test wrote before a life began is on record under the verb *test*.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

ITMD = "SELECT person_id FROM org_roleassignment WHERE role IN ('itmd_admin', 'itmd_helpdesk')"
FREE_OF_LINES = "('cancelled', 'ported')"


def nothing_is(broken: str, sql: str, params: Mapping[str, Any] | None = None) -> None:
    """Fail, with what is broken, where a statement finds anything."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or {})
        rows = cursor.fetchall()
    assert not rows, f"{broken}: {rows[:3]}"


def one_custodian_at_any_instant() -> None:
    """Periods follow one another without gap or overlap, and the open one is what the row says."""
    nothing_is(
        "a gap, an overlap or two custodians",
        """
        SELECT thing_id, position, since, until FROM (
            SELECT *, row_number() OVER chain AS place, lead(since) OVER chain AS next
            FROM inventory_custodyperiod
            WINDOW chain AS (PARTITION BY thing_id ORDER BY position)
        ) p WHERE position <> place OR until IS DISTINCT FROM next OR until < since
        """,
    )
    nothing_is(
        "not with whom the register says",
        f"""
        WITH things AS (
            SELECT id, CASE status WHEN 'in_stock' THEN 'stock' WHEN 'assigned' THEN 'person'
                WHEN 'in_repair' THEN 'repair' WHEN 'retired' THEN 'disposed' ELSE status END,
                holder_id, department_id, NULL::uuid, NULL::uuid FROM inventory_device
            UNION ALL SELECT id, CASE WHEN retired THEN 'disposed'
                WHEN holder_id IS NULL THEN 'stock' ELSE 'person' END,
                holder_id, department_id, NULL, NULL FROM inventory_accessory
            UNION ALL SELECT id, CASE WHEN status IN {FREE_OF_LINES} THEN 'disposed'
                WHEN status = 'ordered' THEN 'carrier'
                WHEN holder_id IS NULL THEN 'department' ELSE 'person' END,
                holder_id, department_id, NULL, NULL FROM inventory_line
            UNION ALL SELECT id, CASE WHEN retired THEN 'disposed'
                WHEN device_id IS NOT NULL THEN 'device'
                WHEN line_id IS NOT NULL THEN 'line' ELSE 'stock' END,
                NULL, NULL, device_id, line_id FROM inventory_sim
        ), kept AS (
            SELECT thing_id, custodian, person_id, department_id, in_device_id, in_line_id
            FROM inventory_custodyperiod WHERE until IS NULL
        ) (TABLE things EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE things)
        """,
    )


def no_device_is_issued_twice() -> None:
    """Whoever a device is with, kept for, made ready for or chosen for: one person at most."""
    nothing_is(
        "issued or promised to two",
        """
        SELECT device_id, count(DISTINCT person_id) FROM (
            SELECT r.device_id, q.person_id FROM lifecycle_reservation r
                JOIN lifecycle_requestitem i ON i.id = r.item_id
                JOIN lifecycle_request q ON q.id = i.request_id WHERE r.ended_at IS NULL
            UNION ALL SELECT i.device_id, h.holder_id FROM lifecycle_handoveritem i
                JOIN lifecycle_handover h ON h.id = i.handover_id WHERE i.live
            UNION ALL SELECT r.device_id, l.held_by_id FROM lifecycle_replacement r
                JOIN lifecycle_loss l ON l.id = r.loss_id WHERE r.state = 'chosen'
            UNION ALL SELECT id, holder_id FROM inventory_device WHERE status = 'assigned'
        ) claims WHERE device_id IS NOT NULL GROUP BY device_id HAVING count(DISTINCT person_id) > 1
        """,
    )
    nothing_is(
        "a request fulfilled with what another person got",
        """
        SELECT q.need, i.id FROM lifecycle_requestitem i
            JOIN lifecycle_request q ON q.id = i.request_id
        WHERE i.state = 'fulfilled' AND coalesce(i.device_id, i.accessory_id) IS NOT NULL
          AND NOT EXISTS (
            SELECT 1 FROM inventory_custodyperiod c
            WHERE c.thing_id = coalesce(i.device_id, i.accessory_id)
              AND c.custodian = 'person' AND c.person_id = q.person_id
              AND c.since <= i.handed_out_at AND coalesce(c.until, 'infinity') >= i.handed_out_at)
        """,
    )
    nothing_is(
        "one hot-spot lent twice for a day",
        """
        SELECT h.hotspot_id, l.id FROM lifecycle_loan h JOIN lifecycle_loan l
            ON l.hotspot_id = h.hotspot_id AND l.id > h.id
           AND l.starts_on <= h.ends_on AND h.starts_on <= l.ends_on
        WHERE h.state IN ('reserved', 'lent', 'overdue')
          AND l.state IN ('reserved', 'lent', 'overdue')
        """,
    )
    nothing_is(
        "a hot-spot of the pool with who did not borrow it",
        """
        SELECT d.asset_tag FROM lifecycle_poolhotspot h
            JOIN inventory_device d ON d.id = h.device_id
        WHERE h.removed_at IS NULL AND d.status = 'assigned' AND NOT EXISTS (
            SELECT 1 FROM lifecycle_loan l
            WHERE l.hotspot_id = h.id AND l.person_id = d.holder_id
              AND l.state IN ('lent', 'overdue'))
        """,
    )
    nothing_is(
        "not in the calendar on a day for which it is promised",
        """
        SELECT l.purpose, day FROM lifecycle_loan l,
            generate_series(l.starts_on, l.ends_on, interval '1 day') AS day
        WHERE l.state IN ('reserved', 'lent') AND NOT EXISTS (
            SELECT 1 FROM lifecycle_loanday d WHERE d.loan_id = l.id AND d.day = day::date)
        """,
    )


def nobody_has_more_than_was_authorised(at: datetime) -> None:
    """One device with a line for a person, and one more for each authorisation of its kind."""
    nothing_is(
        "more cellular devices than were authorised",
        f"""
        SELECT d.holder_id, count(*) FROM inventory_device d
            JOIN org_person p ON p.id = d.holder_id AND p.standing = 'active'
            JOIN org_department m ON m.id = p.department_id AND m.coverage = 'covered'
        WHERE d.ownership = 'city' AND d.status = 'assigned' AND EXISTS (
            SELECT 1 FROM inventory_sim s JOIN inventory_line l ON l.id = s.line_id
            WHERE s.device_id = d.id AND NOT s.retired AND l.status NOT IN {FREE_OF_LINES}
        ) AND NOT EXISTS (
            SELECT 1 FROM lifecycle_loan o JOIN lifecycle_poolhotspot h ON h.id = o.hotspot_id
            WHERE h.device_id = d.id AND o.person_id = d.holder_id
              AND o.state IN ('lent', 'overdue'))
        GROUP BY d.holder_id HAVING count(*) > 1 + (
            SELECT count(*) FROM lifecycle_seconddevice a
            WHERE a.person_id = d.holder_id AND a.ended_at IS NULL)
        """,
        {"at": at},
    )


def no_money_for_a_personal_line() -> None:
    """Nothing is ordered, in service or paid for a person's own device; nor for the excluded."""
    nothing_is(
        "ordered for a personal device or an excluded department",
        """
        SELECT l.id, d.asset_tag, m.name FROM billing_orderline l
            JOIN org_department m ON m.id = l.department_id
            LEFT JOIN inventory_device d ON d.id = l.for_device_id
        WHERE d.ownership = 'personal' OR m.coverage = 'excluded'
        """,
    )
    nothing_is(
        "a line of the City's in a personal device",
        """
        SELECT s.iccid, d.asset_tag FROM inventory_sim s
            JOIN inventory_device d ON d.id = s.device_id WHERE d.ownership = 'personal'
        """,
    )
    nothing_is(
        "a personal number is paid",
        """
        SELECT a.id, a.personal_cents FROM billing_invoiceapproval a
        WHERE a.personal_cents <> (
            SELECT coalesce(sum(greatest(l.total_cents, 0)), 0) FROM billing_invoiceline l
            WHERE l.invoice_id = a.invoice_id AND l.number IN (
                SELECT number FROM billing_personalnumber WHERE ended_at IS NULL))
           OR a.payable_cents > a.total_cents - a.personal_cents
        """,
    )


def nothing_leaves_but_by_the_procedure() -> None:
    """In a lot approved by another and sanitised since its last use, or written off by two."""
    nothing_is(
        "left by no procedure",
        """
        SELECT d.asset_tag FROM inventory_device d
        WHERE d.ownership = 'city' AND d.status = 'retired' AND NOT EXISTS (
            SELECT 1 FROM lifecycle_disposalline l JOIN lifecycle_surpluslot s ON s.id = l.lot_id
            WHERE l.device_id = d.id AND s.state = 'disposed' AND s.approved_by_id <> s.opened_by_id
        ) AND NOT EXISTS (
            SELECT 1 FROM lifecycle_writeoff w WHERE w.device_id = d.id AND w.state = 'approved'
              AND (w.decided_by_id <> w.asked_by_id OR w.kind = 'mistake' AND NOT EXISTS (
                SELECT 1 FROM inventory_custodyperiod c
                WHERE c.device_id = d.id AND c.custodian = 'person')))
        """,
    )
    nothing_is(
        "in a lot that is approved or gone, and not sanitised since its last use",
        """
        SELECT d.asset_tag, s.number FROM lifecycle_disposalline l
            JOIN lifecycle_surpluslot s ON s.id = l.lot_id
            JOIN inventory_device d ON d.id = l.device_id
        WHERE s.state IN ('approved', 'disposed') AND d.device_class <> 'hotspot'
          AND NOT EXISTS (
            SELECT 1 FROM lifecycle_sanitisation n
            WHERE n.device_id = d.id AND n.state = 'verified' AND n.verifier_id <> n.operator_id
              AND NOT EXISTS (
                SELECT 1 FROM inventory_custodyperiod c
                WHERE c.device_id = d.id AND c.custodian = 'person'
                  AND coalesce(c.until, 'infinity') > n.done_at))
        """,
    )
    nothing_is(
        "approved, verified or decided by the one who began it",
        """
        SELECT number FROM lifecycle_surpluslot WHERE approved_by_id = opened_by_id
        UNION ALL SELECT tool FROM lifecycle_sanitisation WHERE verifier_id = operator_id
        UNION ALL SELECT reason FROM lifecycle_writeoff
            WHERE decided_by_id = asked_by_id AND kind <> 'mistake'
        """,
    )
    nothing_is(
        "taken out of use by somebody who is not of ITMD",
        f"""
        SELECT c.thing_id, c.by FROM inventory_custodyperiod c
        WHERE c.custodian = 'disposed' AND c.verb <> 'test'
          AND c.by_person_id NOT IN ({ITMD})
        """,
    )
    nothing_is(
        "a lot or a write-off of somebody who is not of ITMD",
        f"""
        SELECT number FROM lifecycle_surpluslot
            WHERE opened_by_id NOT IN ({ITMD}) OR approved_by_id NOT IN ({ITMD})
        UNION ALL SELECT reason FROM lifecycle_writeoff
            WHERE asked_by_id NOT IN ({ITMD}) OR decided_by_id NOT IN ({ITMD})
        """,
    )


def nothing_goes_to_the_next_as_it_was() -> None:
    """What somebody had is given to another only after a verified sanitisation in between."""
    nothing_is(
        "handed on as it was",
        """
        SELECT d.asset_tag, c.position FROM inventory_custodyperiod c
            JOIN inventory_device d ON d.id = c.device_id
            JOIN LATERAL (
                SELECT person_id, until FROM inventory_custodyperiod b
                WHERE b.device_id = d.id AND b.custodian = 'person' AND b.position < c.position
                ORDER BY b.position DESC LIMIT 1) former ON former.person_id <> c.person_id
        WHERE c.custodian = 'person' AND d.ownership = 'city' AND d.device_class <> 'hotspot'
          AND NOT EXISTS (
            SELECT 1 FROM lifecycle_sanitisation n
            WHERE n.device_id = d.id AND n.state = 'verified' AND n.verifier_id <> n.operator_id
              AND n.done_at >= former.until AND n.verified_at <= c.since)
        """,
    )


def nobody_gets_what_they_may_not(left_at: Mapping[UUID, datetime]) -> None:
    """Nothing goes to who has left or has not acknowledged, nor out to an excluded department.

    ``left_at``: when the life itself saw who leave.
    """
    gone = {"people": list(left_at), "since": list(left_at.values())}
    nothing_is(
        "to who has left",
        """
        SELECT c.thing_id, c.since FROM inventory_custodyperiod c
            JOIN unnest(%(people)s::uuid[], %(since)s::timestamptz[]) AS gone(person, at)
              ON gone.person = c.person_id
        WHERE c.custodian = 'person' AND c.since > gone.at AND NOT EXISTS (
            SELECT 1 FROM inventory_custodyperiod b
            WHERE b.thing_id = c.thing_id AND b.person_id = c.person_id AND b.since <= gone.at
              AND b.custodian = 'person' AND b.position = c.position - 1)
        """,
        gone,
    )
    nothing_is(
        "made ready, lent, reserved or authorised for who has left",
        """
        SELECT t.what, t.at FROM (
            SELECT number AS what, holder_id AS person, prepared_at AS at FROM lifecycle_handover
            UNION ALL SELECT purpose, person_id, reserved_at FROM lifecycle_loan
            UNION ALL SELECT purpose, person_id, lent_at FROM lifecycle_loan
            UNION ALL SELECT need, person_id, asked_at FROM lifecycle_request
            UNION ALL SELECT need, person_id, recommended_at FROM lifecycle_request
                WHERE state = 'recommended'
            UNION ALL SELECT need, person_id, authorised_at FROM lifecycle_request
                WHERE state IN ('authorised', 'fulfilled')
        ) t JOIN unnest(%(people)s::uuid[], %(since)s::timestamptz[]) AS gone(person, at)
              ON gone.person = t.person AND t.at > gone.at
        """,
        gone,
    )
    nothing_is(
        "to who has not acknowledged the policy in force",
        """
        SELECT c.thing_id, p.given_name, c.verb FROM inventory_custodyperiod c
            JOIN org_person p ON p.id = c.person_id
            JOIN org_department m ON m.id = p.department_id AND m.coverage = 'covered'
        WHERE c.custodian = 'person' AND c.verb <> 'test' AND NOT EXISTS (
            SELECT 1 FROM policy_acknowledgement k WHERE k.person_id = p.id AND k.at <= c.since)
        """,
    )
    nothing_is(
        "handed out or lent to an excluded department",
        """
        SELECT t.holder_id FROM (
            SELECT holder_id FROM lifecycle_handover WHERE state IN ('signed', 'partly')
            UNION ALL SELECT person_id FROM lifecycle_loan) t
            JOIN org_person p ON p.id = t.holder_id
            JOIN org_department m ON m.id = p.department_id AND m.coverage = 'excluded'
        """,
    )
    nothing_is(
        "handed out and not enrolled in the holder's name",
        """
        SELECT h.number, d.asset_tag FROM lifecycle_handoveritem i
            JOIN lifecycle_handover h ON h.id = i.handover_id
            JOIN inventory_device d ON d.id = i.device_id
        WHERE h.state IN ('signed', 'partly') AND i.answer = 'accepted' AND d.platform = 'ios'
          AND (i.waived_until IS NULL OR i.waived_until < h.closed_at::date) AND NOT EXISTS (
            SELECT 1 FROM mdm_enrolment e
            WHERE e.device_id = d.id AND e.person_id = h.holder_id
              AND e.enrolled_at <= h.closed_at AND (e.ended_at IS NULL OR e.ended_at > h.closed_at))
        """,
    )


def nobody_decides_for_themselves() -> None:
    """Each step by another person than the one before, and none for oneself; none left out."""
    nothing_is(
        "recommended or authorised by who asked, or by one person",
        """
        SELECT need, state FROM lifecycle_request
        WHERE recommended_by_id IN (person_id, asker_id)
           OR authorised_by_id IN (person_id, asker_id, recommended_by_id)
           OR state IN ('authorised', 'fulfilled')
              AND (recommended_by_id IS NULL OR authorised_by_id IS NULL)
        """,
    )
    nothing_is(
        "lent, taken back or written off by who has or had it",
        """
        SELECT purpose FROM lifecycle_loan WHERE person_id IN (lent_by_id, returned_to_id)
        UNION ALL SELECT w.reason FROM lifecycle_writeoff w
            JOIN lifecycle_loss l ON l.id = w.loss_id
            WHERE w.state = 'approved' AND w.decided_by_id = l.held_by_id
        """,
    )
    nothing_is(
        "signed by another than who gets it, or received by who gives it back",
        """
        SELECT e.tag, e.actor_label FROM audit_entry e
            JOIN lifecycle_handover h ON e.subject_id = h.id::text
            WHERE e.tag = 'lifecycle.handover.signed' AND h.attested_by_id IS NULL
              AND e.actor_id IS DISTINCT FROM h.holder_id
        UNION ALL SELECT e.tag, e.actor_label FROM audit_entry e
            JOIN lifecycle_return r ON e.subject_id = r.id::text
            WHERE e.tag = 'lifecycle.return.received' AND e.actor_id = r.holder_id
        """,
    )


def a_return_is_of_whoever_has_it() -> None:
    """Received when its checklist is settled; once all is heard, of nobody who does not have it."""
    nothing_is(
        "received before its checklist is settled",
        """
        SELECT i.title FROM lifecycle_return r JOIN lifecycle_returnitem i ON i.belongs_to_id = r.id
        WHERE r.state = 'received' AND i.state = 'open'
        """,
    )
    nothing_is(
        "asked back from who does not have it",
        """
        SELECT r.id FROM lifecycle_return r JOIN inventory_device d ON d.id = r.device_id
        WHERE r.state = 'expected' AND (d.status = 'in_stock' OR d.holder_id <> r.holder_id)
          AND NOT EXISTS (SELECT 1 FROM jobs_delivery WHERE delivered_at IS NULL)
        """,
    )


def all_are_kept(at: datetime, left_at: Mapping[UUID, datetime]) -> None:
    """Every promise, asked at once."""
    one_custodian_at_any_instant()
    no_device_is_issued_twice()
    nobody_has_more_than_was_authorised(at)
    no_money_for_a_personal_line()
    nothing_leaves_but_by_the_procedure()
    nothing_goes_to_the_next_as_it_was()
    nobody_gets_what_they_may_not(left_at)
    nobody_decides_for_themselves()
    a_return_is_of_whoever_has_it()
