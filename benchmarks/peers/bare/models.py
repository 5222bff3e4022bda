"""The rows of the city's table of persons, as a stranger's program would read them."""

from __future__ import annotations

from django.db import models


class Person(models.Model):
    """One row of ``identity_person``."""

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=60)
    made = models.BooleanField()

    class Meta:
        managed = False
        db_table = "identity_person"

    def __str__(self) -> str:
        return self.name
