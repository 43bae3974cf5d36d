"""Profiles: how carriers write their files; those that are shipped, and those made here."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.kernel.errors import NotFound
from quartermaster.usage.actions import profiles
from quartermaster.usage.import_permits import PROFILE_ADOPT, PROFILE_PROPOSE, PROFILE_VIEW
from quartermaster.usage.models import ProfileVersion
from quartermaster.usage.queries import imports as queries
from quartermaster.usage.rules.profiles import Profile
from quartermaster.web.imports.tables import ProfileTable
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import ActPage, Button, Crumb, DetailPage, Fact, ListPage, Page

WAY = "Carriers' layouts"


def names_of(profile: Profile) -> str:
    """What contracts may call the carrier."""
    return ", ".join("any carrier" if name == "*" else name for name in profile.carrier_names)


def layouts_of(profile: Profile) -> list[dict[str, Any]]:
    """A profile's layouts as its page shows them."""
    return [
        {
            "title": layout.title,
            "family": layout.family.label,
            "columns": [
                {
                    "field": layout.fields[column.field].title,
                    "charge": column.charge.label if column.charge else "",
                    "aliases": column.aliases,
                    "unit": column.unit.value if column.unit else "",
                    "needed": layout.is_needed(column),
                    "words": [(value, ", ".join(words)) for value, words in column.words.items()],
                }
                for column in layout.columns
            ],
        }
        for layout in profile.layouts
    ]


class Profiles(ListPage[ProfileVersion]):
    """What is in use, and every version that was made here."""

    permit = PROFILE_VIEW
    title = WAY
    lead = "A file is read by the profile whose headings fit. A new layout is mapped here."
    template_name = "imports/profiles.html"
    table_class = ProfileTable
    search = ("key", "title", "note")
    search_hint = "Name or note"
    empty = "No profile was made here; the shipped ones are in use."
    noun = ("version", "versions")

    def rows(self) -> QuerySet[ProfileVersion]:
        return queries.profile_versions_visible_to(self.actor)

    def context(self) -> dict[str, Any]:
        in_use = [(p, names_of(p), number) for p, number in queries.profiles_in_use()]
        return {**super().context(), "in_use": in_use}

    def buttons(self) -> Sequence[Button]:
        return (Button("Map a layout", "imports:map", PROFILE_PROPOSE, look=""),)


class ProfilePage(DetailPage[ProfileVersion]):
    """One version, as it was made here."""

    permit = PROFILE_VIEW
    thing = "profile"
    template_name = "imports/profile.html"

    def rows(self) -> QuerySet[ProfileVersion]:
        return queries.profile_versions_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(WAY, reverse("imports:profiles")),)

    def state(self) -> Any:
        used = self.object.adopted_at is not None
        return chip("In use" if used else "Proposed", tone="good" if used else "warning")

    def facts(self) -> Sequence[Fact]:
        row = self.object
        profile = Profile.model_validate(row.definition)
        facts = [
            Fact("Short name", row.key),
            Fact("The carrier may be called", names_of(profile)),
            Fact("What changed", row.note),
            Fact("Made", full_time(row.made_at), note=row.made_label),
        ]
        if row.adopted_at:
            facts.append(Fact("In use since", full_time(row.adopted_at), note=row.adopted_label))
        return facts

    def buttons(self) -> Sequence[Button]:
        if self.object.adopted_at is not None:
            return ()
        key = {"key": self.object.pk}
        return (Button("Put it into use", "imports:adopt", PROFILE_ADOPT, key, look=""),)

    def context(self) -> dict[str, Any]:
        profile = Profile.model_validate(self.object.definition)
        return {**super().context(), "layouts": layouts_of(profile)}


class InUsePage(Page):
    """The profile of a carrier that is in use, shipped or made here."""

    permit = PROFILE_VIEW
    template_name = "imports/profile.html"

    def found(self) -> tuple[Profile, int]:
        for profile, number in queries.profiles_in_use():
            if profile.key == self.kwargs["short"]:
                return profile, number
        raise NotFound("There is no such profile in use.")

    def heading(self) -> str:
        return self.found()[0].title

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(WAY, reverse("imports:profiles")),)

    def context(self) -> dict[str, Any]:
        profile, number = self.found()
        facts = [
            Fact("Short name", profile.key),
            Fact("The carrier may be called", names_of(profile)),
            Fact("Version", str(number) if number else "As it is shipped"),
        ]
        return {**super().context(), "facts": facts, "layouts": layouts_of(profile)}


class Adopt(ActPage[ProfileVersion]):
    """Put a profile into use (G-9)."""

    permit = PROFILE_ADOPT
    thing = "profile"
    title = "Put the profile into use"
    sentence = "{} reads what comes from now on."
    submit = "Put it into use"
    done = "It is in use."

    def rows(self) -> QuerySet[ProfileVersion]:
        return queries.profile_versions_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        address = reverse("imports:profile", kwargs={"key": self.object.pk})
        return (Crumb(WAY, reverse("imports:profiles")), Crumb(str(self.object), address))

    def consequences(self) -> Sequence[str]:
        return (
            "It takes the place of the version of the same short name.",
            "What was imported before stays as it is.",
        )

    def act(self, form: Any) -> ProfileVersion:  # noqa: ARG002 (the form only confirms)
        return profiles.adopt_profile(version_id=self.object.pk, actor=self.actor, at=self.at)
