"""A wider Progressive GAN paints what the narrow one did, and can be taught further."""

import json

import torch

from models import hub
from models.progan import Generator
from training import widen

OPTIONS = {"latent_dim": 8, "width": 4, "resolution": 16, "channels": 3}


def test_a_generator_twice_as_wide_paints_the_same_at_every_size():
    torch.manual_seed(0)
    narrow = Generator(**OPTIONS).eval()
    options, state = widen.widened(OPTIONS, narrow.state_dict())
    assert options == {**OPTIONS, "width": 8}
    wide, z = Generator(**options).eval(), torch.randn(6, 8)
    wide.load_state_dict(state)
    for level in (0, 1, 1.5, 2):
        assert torch.allclose(wide(z, level=level), narrow(z, level=level), atol=1e-4)


def test_twin_channels_part_as_soon_as_they_learn():
    torch.manual_seed(0)
    options, state = widen.widened(OPTIONS, Generator(**OPTIONS).state_dict())
    wide = Generator(**options)
    wide.load_state_dict(state)
    wide(torch.randn(6, 8)).square().mean().backward()
    for block in wide.stages:
        first, second = block[0].bias.grad.chunk(2)
        assert not torch.allclose(first, second, rtol=0.05, atol=1e-8)


def test_what_was_widened_is_taught_further_with_another_judge(run_of, tmp_path, capsys):
    run_of("progan", "narrow").train()
    run_of("progan", "judge", discriminator={"width": 8}).train()
    exports = [tmp_path / name / "export" for name in ("narrow", "judge")]
    assert widen.main([str(exports[0]), str(tmp_path / "wide"), "--judge", str(exports[1])]) == 0
    assert str(tmp_path / "wide") in capsys.readouterr().out
    config = hub.from_folder("progan", tmp_path / "wide").config
    assert [config["networks"][role]["width"] for role in ("generator", "discriminator")] == [8, 8]
    widths = {role: config["settings"][role] for role in ("generator", "discriminator")}
    further = run_of("progan", "further", steps=8, **widths)
    further.begin_from(tmp_path / "wide")
    z = torch.randn(4, 8)
    state = hub.from_folder("progan", exports[0]).state_dict("generator")
    narrow = Generator(**hub.from_folder("progan", exports[0]).config["networks"]["generator"]).eval()
    narrow.load_state_dict(state)
    with torch.no_grad():
        assert torch.allclose(further.game.ema.module.eval()(z), narrow(z), atol=1e-2)
    assert further.train() and further.step == 8


def test_what_cannot_be_widened_is_said_in_a_line(run_of, tmp_path, capsys):
    run_of("dcgan", "other").train()
    run_of("progan", "narrow").train()
    narrow = tmp_path / "narrow" / "export"
    assert widen.main([str(tmp_path / "other" / "export"), str(tmp_path / "wide")]) == 2
    assert "dcgan" in capsys.readouterr().err
    small = json.loads((narrow / "config.json").read_text())
    small["networks"]["discriminator"]["resolution"] = 8
    (tmp_path / "small").mkdir()
    for path in narrow.glob("*.safetensors"):
        (tmp_path / "small" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "small" / "config.json").write_text(json.dumps(small))
    assert widen.main([str(narrow), str(tmp_path / "wide"), "--judge", str(tmp_path / "small")]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "resolution 8" in err and "16" in err
