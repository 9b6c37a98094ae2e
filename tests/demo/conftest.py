"""The page on tiny weights, once for the whole room."""
import pytest

from tests.demo import site


@pytest.fixture(scope="package")
def weights(tmp_path_factory):
    with site.throw_away(tmp_path_factory.mktemp("page")) as folder:
        yield folder


@pytest.fixture(scope="package")
def served(weights):
    with site.served() as found:
        yield found
