"""A checkpoint's measured figures, `metrics` in config.json, as a person writes them."""

CORES = {"1 CPU core": "one core", "2 CPU cores": "two cores", "4 CPU cores": "four cores"}
TIMED = {"n = 1": "a picture", "n = 16": "for sixteen", "photo": "a photo of 640 x 480 px"}
DISTANCE = (
    "KID {kid:.3g} (x 1000), FID {fid:.3g}, precision {precision:.2f}, recall {recall:.2f} "
    "(n {n:,}; features of {features})"
)


def in_words(metrics):
    """{title: words} of config.json's metrics, as {"Distance": "KID 3.91 (x 1000), FID 4.68, ... (n 2,500; ...)"}.

    Figures that have no sentence here are listed, name and value.
    """
    known = [group for name in SENTENCES for group in metrics if group == name or group.startswith(f"{name}_")]
    return {title(group): _words(group, metrics[group]) for group in dict.fromkeys([*known, *metrics])}


def title(group):
    """The title of a group of figures: "Size and speed" for "speed"."""
    base = _base(group)
    name = group.removeprefix(base).strip("_").replace("_", " ")
    return ", ".join(filter(None, [SENTENCES[base][0], name])) if base else name.capitalize()


def headline(metrics):
    """The one figure that a table shows of a checkpoint, or "" where none of those is measured."""
    return next((_filled(words, metrics[group]) for group, words in HEADLINES.items() if group in metrics), "")


def _base(group):
    """The group with a sentence that this is, or that it repeats for another data set ("read_as_target_faces"); ""."""
    return next((known for known in SENTENCES if group == known or group.startswith(f"{known}_")), "")


def _words(group, found):
    try:
        return _filled(SENTENCES[_base(group)][1], found)
    except KeyError:  # no sentence, or measured by another version
        return _listed(found)


def _filled(sentence, found):
    """A sentence, a template or a function, with the figures put in."""
    return sentence(found) if callable(sentence) else sentence.format(**found)


def _listed(found):
    if not isinstance(found, dict):
        return f"{found:.4g}" if isinstance(found, float) else str(found)
    numbers = {key.replace("_", " "): value for key, value in found.items() if isinstance(value, (int, float))}
    return ", ".join(f"{key} {value:{',' if isinstance(value, int) else '.3g'}}" for key, value in numbers.items())


def _in_a_classifier(found):
    return DISTANCE.format(**found | {"features": "a " + found["features"].split(" (")[0]})


def _patches(found):
    levels = ", ".join(f"{value:.3g} at {px} px" for px, value in found.items() if px.isdigit())
    return f"sliced Wasserstein distance {found['mean']:.3g} (x 1000, n {found['n']:,}): {levels}"


def _truncation(found):
    rows = zip(found["thresholds"], found["fid"], found["precision"], found["recall"])
    words = (f"{t:g}: FID {fid:.3g}, precision {p:.2f}, recall {r:.2f}" for t, fid, p, r in rows)
    return f"by threshold, {'; '.join(words)} (n {found['n']:,})"


def _colour(found):
    kinds = [key.removesuffix("_colourfulness") for key in found if key.endswith("_colourfulness")]
    errors = (f"{kind} {found[kind]:.1f} and {found[f'{kind}_colourfulness']:.0%} as colourful" for kind in kinds)
    return (
        f"error in a and b: {', '.join(errors)} as the original; grey {found['grey']:.1f}, the mean colour "
        f"{found['mean_colour']:.1f} (n {found['n']:,}, held out)"
    )


def _least_error(found):
    error = min(value for kind, value in found.items() if f"{kind}_colourfulness" in found)
    return f"colour error {error:.1f}, grey {found['grey']:.1f} (n {found['n']:,})"


def _ways(found):
    return [key.removesuffix("_cycle_l1") for key in found if key.endswith("_cycle_l1")]


def _shares_of_the_other(found):
    return f"{' and '.join(f'{found[way]:.0%}' for way in _ways(found))} read as the other (n {found['n']:,})"


def _other_domain(found):
    words = (
        f"{way}: {found[way]:.0%} are read as the other, cycle L1 {found[f'{way}_cycle_l1']:.3f}"
        for way in _ways(found)
    )
    real = found["accuracy_on_held_out_real"]
    return f"{'; '.join(words)} (n {found['n']:,}, held out; {real:.0%} of real pictures are read right)"


def _speed(found):
    times = {key.removeprefix("milliseconds, "): t for key, t in found.items() if key.startswith("milliseconds, ")}
    words = ", ".join(f"{time:.3g} ms {TIMED.get(what, f'a photo ({what})')}" for what, time in times.items())
    hardware = found["features"].removeprefix("eager fp32, ").removesuffix(", medians")
    return f"{found['parameters'] / 1e6:.2g} M parameters, {words} on {CORES.get(hardware, hardware)}"


SENTENCES = {
    "inception": ("Distance by Inception", DISTANCE),
    "classifier": ("Distance", _in_a_classifier),
    "sliced_wasserstein": ("Distance of patches", _patches),
    "labels": (
        "Labels",
        "{accuracy:.1%} of samples are read as their label (n {n:,}), {accuracy_on_held_out_real:.1%} of held-out real "
        "pictures; within a label they vary {variance_ratio:.0%} as much as real pictures",
    ),
    "digits": (
        "Classes drawn",
        "{seen} classes appear, the most common in {biggest:.0%} of samples (n {n:,}); {sure:.0%} are read with "
        "certainty, {sure_of_real:.0%} of real pictures",
    ),
    "truncation": ("Truncation", _truncation),
    "neighbours": (
        "Copies",
        "{nearer_than_5_percent:.1%} of samples are nearer to a training picture than 5% of real pictures are, "
        "{nearer_than_1_percent:.1%} nearer than 1% are (n {n:,}); without copying about 5% and 1%, or less",
    ),
    "colour": ("Colour", _colour),
    "own_photo": (
        "Own photo",
        "{nearer_than_another:.0%} are nearer to their own photo than to another (n {n:,}, held out)",
    ),
    "read_again": (
        "Label map read again",
        "the label map is read off {agreement:.0%} of a translation's area, {agreement_of_real:.0%} of a real photo's "
        "(n {n:,}, held out)",
    ),
    "read_as_the_other": ("Read as the other domain", _other_domain),
    "read_as_target": (
        "Read as the target",
        "{all:.1%} of translations are read as their target (n {n:,}, held out; real pictures "
        "{accuracy_on_held_out_real:.1%}); {identity_kept:.0%} are nearer to their own face than two faces are to "
        "each other",
    ),
    "speed": ("Size and speed", _speed),
}
HEADLINES = {
    "inception": "KID {kid:.3g} (x 1000, n {n:,})",
    "classifier": "KID {kid:.3g} (x 1000, n {n:,})",
    "colour": _least_error,
    "own_photo": "{nearer_than_another:.0%} nearer to their own photo (n {n:,})",
    "read_as_the_other": _shares_of_the_other,
    "read_as_target": "{all:.0%} read as their target (n {n:,})",
}
