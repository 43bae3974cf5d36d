"""The base of every table: a UUIDv7 key."""

from django.db import models

from quartermaster.kernel.ids import new_id


class Row(models.Model):
    """A row with a time-ordered key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True
