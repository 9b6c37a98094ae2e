"""What single tabs have beyond the others: growth, attention, truncation, blends, a part of z for every block."""

import torch

import models
from demo.parts.data_uri import png
from demo.state import START_POINTS, UNTRUNCATED, State
from demo.tabs import biggan, cgan, progan
from demo.tabs.biggan import SWEEP, slider_names
from demo.tabs.sagan import in_words, with_point
from demo.words import translate
from models.images import to_images
from tests.demo.site import call, picture
from tests.demo.tiny import GATE


def test_growth_shows_the_picture_at_each_size_and_judges_it_at_the_top_only(client):
    shown = {level: call(client, "progan_move", seed=3, level=level) for level in (0, 1, 1.3, 2)}
    assert [picture(s["src"]).size[0] for s in shown.values()] == [4, 8, 16, 16]
    assert [s["caption"] for s in shown.values()] == ["4 px", "8 px", "16 px, 30 % faded in", "16 px"]
    assert [s["score"] is None for s in shown.values()] == [True, True, True, False]
    assert shown[1.3]["src"] != shown[2]["src"] and "level=1.3" in shown[1.3]["link"]
    assert "level" not in shown[2]["link"] and shown[2] == call(client, "progan_move", seed=3)


def test_a_whole_level_is_its_stage_and_a_fade_lies_between_two(client):
    stages = call(client, "progan_stages", seed=3, direction_1=2.0)["pictures"]
    assert [p["text"] for p in stages] == ["4 px", "8 px", "16 px"]
    for level, stage in enumerate(stages):
        assert stage["src"] == call(client, "progan_move", seed=3, direction_1=2.0, level=level)["src"]
    g = models.load("progan")
    low, between, high = (g.sample(1, seed=3, level=level) for level in (1, 1.5, 2))
    low = low.repeat_interleave(2, 2).repeat_interleave(2, 3)
    inside = (low.abs() < 1) & (high.abs() < 1) & (between.abs() < 1)  # what is beyond was cut off
    assert torch.allclose(between[inside], ((low + high) / 2)[inside], atol=0.02)


def test_the_growth_slider_ends_where_the_checkpoint_does(weights):
    slider = progan.Tab("progan").opening_values(models.load("progan"), State())[-1]
    assert slider.maximum == slider.value == 2


def test_attention_to_one_place_is_not_rounded_to_none():
    one = torch.zeros(16, 16)
    one[3, 4] = 1
    assert translate([in_words(one), in_words(torch.ones(16, 16))], "en") == ["half on 0.4 %", "half on 50 %"]


def test_each_point_has_its_own_row_of_the_attention(client):
    given = {"seed": 1, "pick": 0, "label": "cat", "points": [[0, 0], [0.99, 0.99]]}
    points, stage, _, maps = call(client, "sagan_attention", **given)
    assert points == [[0, 0], [0.99, 0.99]] and len(maps["maps"]) == len(stage["points"]) == 2
    g = models.load("sagan")
    rows = g.attention(g.latents(1, 1), [g.classes.index("cat")])[0]
    for found, row in zip(maps["maps"], (rows[0, 0], rows[-1, -1])):
        alpha = picture(found["src"]).getchannel("A")
        assert alpha.size == tuple(row.shape) and max(alpha.tobytes()) == 255
        assert list(alpha.tobytes()) == (255 * row / row.max()).round().flatten().int().tolist()
    assert maps["src"] == stage["src"] and "points=0,0,0.99,0.99" in stage["link"]
    points, stage, _, maps = call(client, "sagan_clear", seed=1)
    assert points == maps["maps"] == stage["points"] == [] and "points=none" in stage["link"]


def test_the_gate_takes_the_attention_s_share_in_picture_grid_and_link(client):
    whole, half, shut = (call(client, "sagan_move", seed=5, pick=0, gate=gate) for gate in (1, 0.5, 0))
    assert whole == call(client, "sagan_move", seed=5, pick=0) and "gate" not in whole[0]["link"]
    assert len({found[0]["src"] for found in (whole, half, shut)}) == 3 and "gate=0.5" in half[0]["link"]
    g = models.load("sagan")
    assert half[0]["src"] == png(to_images(g.sample(1, seed=5, labels=[0], gate=0.5))[0])
    assert call(client, "sagan_grid", seed=5, n=1, gate=0.5)[1]["pictures"][0]["src"] == half[0]["src"]
    assert f"\u03b3 = {GATE:.3f}" in whole[1] and f"0.5 \u00d7 {GATE:.3f} = {GATE / 2:.3f}" in half[1]


def test_with_the_gate_shut_a_place_reaches_its_neighbours_alone(weights):
    g = models.load("sagan")
    z, label = g.latents(1, 3), [0]
    near, far = (g.reach(z, label, 0.1, 0.1, gate).item() for gate in (0, 1))
    assert 0 < near <= (6 / g.resolution) ** 2 < far


def test_a_sixth_point_takes_the_place_of_the_nearest():
    assert with_point((), 0.1, 0.2) == [[0.1, 0.2]]
    found = with_point(START_POINTS, 0.9, 0.1)
    assert len(found) == len(START_POINTS) and found[2] == [0.9, 0.1] and found[0] == list(START_POINTS[0])


def test_truncation_draws_z_anew_in_picture_grid_and_link(client):
    whole, cut = (call(client, "biggan_move", seed=5, pick=0, truncation=t) for t in (UNTRUNCATED, 0.5))
    assert whole["src"] != cut["src"] and "truncation=0.5" in cut["link"] and "truncation=2.02" in whole["link"]
    g = models.load("biggan")
    z = g.latents(1, 5, 0.5)
    assert z.abs().max() <= 0.5 and (z.abs() == 0.5).sum() == 0
    assert cut["src"] == png(to_images(g.sample(z=z, labels=[0]))[0])
    assert call(client, "biggan_grid", seed=5, n=1, truncation=0.5)[1]["pictures"][0]["src"] == cut["src"]


def test_the_sweep_is_the_same_seeds_under_each_threshold(client):
    sweep = call(client, "biggan_sweep", seed=2, label="sea")
    sheet = picture(sweep["src"])
    assert sweep["columns"] == [f"{t:g}" for t in SWEEP] and sweep["rows"][:2] == ["2", "3"]
    assert sheet.size == (16 * len(SWEEP), 16 * len(sweep["rows"]))
    stage = call(client, "biggan_move", seed=3, pick=0, label="sea", truncation=SWEEP[2])
    assert sheet.crop((32, 16, 48, 32)).tobytes() == picture(stage["src"]).tobytes()


def test_a_blend_goes_from_class_to_class(client):
    at = {share: call(client, "biggan_move", seed=1, label="sea", blend=share, other="roses") for share in (0, 0.3, 1)}
    assert at[0]["src"] == call(client, "biggan_move", seed=1, label="sea")["src"] != at[0.3]["src"] != at[1]["src"]
    assert at[1]["src"] == call(client, "biggan_move", seed=1, label="roses")["src"]
    assert at[0.3]["caption"].startswith("70 % sea, 30 % roses") and "blend=0.3&other=roses" in at[0.3]["link"]


def test_the_first_sliders_move_one_chunk_of_z_each(weights):
    g = models.load("biggan")
    assert translate(slider_names(g)[:4], "en") == [
        "First layer, 4 px",
        "Block to 8 px",
        "Block to 16 px",
        "First layer, 4 px, second direction",
    ]
    for direction, chunk in zip(g.directions, g.chunks):
        outside = direction.clone()
        outside[chunk] = 0
        assert direction[chunk].norm() > 0.99 and not outside.any()


def test_the_curve_is_drawn_where_it_was_measured_and_missed_in_a_line(weights, monkeypatch):
    g = models.load("biggan")
    table, words = biggan.curve(g)
    assert table is None and "Not measured" in words
    measured = {"thresholds": [0.2, 1.0], "precision": [0.8, 0.6], "recall": [0.1, 0.4], "n": 500, "seed": 0}
    monkeypatch.setitem(g.config, "metrics", {"truncation": measured})
    table, words = biggan.curve(g)
    assert list(table[biggan.THRESHOLD]) == [0.2, 1.0] and "FID" not in table
    assert "500 pictures" in translate(words, "en")
    measured["fid"] = [30.0, 12.0]
    assert list(biggan.curve(g)[0]["FID"]) == [30.0, 12.0]


def test_cgan_says_what_its_verdict_on_a_wrong_label_is(weights, monkeypatch):
    g, asked = models.load("cgan"), []

    def verdict_by_label(pictures, labels):
        asked.append(list(labels))
        return torch.logit(torch.tensor([0.75 if x == i else 0.25 for i, x in enumerate(labels)]))

    monkeypatch.setattr(g, "verdict", verdict_by_label)
    note = translate(cgan.Tab("cgan").real(g)["note"], "en")
    assert "right label these get 0.750" in note and "wrong one 0.250" in note
    assert len({tuple(labels) for labels in asked}) == 10, "every wrong label is tried"


def test_a_critic_is_called_one(client):
    words = {name: call(client, f"{name}_move")["meaning"] for name in ("wgan", "wgan_gp", "sngan")}
    assert "critic" in words["wgan"] and "critic" in words["wgan_gp"] and "discriminator" in words["sngan"]
