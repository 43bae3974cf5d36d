"""Labels with a QR code: one on its page, or sheets to print."""

import io
import re
from collections.abc import Sequence
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from quartermaster.files import papers
from quartermaster.inventory.models import Accessory, Device, DeviceStatus, Ownership
from quartermaster.inventory.permits import DEVICE_MANAGE
from quartermaster.inventory.queries import accessories_visible_to, devices_visible_to
from quartermaster.inventory.rules.labels import SHEETS, Sheet
from quartermaster.kernel.errors import InvalidInput
from quartermaster.web.custody.lives import paper
from quartermaster.web.guard import PUBLIC
from quartermaster.web.org.forms import DepartmentChoice
from quartermaster.web.pages import Crumb, FormPage
from quartermaster.web.pages.base import Page

TEMPLATE = "custody/papers/labels.typ"
MOST = 600


def address_of(tag: str) -> str:
    """Where the QR code of a tag leads."""
    return f"{settings.WEB_URL}{reverse('custody:tag', kwargs={'tag': tag})}"


def qr_inline(tag: str) -> SafeString:
    """The QR code of a tag, for a page."""
    drawn = segno.make(address_of(tag), error="m", micro=False)
    return mark_safe(  # noqa: S308 (drawn here; the tag is in it as squares alone)
        drawn.svg_inline(
            scale=4, border=4, svgclass="house-code", title=f"QR code of {tag}", lineclass=None
        )
    )


def sheets_of(things: Sequence[Device | Accessory], sheet: Sheet, start: int, at: Any) -> bytes:
    """The labels of things as PDF, the first at the place ``start`` (from 1) of its sheet."""
    images: dict[str, bytes] = {}
    pages: list[list[dict[str, Any]]] = []
    for number, thing in enumerate(things):
        tag, name = thing.asset_tag, f"{number}.svg"
        content = io.BytesIO()
        segno.make(address_of(tag), error="m", micro=False).save(content, kind="svg", border=4)
        images[name] = content.getvalue()
        page, index = divmod(start - 1 + number, sheet.places)
        left, top = sheet.place(index)
        label = {
            "left": left,
            "top": top,
            "image": name,
            "tag": tag,
            "what": _what(thing),
            "alt": f"QR code that leads to {address_of(tag)}",
        }
        if page == len(pages):
            pages.append([])
        pages[page].append(label)
    size = {"width": sheet.width, "height": sheet.height}
    return papers.render(
        TEMPLATE,
        {"pages": pages, "size": size, "city": settings.CITY},
        title="Labels",
        at=at,
        images=images,
    )


def _what(thing: Device | Accessory) -> str:
    if isinstance(thing, Accessory):
        return thing.name
    return str(thing.model) if thing.model else thing.get_device_class_display()


class LabelsForm(forms.Form):
    """Which things, on which sheet."""

    tags = forms.CharField(
        label="Asset tags",
        widget=forms.Textarea,
        required=False,
        max_length=20_000,
        help_text="One a line, of devices or accessories; or leave it empty and choose below.",
    )
    kind = forms.ChoiceField(
        label="All",
        choices=[("", "None"), ("devices", "Devices"), ("accessories", "Accessories")],
        required=False,
    )
    department = DepartmentChoice(label="Of the department", required=False, empty_label="Any")
    stock = forms.BooleanField(label="Only what is in stock", required=False)
    sheet = forms.ChoiceField(
        label="Sheet", choices=[(code, sheet.title) for code, sheet in SHEETS.items()]
    )
    start = forms.IntegerField(
        label="Begin at label",
        min_value=1,
        initial=1,
        help_text="Counted along the rows; a sheet that is used in part can be used up.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        sheet = SHEETS.get(data.get("sheet", ""))
        if sheet and (data.get("start") or 1) > sheet.places:
            self.add_error("start", f"This sheet has {sheet.places} labels.")
        return data


class Labels(FormPage):
    """Sheets of labels for chosen devices and accessories."""

    permit = DEVICE_MANAGE
    title = "Print labels"
    lead = "Each label has the tag and a QR code that leads to the page of the thing."
    form_class = LabelsForm
    submit = "Make the sheets"
    done = ""

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Devices", reverse("inventory:devices")),)

    def initial(self) -> dict[str, Any]:
        return {"tags": self.request.GET.get("tags", "")[:2000].replace(",", "\n")}

    def act(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        things = self._named(data["tags"]) if data["tags"].strip() else self._all(data)
        if not things:
            raise InvalidInput("Nothing is chosen.", field="tags")
        if len(things) > MOST:
            raise InvalidInput(f"These are more than {MOST} labels. Choose fewer.", field="kind")
        sheet = SHEETS[data["sheet"]]
        return paper(sheets_of(things, sheet, data["start"], self.at), "labels.pdf")

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """The paper itself is the answer, and not a way on."""
        form = self.make_form()
        if not form.is_valid():
            return self.again(form, 422)
        try:
            return self.act(form)
        except InvalidInput as problem:
            form.add_error(str(problem.facts.get("field")), problem.message)
            return self.again(form, problem.status)

    def _named(self, text: str) -> list[Device | Accessory]:
        tags = [word.upper() for word in re.split(r"[\s,;]+", text) if word]
        found: dict[str, Device | Accessory] = {}
        for rows in (self._devices(), accessories_visible_to(self.actor)):
            found |= {thing.asset_tag: thing for thing in rows.filter(asset_tag__in=tags)}
        absent = [tag for tag in tags if tag not in found]
        if absent:
            raise InvalidInput(
                f"There is nothing of the City's with the tag {absent[0][:40]}.", field="tags"
            )
        return [found[tag] for tag in dict.fromkeys(tags)]

    def _devices(self) -> QuerySet[Device]:
        """The City's own: no label says of a person's phone that it is the City's."""
        return devices_visible_to(self.actor).filter(ownership=Ownership.CITY)

    def _all(self, data: dict[str, Any]) -> list[Device | Accessory]:
        place, stock = data["department"], data["stock"]
        if data["kind"] == "devices":
            devices = self._devices().exclude(status=DeviceStatus.RETIRED)
            devices = devices.filter(department=place) if place else devices
            devices = devices.filter(status=DeviceStatus.IN_STOCK) if stock else devices
            return list(devices[: MOST + 1])
        if data["kind"] == "accessories":
            kits = accessories_visible_to(self.actor).filter(retired=False)
            kits = kits.filter(department=place) if place else kits
            return list((kits.filter(holder=None) if stock else kits)[: MOST + 1])
        return []


class TagPage(Page):
    """Where a label's QR code leads: the thing itself, or how to give it back."""

    permit = PUBLIC
    template_name = "custody/found.html"
    title = "City property"

    def get(self, *_args: Any, **kwargs: Any) -> HttpResponse:
        address = self._address(str(kwargs["tag"]))
        return HttpResponseRedirect(address) if address else self.show()

    def _address(self, tag: str) -> str:
        device = devices_visible_to(self.actor).filter(asset_tag__iexact=tag).first()
        if device is not None:
            return reverse("inventory:device", kwargs={"key": device.pk})
        kit = accessories_visible_to(self.actor).filter(asset_tag__iexact=tag).first()
        return reverse("inventory:accessory", kwargs={"key": kit.pk}) if kit else ""

    def context(self) -> dict[str, Any]:
        """The same for every tag, whether there is such a thing or not."""
        return {
            "stranger": self.actor.person_id is None,
            "phone": settings.ADE_SUPPORT_PHONE,
            "email": settings.ADE_SUPPORT_EMAIL,
            "next": self.request.path,
        }
