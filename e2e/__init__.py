"""Whole journeys in a real browser, against a city started by ``./wz up``."""
