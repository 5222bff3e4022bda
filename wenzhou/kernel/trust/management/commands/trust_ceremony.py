"""``./wz manage trust_ceremony``: set up root and authorities of a suite, and print the protocol."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Problem
from wenzhou.kernel.trust.keys.kinds import KINDS
from wenzhou.kernel.trust.keys.sealing import Split
from wenzhou.kernel.trust.services.ceremony import hold
from wenzhou.kernel.trust.services.speaking import renew


def _split(text: str) -> Split:
    try:
        needed, holders = text.split("/")
        return Split(int(needed), int(holders))
    except ValueError as error:
        raise argparse.ArgumentTypeError("e.g. 3/5: three of five holders") from error


class Command(BaseCommand):
    """Holds the ceremony; who runs it on the city's server is the operator."""

    help = "密钥仪式：建立根和各认证机构，打印记录和密钥份额。 Key ceremony: root and authorities, protocol and shares."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(KINDS))
        parser.add_argument("--split", type=_split, default=Split(3, 5), help="needed/holders, e.g. 3/5")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = hold(Actor.system("trust_ceremony"), KINDS[options["kind"]], options["split"])
        except Problem as problem:
            raise CommandError(str(problem.detail)) from problem
        renew()
        self.stdout.write("密钥仪式记录 Protocol of the key ceremony")
        for line in done.lines:
            self.stdout.write(line)
        for at, share in enumerate(done.shares, 1):
            self.stdout.write(f"\n第 {at} 份，仅交保管人 {at} Share {at}, for holder {at} alone\n{share}")
