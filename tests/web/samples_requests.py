"""Samples of requests, second devices and delegations."""

from datetime import timedelta

from quartermaster.inventory.models import DeviceClass
from quartermaster.lifecycle.actions.delegating import delegate
from quartermaster.lifecycle.actions.second import authorise_second
from quartermaster.org.queries import actor_for
from tests.factories import requests as make
from tests.factories.org import PersonFactory
from tests.web.samples import sample


def _somebody(cast):
    """Of Water Works; other samples have Ana hold things, or leave."""
    return PersonFactory(department=cast.water)


@sample("requests:request", "requests:recommend", "requests:decline", "requests:withdraw")
def request(cast, at):
    return {"key": make.asked(cast, at, person=_somebody(cast)).pk}


@sample("requests:authorise", "requests:refuse")
def recommended(cast, at):
    make.phone_in_stock()
    return {
        "key": make.recommended(
            cast, at, make.PHONE, make.PHONE, make.KIT, person=_somebody(cast)
        ).pk
    }


@sample("requests:reserve", "requests:release")
def item(cast, at):
    phone = make.phone_in_stock()
    return {"key": make.authorised(cast, at, person=_somebody(cast), things=[phone]).items.get().pk}


@sample("requests:second-end")
def second(cast, at):
    made = authorise_second(
        person_id=_somebody(cast).id,
        device_class=DeviceClass.TABLET,
        details=make.second_details(at),
        actor=actor_for(cast.ida, at),
        at=at,
    )
    return {"key": made.pk}


@sample("waiting:delegation-end")
def delegation(cast, at):
    made = delegate(
        person_id=cast.sue.id,
        delegate_id=cast.cole.id,
        starts_on=at.date(),
        ends_on=(at + timedelta(days=3)).date(),
        actor=actor_for(cast.sue, at),
        at=at,
    )
    return {"key": made.pk}
