"""One Gaussian for two modes: what each divergence and the likelihood find."""

import numpy as np
import pytest

from theory import fitting as f

FAR = [4.0, 5.0, 6.0]


@pytest.mark.parametrize("apart", [0.0, 1.0, 2.5, 4.0, 6.0])
def test_least_kl_has_the_mixtures_mean_and_width(apart):
    assert f.fit("kl", apart) == pytest.approx(f.moments(apart), abs=2e-3)


@pytest.mark.parametrize("apart", FAR)
def test_reverse_kl_seeks_the_larger_mode(apart):
    mean, width = f.fits(apart)["reverse"]
    assert mean == pytest.approx(-apart / 2, abs=0.02) and width == pytest.approx(f.MODE, abs=0.02)


@pytest.mark.parametrize("apart", FAR)
def test_kl_and_w_cover_both_modes(apart):
    for measure in ("kl", "w"):
        mean, width = f.fits(apart)[measure]
        assert abs(mean) < 0.25 * apart / 2 and width > 0.8 * apart / 2


def test_with_modes_near_each_other_all_agree():
    fits = np.array(list(f.fits(0.8).values()))
    assert np.ptp(fits, 0).max() < 0.03


@pytest.mark.parametrize("apart", [0.5, 2.0, 4.0, 6.0])
def test_no_other_fit_is_better_by_a_measures_own_count(apart):
    log_p, fits = f.log_density(apart), f.fits(apart)
    for measure in f.MEASURES:
        own, *others = (f.divergence(measure, log_p, *fits[name]) for name in (measure, *f.MEASURES))
        assert own <= min(others) + 1e-9
        assert own <= f.landscape(measure, apart).min() + 1e-4


@pytest.mark.parametrize("n", [100, 10_000, 1_000_000])
def test_the_likeliest_gaussian_nears_the_least_kl_as_samples_grow(n):
    mean, width = f.most_likely(f.samples(4.0, n, seed=1))
    least = f.moments(4.0)
    assert abs(mean - least[0]) < 4 * least[1] / n**0.5 and abs(width - least[1]) < 4 * least[1] / n**0.5


def test_kl_is_what_likelihood_leaves_over_the_entropy():
    likeliest = f.most_likely(found := f.samples(3.0, 500_000, seed=2))
    estimate = -f.entropy(3.0) - f.log_likelihood(found, *likeliest)
    assert estimate == pytest.approx(f.divergence("kl", f.log_density(3.0), *likeliest), abs=0.01)


def test_the_map_of_the_likelihood_is_lowest_at_the_likeliest():
    found = f.samples(4.0, 1000, seed=0)
    i, j = np.unravel_index(f.unlikelihood(found).argmin(), (len(f.WIDTHS), len(f.MEANS)))
    mean, width = f.most_likely(found)
    assert abs(f.MEANS[j] - mean) <= 0.1 and f.WIDTHS[i] == pytest.approx(width, rel=0.05)
    assert f.unlikelihood(found)[i, j] == pytest.approx(-f.log_likelihood(found, f.MEANS[j], f.WIDTHS[i]))


def test_an_unknown_divergence_is_named():
    with pytest.raises(ValueError, match="chi is unknown: choose kl, reverse, js, w"):
        f.divergence("chi", f.log_density(1.0), 0.0, 1.0)
