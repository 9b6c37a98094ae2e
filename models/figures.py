"""A checkpoint's measured figures, `metrics` in config.json, as a person writes them."""

from jinja2 import Environment, StrictUndefined, UndefinedError

CORES = {"1 CPU core": "one core", "2 CPU cores": "two cores", "4 CPU cores": "four cores"}
TIMED = {"n = 1": "a picture", "n = 16": "for sixteen", "photo": "a photo of 640 x 480 px"}
DISTANCE = (
    "KID {{ kid | format('.3g') }} (x 1000), FID {{ fid | format('.3g') }}, precision {{ precision | format('.2f') }}, "
    "recall {{ recall | format('.2f') }} (n {{ n | format(',') }}; features of "
)
KID = "KID {{ kid | format('.3g') }} (x 1000, n {{ n | format(',') }})"
# {group: (title, sentence, one short figure for tables or "")}. Besides a group's figures by name, a sentence can use
# `found`, the dict of them, and `ways`, the part of it that stands for ways to translate.
SENTENCES = {
    "distances": ("Distance in ImageNet features", DISTANCE + "{{ features }})", KID),
    "inception": ("Distance by Inception", DISTANCE + "{{ features }})", KID),
    "classifier": ("Distance", DISTANCE + "a {{ features.split(' (')[0] }})", KID),
    "sliced_wasserstein": (
        "Distance of patches",
        "sliced Wasserstein distance {{ mean | format('.3g') }} (x 1000, n {{ n | format(',') }}): "
        "{% for px in found if px.isdigit() %}"
        "{{ found[px] | format('.3g') }} at {{ px }} px{{ ', ' if not loop.last }}"
        "{% endfor %}",
        "",
    ),
    "labels": (
        "Labels",
        "{{ accuracy | format('.1%') }} of samples are read as their label (n {{ n | format(',') }}), "
        "{{ accuracy_on_held_out_real | format('.1%') }} of held-out real pictures; within a label they vary "
        "{{ variance_ratio | format('.0%') }} as much as real pictures",
        "",
    ),
    "digits": (
        "Classes drawn",
        "{{ seen }} classes appear, the most common in {{ biggest | format('.0%') }} of samples (n {{ n | format(',') "
        "}}); {{ sure | format('.0%') }} are read with certainty, {{ sure_of_real | format('.0%') }} of real pictures",
        "",
    ),
    "verdicts": (
        "The discriminator's verdicts",
        "mean probability of being real: {{ right | format('.2f') }} of held-out pictures with their labels, "
        "{{ wrong | format('.2f') }} with wrong ones, {{ fake | format('.2f') }} of samples with their labels, "
        "{{ fake_wrong | format('.2f') }} with wrong ones (n {{ n | format(',') }}); if samples were as good as real "
        "pictures, 2/3, 0, 2/3 and 0",
        "",
    ),
    "truncation": (
        "Truncation",
        "by threshold, {% for threshold in thresholds %}"
        "{{ threshold | format('g') }}: FID {{ fid[loop.index0] | format('.3g') }}, "
        "precision {{ precision[loop.index0] | format('.2f') }}, recall {{ recall[loop.index0] | format('.2f') }}"
        "{{ '; ' if not loop.last }}{% endfor %} (n {{ n | format(',') }})",
        "",
    ),
    "neighbours": (
        "Copies",
        "{{ nearer_than_5_percent | format('.1%') }} of samples are nearer to a training picture than 5% of real "
        "pictures are, {{ nearer_than_1_percent | format('.1%') }} nearer than 1% are (n {{ n | format(',') }}); "
        "without copying about 5% and 1%, or less",
        "",
    ),
    "colour": (
        "Colour",
        "error in RGB: {% for way, error in ways.items() %}{{ way }} {{ error | format('.1f') }} and "
        "{{ found[way ~ '_colourfulness'] | format('.0%') }} as colourful{{ ', ' if not loop.last }}{% endfor %} as "
        "the original; grey {{ grey | format('.1f') }}, the mean colour {{ mean_colour | format('.1f') }} "
        "(n {{ n | format(',') }}, held out)",
        "colour error {{ ways.values() | min | format('.1f') }}, grey {{ grey | format('.1f') }} "
        "(n {{ n | format(',') }})",
    ),
    "levels": (
        "Levels of the U-Net",
        "by linear probes on its encoder's levels, from {{ px[0] }} to {{ px[-1] }} px, the input is made again at "
        "{% for db in found['U-Net psnr'] %}{{ db | format('.0f') }}{{ ', ' if not loop.last }}{% endfor %} dB"
        "{% if 'U-Net class' in found %} and its class read in {% for share in found['U-Net class'] %}"
        "{{ share | format('.0%') }}{{ ', ' if not loop.last }}{% endfor %}, by guessing in "
        "{{ chance | format('.0%') }}{% endif %} (n {{ n | format(',') }}, held out)",
        "",
    ),
    "own_photo": (
        "Own photo",
        "{{ nearer_than_another | format('.0%') }} are nearer to their own photo than to another "
        "(n {{ n | format(',') }}, held out)",
        "{{ nearer_than_another | format('.0%') }} nearer to their own photo (n {{ n | format(',') }})",
    ),
    "own_map": (
        "The discriminator and the map",
        "a real photo gets a higher mean verdict with its own map than with another's in "
        "{{ higher_with_own | format('.0%') }} of pairs (n {{ n | format(',') }}, held out): "
        "{{ own | format('.2f') }} with its own, {{ another | format('.2f') }} with another's",
        "",
    ),
    "read_again": (
        "Label map read again",
        "the label map is read off {{ agreement | format('.0%') }} of a translation's area, "
        "{{ agreement_of_real | format('.0%') }} of a real photo's (n {{ n | format(',') }}, held out)",
        "",
    ),
    "read_as_the_other": (
        "Read as the other domain",
        "{% for way, share in ways.items() %}{{ way }}: {{ share | format('.0%') }} are read as the other, "
        "cycle L1 {{ found[way ~ '_cycle_l1'] | format('.3f') }}"
        "{% if way ~ '_probability' in found %}, ImageNet's probability of the target "
        "{{ found[way ~ '_probability'] | format('.0%') }} (real pictures "
        "{{ found[way ~ '_real_probability'] | format('.0%') }}){% endif %}{{ '; ' if not loop.last }}{% endfor %} "
        "(n {{ n | format(',') }}, held out; {{ accuracy_on_held_out_real | format('.0%') }} of real pictures are read "
        "right)",
        "{% for share in ways.values() %}{{ share | format('.0%') }}{{ ' and ' if not loop.last }}{% endfor %} "
        "read as the other (n {{ n | format(',') }})",
    ),
    "read_as_target": (
        "Read as the target",
        "{{ found['all'] | format('.1%') }} of translations are read as their target (n {{ n | format(',') }}, held "
        "out; real pictures {{ accuracy_on_held_out_real | format('.1%') }}); {{ identity_kept | format('.0%') }} are "
        "nearer to their own face than two faces are to each other"
        "{% if way_back is defined %}; the way back has an L1 error of {{ way_back | format('.3f') }} by the right "
        "label, {{ way_back_by_a_wrong_label | format('.3f') }} by a wrong one{% endif %}",
        "{{ found['all'] | format('.0%') }} read as their target (n {{ n | format(',') }})",
    ),
    "speed": (
        "Size and speed",
        "{{ (parameters / 1e6) | format('.2g') }} M parameters, "
        "{% for key, time in found.items() if key.startswith('milliseconds, ') %}"
        "{% set what = key.removeprefix('milliseconds, ') %}"
        "{{ time | format('.3g') }} ms {{ timed.get(what, 'a photo (' ~ what ~ ')') }}{{ ', ' if not loop.last }}"
        "{% endfor %}"
        "{% set hardware = features.removeprefix('eager fp32, ').removesuffix(', medians') %}"
        " on {{ cores.get(hardware, hardware) }}",
        "",
    ),
}
TEMPLATES = Environment(undefined=StrictUndefined)
TEMPLATES.filters["format"] = format


def in_words(metrics, translated=None):
    """{title: words} of config.json's metrics, as {"Distance": "KID 3.91 (x 1000), FID 4.68, ... (n 2,500; ...)"}.

    translated: {sentence or title of SENTENCES: the same in another language}. Figures that have no sentence here are
    listed, name and value.
    """
    order, found = [*SENTENCES, ""], {}
    for group in sorted(metrics, key=lambda group: order.index(_base(group))):
        try:
            sentence = SENTENCES[_base(group)][1]
            found[title(group, translated)] = _filled((translated or {}).get(sentence, sentence), metrics[group])
        except (KeyError, TypeError, UndefinedError):  # no sentence, or measured by another version
            found[title(group, translated)] = _listed(metrics[group])
    return found


def title(group, translated=None):
    """The title of a group of figures: "Size and speed" for "speed". translated: as for `in_words`."""
    base = _base(group)
    name = group.removeprefix(base).strip("_").replace("_", " ")
    if not base:
        return name.capitalize()
    return ", ".join(filter(None, [(translated or {}).get(SENTENCES[base][0], SENTENCES[base][0]), name]))


def headline(metrics):
    """The one figure that a table shows of a checkpoint, or "" where none of those is measured."""
    short = {group: words for group, (_, _, words) in SENTENCES.items() if words and group in metrics}
    return next((_filled(words, metrics[group]) for group, words in short.items()), "")


def _base(group):
    """The group with a sentence that this is, or that it repeats for another data set ("read_as_target_faces"); ""."""
    return next((known for known in SENTENCES if group == known or group.startswith(f"{known}_")), "")


def _filled(sentence, found):
    ways = {key: found[key] for key in found if any(other.startswith(f"{key}_") for other in found)}
    return TEMPLATES.from_string(sentence).render(found, found=found, ways=ways, cores=CORES, timed=TIMED)


def _listed(found):
    numbers = {key.replace("_", " "): value for key, value in found.items() if isinstance(value, (int, float))}
    return ", ".join(f"{key} {value:{',' if isinstance(value, int) else '.3g'}}" for key, value in numbers.items())
