"""Samples of carriers' files, differences and profiles."""

from quartermaster.usage.actions.profiles import propose_profile
from quartermaster.usage.models import Difference
from quartermaster.usage.shipped import shipped
from tests.factories import imports as make
from tests.factories.carriers import WRONG
from tests.web.samples import sample


@sample("imports:file", "imports:again")
def file(cast, at):
    return {"key": make.imported(b"Odd,Headings\n1,2\n", at).pk}


@sample("imports:difference", "imports:assign", "imports:resolve")
def difference(cast, at):
    make.contracts_of(at)
    make.imported(make.whole(WRONG), at)
    return {"key": Difference.objects.get().pk}


@sample("imports:profile", "imports:adopt")
def profile(cast, at):
    made = propose_profile(
        definition=shipped()[0].as_data(), note="As shipped", actor=cast.acting(cast.cole), at=at
    )
    return {"key": made.pk}


@sample("imports:profile-in-use")
def in_use(cast, at):
    return {"short": "verizon"}
