"""Tables and their columns: what a list shows, and what its CSV says."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from quartermaster.inventory.identifiers import pretty_number
from quartermaster.web.marks import NEVER_BROKEN, chip, when


class Table(tables.Table):
    """Base of the house's tables. On a phone each row becomes a card, headed by its columns."""

    class Meta:
        template_name = "pages/table.html"
        attrs = {"class": "usa-table usa-table--borderless house-table"}
        order_by_field = "sort"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("template_name", "pages/table.html")
        attrs = {"class": "usa-table usa-table--borderless house-table"}
        kwargs.setdefault("attrs", attrs)
        kwargs.setdefault("order_by_field", "sort")
        super().__init__(*args, **kwargs)


class LinkColumn(tables.Column):
    """Text that leads to the page of its row (or of ``accessor``'s object)."""

    def __init__(self, url_name: str, *, key: str = "pk", **kwargs: Any) -> None:
        self.url_name = url_name
        self.key = key
        super().__init__(**kwargs)

    def render(self, value: Any, record: Any) -> str:
        key = tables.A(self.key).resolve(record, quiet=True)
        if key is None:
            return str(value)
        address = reverse(self.url_name, kwargs={"key": key})
        whole = " house-whole" if len(str(value)) <= NEVER_BROKEN else ""
        return format_html('<a class="usa-link{}" href="{}">{}</a>', whole, address, value)

    def value(self, value: Any) -> Any:
        return str(value)


class NumberColumn(LinkColumn):
    """A phone number as people read it; in the CSV in E.164. It leads nowhere without a page."""

    def __init__(self, url_name: str = "", **kwargs: Any) -> None:
        super().__init__(url_name, **kwargs)

    def render(self, value: Any, record: Any) -> str:
        shown = pretty_number(value)
        if self.url_name:
            return super().render(shown, record)
        return format_html('<span class="house-whole">{}</span>', shown)


class ChipColumn(tables.Column):
    """A state as a chip: its colour says the same as its word."""

    def __init__(self, tones: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        self.tones = tones
        super().__init__(**kwargs)

    def render(self, value: Any, record: Any, bound_column: Any) -> str:
        raw = tables.A(bound_column.accessor).resolve(record, quiet=True)
        tone = (self.tones or {}).get(str(raw)) if self.tones is not None else None
        return chip(value, raw=str(raw), tone=tone)

    def value(self, value: Any) -> Any:
        return str(value)


class WhenColumn(tables.Column):
    """A time as people say it, with the full time on hover (or ``full``); ISO 8601 in CSV."""

    def __init__(self, *, full: bool = False, **kwargs: Any) -> None:
        self.full = full
        super().__init__(**kwargs)

    def render(self, value: datetime | date, table: Any) -> str:
        at = None if self.full else getattr(table.request, "at", None)
        return when(value, at)

    def value(self, value: datetime | date) -> Any:
        return value.isoformat()
