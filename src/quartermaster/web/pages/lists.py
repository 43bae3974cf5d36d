"""Lists: search, filters, sorting, paging and CSV, with htmx and without JavaScript alike."""

import csv
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Generic, TypeVar

import django_filters
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.text import slugify

from quartermaster.kernel.csvsafe import safe
from quartermaster.web.pages.base import Page
from quartermaster.web.pages.columns import Table
from quartermaster.web.request import is_partial

M = TypeVar("M", bound=Model)
LONGEST_SEARCH = 100


class Filters(django_filters.FilterSet):
    """Base of the house's filters. Each filter's choices say "Any" where nothing is chosen."""


class _Echo:
    """A file that gives back what is written, for a CSV sent line by line."""

    @staticmethod
    def write(value: str) -> str:
        return value


class ListPage(Page, Generic[M]):
    """A list of rows.

    Declare ``permit``, ``title``, ``table_class``; ``search`` (fields looked into), ``filters``
    (a `Filters` class), ``empty`` (what to say where there is nothing yet); define ``rows``.
    Whatever column of the table is orderable may be sorted by, and nothing else.
    """

    template_name = "pages/list.html"
    table_class: ClassVar[type[Table]]
    filters: ClassVar[type[Filters] | None] = None
    search: ClassVar[Sequence[str]] = ()
    search_hint: ClassVar[str] = ""
    empty: ClassVar[str] = "There is nothing here yet."
    page_size: ClassVar[int] = 25
    noun: ClassVar[tuple[str, str]] = ("entry", "entries")

    def rows(self) -> QuerySet[M]:
        """What the actor may see: a query of the room, ``…_visible_to(self.actor)``."""
        raise NotImplementedError

    def found(self, rows: QuerySet[M], words: str) -> QuerySet[M]:
        """The rows in which every word occurs in some field searched."""
        for word in words.split():
            match = Q()
            for field in self.search:
                match |= Q(**{f"{field}__icontains": word})
            rows = rows.filter(match)
        return rows

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        rows = self.rows()
        self.words = self.request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
        if self.words and self.search:
            rows = self.found(rows, self.words)
        self.filterset: Filters | None = None
        if self.filters is not None:
            self.filterset = self.filters(self.request.GET, queryset=rows, request=self.request)
            rows = self.filterset.qs
        table = self.make_table(rows)
        if self.request.GET.get("format") == "csv":
            return self.as_csv(table)
        context = self.table_context(table)
        if is_partial(self.request):
            return render(self.request, "pages/results.html", context)
        return self.show(**context)

    def make_table(self, rows: QuerySet[M]) -> Table:
        table = self.table_class(rows, request=self.request)
        allowed = {column.name for column in table.columns if column.orderable}
        asked = self.request.GET.get("sort", "")
        if asked.lstrip("-") in allowed:
            table.order_by = asked
        return table

    def table_context(self, table: Table) -> dict[str, Any]:
        paginator = Paginator(table.rows, self.page_size)
        leaf = paginator.get_page(self.request.GET.get("page"))
        table.page = leaf
        table.paginator = paginator
        narrowed = bool(self.words) or any(
            value for key, value in self.request.GET.items() if key not in {"sort", "page", "q"}
        )
        filters = list(self.filterset.form) if self.filterset is not None else []
        chosen = sum(1 for item in filters if item.value() not in {None, ""})
        return {
            "table": table,
            "leaf": leaf,
            "pages": leaf.paginator.get_elided_page_range(leaf.number, on_each_side=1, on_ends=1),
            "words": self.words,
            "filter_fields": filters,
            "filters_chosen": chosen,
            "narrowed": narrowed,
            "empty": self.empty,
            "page": self,
            "noun": self.noun[0] if paginator.count == 1 else self.noun[1],
        }

    def as_csv(self, table: Table) -> HttpResponseBase:
        """The whole list as filtered and sorted, guarded against formulas."""
        writer = csv.writer(_Echo())
        lines: Iterator[list[Any]] = (
            ["" if cell is None else safe(str(cell)) for cell in row] for row in table.as_values()
        )
        response = StreamingHttpResponse(
            (writer.writerow(line) for line in lines), content_type="text/csv; charset=utf-8"
        )
        name = slugify(self.title) or "list"
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response
