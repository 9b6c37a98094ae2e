"""The page on tiny weights, once for the whole room."""

import pytest
from gradio_client import Client

from tests.demo import site


@pytest.fixture(scope="package")
def weights(tmp_path_factory):
    with site.throw_away(tmp_path_factory.mktemp("page")) as folder:
        yield folder


@pytest.fixture(scope="package")
def served(weights):
    with site.served() as found:
        yield found


@pytest.fixture(scope="package")
def client(served):
    return Client(served[0], verbose=False, analytics_enabled=False, httpx_kwargs={"timeout": 120})
