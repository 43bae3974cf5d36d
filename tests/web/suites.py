"""The dull tests of a list and its things, to inherit: name them, and say who sees which.

.. code-block:: python

    class TestPeople(RoomViewTests):
        list_name = "org:people"
        detail_name = "org:person"
        seen_by = {"ana": {"ana"}, "rex": {"rex"}}

        def things(self, cast, at):
            return {"ana": cast.ana, "rex": cast.rex}
"""

import csv
import io
from typing import Any, ClassVar, Self

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse


class QueryBudget:
    """Fails where a page asks the database more often than agreed.

    ``with QueryBudget(25): client.get(url)``
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.seen = CaptureQueriesContext(connection)

    def __enter__(self) -> Self:
        self.seen.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *more: object) -> None:
        self.seen.__exit__(kind, *more)
        if kind is None:
            asked = "\n".join(query["sql"][:200] for query in self.seen.captured_queries)
            assert len(self.seen) <= self.most, f"{len(self.seen)} queries:\n{asked}"


@pytest.mark.django_db
class RoomViewTests:
    """Inherit, and define ``list_name``, ``detail_name``, ``seen_by`` and ``things``."""

    list_name: ClassVar[str]
    detail_name: ClassVar[str] = ""
    seen_by: ClassVar[dict[str, set[str]]] = {}
    most_queries: ClassVar[int] = 30

    def things(self, cast: Any, at: Any) -> dict[str, Any]:
        raise NotImplementedError

    def test_list_shows_each_what_they_may_see(self, logged_in, cast, at):
        things = self.things(cast, at)
        for who, names in self.seen_by.items():
            answer = logged_in(getattr(cast, who)).get(reverse(self.list_name))
            if not names and answer.status_code == 403:
                continue
            shown = {row.record.pk for row in answer.context["table"].page.object_list}
            found = {name for name, thing in things.items() if thing.pk in shown}
            assert (who, found) == (who, names)

    def test_thing_opens_for_whoever_may_see_it_and_is_not_found_by_others(
        self, logged_in, cast, at
    ):
        things = self.things(cast, at)
        for who, names in self.seen_by.items():
            client = logged_in(getattr(cast, who))
            for name, thing in things.items():
                if not self.detail_name:
                    continue
                status = client.get(reverse(self.detail_name, kwargs={"key": thing.pk})).status_code
                expected = {200} if name in names else {403, 404}
                assert status in expected, (who, name, status)

    def test_list_sorts_by_each_column_and_by_nothing_else(self, logged_in, cast, at):
        self.things(cast, at)
        client = logged_in(cast.ida)
        table = client.get(reverse(self.list_name)).context["table"]
        for column in [item.name for item in table.columns if item.orderable]:
            for sign in ("", "-"):
                answer = client.get(reverse(self.list_name), {"sort": f"{sign}{column}"})
                assert answer.status_code == 200
        plain = client.get(reverse(self.list_name), {"sort": "password"})
        shown = [
            [row.record.pk for row in each.page.object_list]
            for each in (table, plain.context["table"])
        ]
        assert shown[0] == shown[1]

    def test_csv_has_a_heading_and_a_line_for_each_row(self, logged_in, cast, at):
        self.things(cast, at)
        client = logged_in(cast.ida)
        count = client.get(reverse(self.list_name)).context["leaf"].paginator.count
        answer = client.get(reverse(self.list_name), {"format": "csv"})
        text = b"".join(answer.streaming_content).decode()
        assert len(list(csv.reader(io.StringIO(text)))) == count + 1

    def test_htmx_gets_the_results_alone(self, logged_in, cast, at):
        answer = logged_in(cast.ida).get(
            reverse(self.list_name), headers={"HX-Request": "true", "HX-Request-Type": "partial"}
        )
        assert answer.content.lstrip().startswith(b'<section id="results"')

    def test_odd_questions_do_no_harm(self, logged_in, cast, at):
        client = logged_in(cast.ida)
        for query in ({"page": "x"}, {"page": "9999"}, {"q": "\x00' OR 1"}, {"sort": "--"}):
            assert client.get(reverse(self.list_name), query).status_code == 200

    def test_list_keeps_to_its_queries(self, logged_in, cast, at):
        self.things(cast, at)
        client = logged_in(cast.ida)
        with QueryBudget(self.most_queries):
            client.get(reverse(self.list_name))
