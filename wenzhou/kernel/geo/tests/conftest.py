import pytest

from wenzhou.kernel.geo import directory
from wenzhou.kernel.geo.testing import load_city


@pytest.fixture
def city(db):
    load_city()
    yield
    directory.forget()
