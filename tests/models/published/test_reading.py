"""Files that somebody else wrote, hostile ones among them: tensors come out, or one line says why not."""

import pickle
import struct
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import save, save_file

from models.published import reading, worker


class Code:
    """Unpickled in full, it would write a file."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return Path.touch, (Path(self.path),)


def refusal(path):
    with pytest.raises(ValueError) as error:
        reading.read(path)
    assert "\n" not in str(error.value) and path.name in str(error.value)
    return str(error.value)


def test_tensors_of_torch_save_and_of_safetensors_are_read_and_a_wrapper_s_prefix_is_taken_off(tmp_path):
    tensors = {"module.a": torch.randn(3, 2), "module.b": torch.tensor(7)}
    torch.save({"state_dict": tensors, "epoch": 3}, tmp_path / "net.pth")
    save_file(tensors, tmp_path / "net.safetensors")
    (tmp_path / "net.bin").write_bytes((tmp_path / "net.safetensors").read_bytes())
    for name in ("net.pth", "net.safetensors", "net.bin"):
        found = reading.read(tmp_path / name)
        assert set(found) == {"a", "b"} and torch.equal(found["a"], tensors["module.a"]), name


def test_code_in_a_file_of_torch_save_is_named_and_not_run(tmp_path):
    torch.save({"a": Code(tmp_path / "trace")}, tmp_path / "net.pth")
    assert "more than tensors" in refusal(tmp_path / "net.pth")
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize("protocol", [2, 4])
def test_code_in_a_bare_pickle_is_not_run(tmp_path, protocol):
    (tmp_path / "net.pth").write_bytes(pickle.dumps({"a": Code(tmp_path / "trace")}, protocol))
    with pytest.raises(worker.Refused, match="tensors"):
        worker.tensors(tmp_path / "net.pth")
    assert not (tmp_path / "trace").exists()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "net.pth", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("net/data/0", bytes(2**26))
    assert "unpack to 64 MB" in refusal(tmp_path / "net.pth")


def claiming(size):
    """A safetensors file whose one tensor has `size` bytes by its header and none in the file."""
    header = b'{"a":{"dtype":"F32","shape":[%d],"data_offsets":[0,%d]}}' % (size // 4, size)
    return struct.pack("<Q", len(header)) + header


SAFETENSORS = {
    "a header of 10 GB": (struct.pack("<Q", 10 * 2**30) + b'{"a":', "no safetensors file"),
    "a tensor of 10 GB": (claiming(10 * 2**30), "no safetensors file"),
    "cut off": (save({"a": torch.zeros(99)})[:-7], "no safetensors file"),
    "no tensors": (save({}), "holds no tensors"),
    "NaN": (save({"a": torch.tensor([0.0, float("nan")])}), "a has values that are not finite"),
    "infinity": (save({"a": torch.zeros(1), "b": torch.tensor([float("inf")])}), "b has values that are not finite"),
}


@pytest.mark.parametrize("name", SAFETENSORS)
def test_broken_safetensors_are_refused_in_one_line(tmp_path, name):
    data, why = SAFETENSORS[name]
    (tmp_path / "net.safetensors").write_bytes(data)
    assert why in refusal(tmp_path / "net.safetensors")


@pytest.mark.parametrize("made", ["missing", "folder", "empty"])
def test_what_is_no_file_is_refused_in_one_line(tmp_path, made):
    path = tmp_path / "net.safetensors"
    if made == "folder":
        path.mkdir()
    elif made == "empty":
        path.touch()
    refusal(path)


@pytest.mark.long
def test_a_storage_that_claims_10_gb_runs_into_the_limit_of_memory(tmp_path):
    path = tmp_path / "net.pth"
    torch.save({"a": torch.zeros(1_234_567)}, path, _use_new_zipfile_serialization=False)
    claimed = b"\x8a\x05" + (2_500_000_000).to_bytes(5, "little")
    data = path.read_bytes()
    assert (small := b"J" + (1_234_567).to_bytes(4, "little")) in data
    path.write_bytes(data.replace(small, claimed)[:10_000])
    assert "memory" in refusal(path)


@pytest.mark.long
def test_one_number_repeated_to_10_gb_is_refused(tmp_path):
    torch.save({"a": torch.zeros(1).expand(2_500_000_000)}, tmp_path / "net.pth")
    assert "would fill 9537 MB" in refusal(tmp_path / "net.pth")


@pytest.mark.long
def test_a_file_that_takes_too_long_is_given_up(tmp_path, monkeypatch):
    torch.save({"a": torch.zeros(1)}, tmp_path / "net.pth")
    monkeypatch.setattr(reading, "SECONDS", 0.01)
    assert "took longer" in refusal(tmp_path / "net.pth")


CONTENTS = {
    "a list": ([torch.zeros(1)], "holds a list"),
    "a number": ({"a": torch.zeros(1), "epoch": 3}, "'epoch' is a int, no tensor"),
    "numbered": ({3: torch.zeros(1)}, "'3' is a Tensor"),
    "sparse": ({"a": torch.eye(3).to_sparse()}, "no plain tensor"),
    "complex": ({"a": torch.zeros(3, dtype=torch.complex64)}, "no plain tensor"),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_other_contents_than_named_tensors_are_named(tmp_path, name):
    content, why = CONTENTS[name]
    torch.save(content, tmp_path / "net.pth")
    with pytest.raises(worker.Refused, match=why):
        worker.tensors(tmp_path / "net.pth")


def test_text_is_no_checkpoint(tmp_path):
    (tmp_path / "net.pth").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    with pytest.raises(worker.Refused, match="no file of torch.save"):
        worker.tensors(tmp_path / "net.pth")
