"""A visitor's memory is given back."""

import os

import pytest

from tests.demo import site
from tests.load.visits import curve

pytestmark = pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="memory is read where Linux tells it")


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with site.throw_away(tmp_path_factory.mktemp("load")), site.served() as (address, _):
        yield address


def grown(url, visits, step, names=None):
    """Megabytes after all visits beyond those after the first `step`; prints the curve."""
    points = []
    for n, size in curve(url, os.getpid(), visits, step, names):
        points.append(size)
        print(f"{n:5} visits  {size:6.0f} MB", flush=True)
    return points[-1] - points[1]


@pytest.mark.long
def test_thirty_more_visits_take_what_ten_would_if_each_copied_the_page(url):
    more = grown(url, 40, 10, names=["gan", "dcgan", "wgan"])
    assert more < 40, "3 to 5 MB a visit where each session holds a copy of every block's configuration"


@pytest.mark.long
def test_a_thousand_visits_take_no_more_than_200_mb_beyond_the_first_hundred(url):
    assert grown(url, 1000, 100) < 200
