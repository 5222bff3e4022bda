"""Two addresses: a person as JSON by number, a person as a small page by primary key."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path

from benchmarks.peers.bare.models import Person


def person(request: HttpRequest, number: str) -> JsonResponse:
    """One row by its unique key, as JSON."""
    row = Person.objects.get(number=number)
    return JsonResponse({"id": str(row.id), "number": row.number, "name": row.name, "made": row.made})


def page(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One row by its primary key, in a template of ten lines."""
    return render(request, "page.html", {"person": Person.objects.get(pk=person_id)})


urlpatterns = [path("persons/<str:number>", person), path("pages/<uuid:person_id>/", page)]
