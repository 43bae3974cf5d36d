"""Days on which no period runs."""

from django.db import models

from quartermaster.kernel.models import Row


class Holiday(Row):
    """A day on which the City does not work, as ITMD imported it."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.name}"
