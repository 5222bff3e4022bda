"""``wz manage measure_addresses``: how well free text is matched with the addresses of this city."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from wenzhou.foundation.places.matching.measure import measure


class Command(BaseCommand):
    """Prints a line for each way of writing."""

    help = "Measure address matching on a sample of the register, well written and spoiled."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--number", type=int, default=300, help="addresses drawn")
        parser.add_argument("--seed", type=int, default=3303)

    def handle(self, *args: Any, number: int, seed: int, **options: Any) -> None:
        done = measure(number, seed)
        asked = sum(figure.asked for figure in done.figures.values())
        for name, figure in done.figures.items():
            self.stdout.write(
                f"{name:20} {figure.right / figure.asked:7.2%} right, {figure.sure / figure.asked:7.2%} at 0.9 or more, "
                f"mean confidence {figure.confidence / figure.asked:.3f}"
            )
        if asked:
            self.stdout.write(f"{asked} texts, {done.seconds / asked * 1000:.1f} ms each")
