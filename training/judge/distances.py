"""How far one set of pictures is from another, in the features [n, D] of a network: FID, KID, precision, recall."""

MOST = 5000  # features of each set that KID's kernel compares: more need more memory than they say


def measure(real, fake):
    """{"fid" (Heusel 2017), "kid" x 1000 (Binkowski 2018), "precision", "recall" (Kynkaanniemi 2019)}."""
    from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
    from torch_fidelity.metric_prc import prc_features_to_metric

    statistics = [fid_features_to_statistics(features.double()) for features in (fake, real)]
    shape = prc_features_to_metric(fake, real, verbose=False)
    return {
        "fid": fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"],
        "kid": kid(real, fake),
        "precision": float(shape["precision"]),
        "recall": float(shape["recall"]),
    }


def kid(real, fake):
    """Unbiased kernel distance x 1000, about 0 for two sets of the same pictures; as many of both are used."""
    from torch_fidelity.metric_kid import kid_features_to_metric

    n = min(len(real), len(fake), MOST)
    found = kid_features_to_metric(fake.double(), real.double(), kid_subsets=1, kid_subset_size=n, verbose=False)
    return 1000 * found["kernel_inception_distance_mean"]
