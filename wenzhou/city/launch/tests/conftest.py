"""Folders for servers that run under a user of their own."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder outside pytest's own, whose root every new pytest closes to other users (chmod 0700) while
    servers of this one run in it.
    """
    folder = Path(tempfile.mkdtemp(prefix="wz-test-")).resolve()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
