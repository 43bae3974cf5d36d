"""Rows keep the order of their model, whatever is counted beside them."""

from django.db.models import Count, Exists, OuterRef

from quartermaster.disclosure.models import Redaction, RequestItem

ORDER = ("position", "id")


def test_what_is_counted_beside_rows_takes_nothing_of_their_order():
    rows = RequestItem.objects.annotate(many=Count("redactions"))
    assert (rows.ordered, rows.query.order_by) == (True, ORDER)
    assert rows.filter(many__gt=1).query.order_by == ORDER
    assert "ORDER BY" in str(rows.query)


def test_an_order_that_was_asked_for_stays():
    rows = RequestItem.objects.order_by("-added_at").annotate(many=Count("redactions"))
    assert rows.query.order_by == ("-added_at",)
    later = RequestItem.objects.annotate(many=Count("redactions")).order_by("-many")
    assert later.query.order_by == ("-many",)
    none = RequestItem.objects.order_by().annotate(many=Count("redactions"))
    assert not none.ordered


def test_groups_of_values_have_no_order_of_rows():
    rows = RequestItem.objects.values("decision").annotate(many=Count("id"))
    assert not rows.ordered


def test_what_does_not_group_is_left_as_it_is():
    marks = Redaction.objects.filter(item=OuterRef("pk"))
    rows = RequestItem.objects.annotate(marked=Exists(marks))
    assert (rows.ordered, rows.query.order_by) == (True, ())
