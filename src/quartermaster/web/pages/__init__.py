"""Pages as declarations: a list, a thing, a form, a verb. ../README.md shows how."""

from quartermaster.web.pages.acts import ActPage
from quartermaster.web.pages.base import Button, Crumb, Page
from quartermaster.web.pages.columns import (
    ChipColumn,
    LinkColumn,
    NumberColumn,
    Table,
    WhenColumn,
)
from quartermaster.web.pages.details import DetailPage, Fact
from quartermaster.web.pages.forms import FormPage
from quartermaster.web.pages.imports import ImportPage, UploadForm
from quartermaster.web.pages.lists import Filters, ListPage

__all__ = [
    "ActPage",
    "Button",
    "ChipColumn",
    "Crumb",
    "DetailPage",
    "Fact",
    "Filters",
    "FormPage",
    "ImportPage",
    "LinkColumn",
    "ListPage",
    "NumberColumn",
    "Page",
    "Table",
    "UploadForm",
    "WhenColumn",
]
