"""A release: looked through, given out, put into the reading room; and the grounds."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from quartermaster.disclosure import actions, queries
from quartermaster.disclosure.models import Package, PackageFile
from quartermaster.disclosure.permits import REQUEST_VIEW, REQUEST_WORK
from quartermaster.disclosure.rules.numbering import prefix_of, shown
from quartermaster.kernel.permits import reach
from quartermaster.web.disclosure.acts import crumbs_of
from quartermaster.web.disclosure.forms import GroundForm, TitleForm, WordsForm
from quartermaster.web.disclosure.review import sent
from quartermaster.web.disclosure.views import WAY
from quartermaster.web.marks import chip, full_time, when
from quartermaster.web.pages import ActPage, Button, Crumb, DetailPage, Fact, FormPage, Page
from quartermaster.web.pages.base import OneRow


class OfPackage(OneRow[Package]):
    """What the pages of one release share."""

    permit = REQUEST_WORK
    thing = "release"

    def rows(self) -> QuerySet[Package]:
        return queries.packages_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        way = crumbs_of(self.object.request)
        if type(self) is PackagePage:
            return way
        address = reverse("disclosure:package-page", kwargs={"key": self.object.pk})
        return (*way, Crumb(f"Release {self.object.number}", address))

    def of_it(self) -> dict[str, Any]:
        return {"package_id": self.object.pk, "actor": self.actor, "at": self.at}


class PackagePage(OfPackage, DetailPage[Package]):
    """One release: its files, its digest, whether and how often it was fetched (G-5)."""

    template_name = "disclosure/package.html"

    def heading(self) -> str:
        return f"Release {self.object.number} for {self.object.request}"

    def state(self) -> Any:
        given = self.object.released_at is not None
        return chip("Given out" if given else "Not given out", tone="good" if given else "warning")

    def buttons(self) -> Sequence[Button]:
        package, key = self.object, {"key": self.object.pk}
        if package.released_at is None:
            return (Button("Give it out", "disclosure:release", REQUEST_WORK, key, ""),)
        if package.published_at is None:
            return (
                Button("Put it into the reading room", "disclosure:publish", REQUEST_WORK, key),
            )
        return (
            Button("Take it out of the reading room", "disclosure:unpublish", REQUEST_WORK, key),
        )

    def facts(self) -> Sequence[Fact]:
        package = self.object
        prefix = prefix_of(package.request.number)
        pages = f"{shown(prefix, package.first)} to {shown(prefix, package.last)}"
        facts = [
            Fact("Pages", pages if package.last >= package.first else "None"),
            Fact("Put together", full_time(package.made_at), note=str(package.made_by or "")),
            Fact("Digest", package.digest),
        ]
        if package.released_at and package.record and package.expires_at:
            record = reverse("records:record", kwargs={"key": package.record_id})
            facts += [
                Fact("Given out", full_time(package.released_at)),
                Fact("In the archive as", package.record.number, record),
                Fact("Fetched", f"{package.downloads} times", note="by the requester"),
                Fact("Can be fetched until", when(package.expires_at)),
            ]
        if package.published_at:
            facts.append(Fact("In the reading room as", package.published_title))
        return facts

    def context(self) -> dict[str, Any]:
        files = self.object.files.select_related("file")
        return {**super().context(), "files": list(files)}


class PackageFilePage(OneRow[PackageFile]):
    """One file of a release, for the custodian."""

    permit = REQUEST_WORK
    thing = "file"

    def rows(self) -> QuerySet[PackageFile]:
        rows = PackageFile.objects.select_related("file__file")
        return rows if reach(self.actor, REQUEST_WORK).everything else rows.none()

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return sent(self.object.file)


class Release(OfPackage, ActPage[Package]):
    """Give a release out; this answers the request (G-5)."""

    title = "Give the release out"
    template_name = "disclosure/release.html"
    form_class = WordsForm
    submit = "Give it out"
    done = "It is given out, and the request is answered."

    def explain(self) -> str:
        return f"{self.object.request} is answered by this release."

    def consequences(self) -> Sequence[str]:
        return (
            "The requester fetches it with the status code.",
            "Its digests become a record of the archive, and stand in its log.",
            "What is given out cannot be taken back.",
        )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "files": list(self.object.files.select_related("file"))}

    def act(self, form: Any) -> Package:
        return actions.release_package(words=form.cleaned_data["words"], **self.of_it())

    def next_address(self, outcome: Any) -> str:
        return reverse("disclosure:package-page", kwargs={"key": outcome.pk})


class Publish(OfPackage, ActPage[Package]):
    """Put a release into the reading room (G-5)."""

    title = "Put it into the reading room"
    sentence = "{} can be read by everybody, without a code."
    form_class = TitleForm
    submit = "Put it there"
    done = "It is in the reading room."

    def act(self, form: Any) -> Package:
        return actions.publish(title=form.cleaned_data["title"], **self.of_it())


class Unpublish(OfPackage, ActPage[Package]):
    """Take a release out of the reading room."""

    title = "Take it out of the reading room"
    sentence = "{} is not shown to everybody any longer."
    submit = "Take it out"
    look = "secondary"
    done = "It is not in the reading room any longer."

    def act(self, form: Any) -> Package:  # noqa: ARG002 (the form only confirms)
        return actions.unpublish(**self.of_it())


class Grounds(Page):
    """All grounds on which something is held back (G-5)."""

    permit = REQUEST_VIEW
    title = "Grounds for holding something back"
    lead = "Shipped as a start, for the City Attorney to confirm; add what is missing."
    template_name = "disclosure/grounds.html"

    def crumbs(self) -> Sequence[Crumb]:
        return (WAY,)

    def buttons(self) -> Sequence[Button]:
        return (Button("Add a ground", "disclosure:ground-add", REQUEST_WORK, look=""),)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "grounds": queries.grounds()}


class AddGround(FormPage):
    """Add a ground."""

    permit = REQUEST_WORK
    title = "Add a ground"
    form_class = GroundForm
    submit = "Add it"
    done = "{} was added."

    def crumbs(self) -> Sequence[Crumb]:
        return (WAY, Crumb("Grounds", reverse("disclosure:grounds")))

    def act(self, form: Any) -> Any:
        return actions.add_ground(**form.cleaned_data, actor=self.actor, at=self.at)
