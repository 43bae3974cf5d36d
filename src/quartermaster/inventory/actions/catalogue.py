"""Verbs on the catalogue of makes and models."""

from datetime import datetime

from django.db.models.functions import Lower

from quartermaster.inventory.actions.common import lock
from quartermaster.inventory.errors import IdentifierTaken
from quartermaster.inventory.models import DeviceModel
from quartermaster.inventory.permits import DEVICE_MANAGE
from quartermaster.inventory.rules.details import ModelDetails
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require


def add_model(*, details: ModelDetails, actor: Actor, at: datetime) -> DeviceModel:
    """Add a make and model with what a replacement would have to match (G-11)."""
    with act(actor, at) as doing:
        require(actor, DEVICE_MANAGE)
        lock()
        same_maker = DeviceModel.objects.annotate(maker=Lower("manufacturer")).filter(
            maker=details.manufacturer.lower()
        )
        if same_maker.filter(name__iexact=details.name).exists():
            raise IdentifierTaken(f"{details.manufacturer} {details.name} is there already.")
        mark = details.identifier
        if mark and same_maker.filter(identifier__iexact=mark).exists():
            raise IdentifierTaken(f"The model identifier {mark} is there.", field="identifier")
        made = DeviceModel.objects.create(
            **{**details.model_dump(), "capabilities": list(details.capabilities)}
        )
        doing.record("inventory.model.added", made, name=str(made))
    return made
