"""A checkpoint's measured figures, `metrics` in config.json, as a person writes them."""

CORES = {"1 CPU core": "one core", "2 CPU cores": "two cores", "4 CPU cores": "four cores"}


def in_words(metrics):
    """{title: words} of config.json's metrics, as {"Distance": "KID 3.91 (x 1000), FID 4.68, ... (n 2,500; ...)"}.

    Figures that have no sentence here are listed, name and value.
    """
    known = [group for name in SENTENCES for group in metrics if group == name or group.startswith(f"{name}_")]
    return {title(group): _words(group, metrics[group]) for group in dict.fromkeys([*known, *metrics])}


def title(group):
    """The title of a group of figures: "Size and speed" for "speed"."""
    if group in SENTENCES:
        return SENTENCES[group][0]
    base = _base(group)
    name = group.removeprefix(base).strip("_").replace("_", " ")
    return f"{SENTENCES[base][0]}, {name}" if base else name.capitalize()


def headline(metrics):
    """The one figure that a table shows of a checkpoint, or "" where none of those is measured."""
    return next((words(metrics[group]) for group, words in HEADLINES.items() if group in metrics), "")


def _base(group):
    """The known group that this one repeats for another data set ("read_as_target_faces"), or ""."""
    return next((known for known in SENTENCES if group.startswith(f"{known}_")), "")


def _words(group, found):
    _, sentence = SENTENCES.get(group) or SENTENCES.get(_base(group)) or (None, _listed)
    try:
        return sentence(found)
    except KeyError:  # measured by another version
        return _listed(found)


def _listed(found):
    if not isinstance(found, dict):
        return f"{found:.4g}" if isinstance(found, float) else str(found)
    numbers = {key.replace("_", " "): value for key, value in found.items() if isinstance(value, (int, float))}
    return ", ".join(
        f"{key} {value:,}" if isinstance(value, int) else f"{key} {value:.3g}" for key, value in numbers.items()
    )


def _distance(found):
    features = found["features"].split(" (")[0]
    features = f"a {features}" if features.startswith("classifier") else features
    return (
        f"KID {found['kid']:.3g} (x 1000), FID {found['fid']:.3g}, precision {found['precision']:.2f}, "
        f"recall {found['recall']:.2f} (n {found['n']:,}; features of {features})"
    )


def _patches(found):
    levels = ", ".join(f"{value:.3g} at {px} px" for px, value in found.items() if px.isdigit())
    return f"sliced Wasserstein distance {found['mean']:.3g} (x 1000, n {found['n']:,}): {levels}"


def _labels(found):
    words = (
        f"{found['accuracy']:.1%} of samples are read as their label (n {found['n']:,}), "
        f"{found['accuracy_on_held_out_real']:.1%} of held-out real pictures"
    )
    if "variance_ratio" in found:
        words += f"; within a label they vary {found['variance_ratio']:.0%} as much as real pictures"
    return words


def _classes_seen(found):
    return (
        f"{found['seen']} of {len(found['shares'])} classes appear, the most common in {found['biggest']:.0%} of "
        f"samples (n {found['n']:,}); {found['sure']:.0%} are read with certainty, {found['sure_of_real']:.0%} of real "
        "pictures"
    )


def _copies(found):
    return (
        f"{found['nearer_than_5_percent']:.0%} of samples are nearer to a training picture than 5% of real pictures "
        f"are, {found['nearer_than_1_percent']:.0%} nearer than 1% are (n {found['n']:,})"
    )


def _truncation(found):
    rows = list(zip(found["thresholds"], found["precision"], found["recall"]))
    ends = (f"precision {p:.2f} and recall {r:.2f} at a threshold of {t:g}" for t, p, r in (rows[0], rows[-1]))
    return f"{', '.join(ends)} (n {found['n']:,})"


def _colour(found):
    kinds = [key.removesuffix("_colourfulness") for key in found if key.endswith("_colourfulness")]
    errors = (f"{kind} {found[kind]:.1f} and {found[f'{kind}_colourfulness']:.0%} as colourful" for kind in kinds)
    return (
        f"error in a and b: {', '.join(errors)} as the original; grey {found['grey']:.1f}, the mean colour "
        f"{found['mean_colour']:.1f} (n {found['n']:,}, held out)"
    )


def _own_photo(found):
    return (
        f"{found['nearer_than_another']:.0%} are nearer to their own photo than to another (n {found['n']:,}, held out)"
    )


def _read_again(found):
    return (
        f"the label map is read off {found['agreement']:.0%} of a translation's area, "
        f"{found['agreement_of_real']:.0%} of a real photo's (n {found['n']:,}, held out)"
    )


def _directions(found):
    return [key.removesuffix("_cycle_l1") for key in found if key.endswith("_cycle_l1")]


def _other_domain(found):
    ways = (
        f"{way}: {found[way]:.0%} are read as the other domain, cycle L1 {found[f'{way}_cycle_l1']:.3f}"
        for way in _directions(found)
    )
    real = found["accuracy_on_held_out_real"]
    return f"{'; '.join(ways)} (n {found['n']:,}, held out; {real:.0%} of real pictures are read right)"


def _target(found):
    return (
        f"{found['all']:.1%} of translations are read as their target (n {found['n']:,}, held out; real pictures "
        f"{found['accuracy_on_held_out_real']:.1%}); {found['identity_kept']:.0%} are nearer to their own face than "
        "two faces are to each other"
    )


def _speed(found):
    """Of milliseconds by what was timed: "n = 1", "n = 16", "photo", or a way to translate one."""
    times = {key.removeprefix("milliseconds, "): t for key, t in found.items() if key.startswith("milliseconds, ")}
    units = {"n = 1": "a picture", "n = 16": "for sixteen", "photo": "a photo of 640 x 480 px"}
    words = ", ".join(f"{time:.3g} ms {units.get(what, f'a photo ({what})')}" for what, time in times.items())
    hardware = found["features"].removeprefix("eager fp32, ").removesuffix(", medians")
    return f"{_million(found)}, {words} on {CORES.get(hardware, hardware)}"


def _million(found):
    return f"{found['parameters'] / 1e6:.2g} M parameters"


SENTENCES = {
    "inception": ("Distance by Inception", _distance),
    "classifier": ("Distance", _distance),
    "sliced_wasserstein": ("Distance of patches", _patches),
    "labels": ("Labels", _labels),
    "digits": ("Classes drawn", _classes_seen),
    "truncation": ("Truncation", _truncation),
    "neighbours": ("Copies", _copies),
    "colour": ("Colour", _colour),
    "own_photo": ("Own photo", _own_photo),
    "read_again": ("Label map read again", _read_again),
    "read_as_the_other": ("Read as the other domain", _other_domain),
    "read_as_target": ("Read as the target", _target),
    "speed": ("Size and speed", _speed),
}


def _kid(found):
    return f"KID {found['kid']:.3g} (x 1000, n {found['n']:,})"


HEADLINES = {
    "inception": _kid,
    "classifier": _kid,
    "colour": lambda found: (
        f"colour error {min(found[kind] for kind in found if f'{kind}_colourfulness' in found):.1f}, "
        f"grey {found['grey']:.1f} (n {found['n']:,})"
    ),
    "own_photo": _own_photo,
    "read_as_the_other": lambda found: (
        " and ".join(f"{found[way]:.0%}" for way in _directions(found)) + f" read as the other (n {found['n']:,})"
    ),
    "read_as_target": lambda found: f"{found['all']:.0%} read as their target (n {found['n']:,})",
}
