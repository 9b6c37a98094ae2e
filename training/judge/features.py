"""The features that distances are taken in: Inception's where its weights are at hand, else EfficientNet-Lite2's."""

from pathlib import Path

import torch

from training.judge import imagenet

# Of https://github.com/toshas/torch-fidelity/releases/tag/v0.2.0; looked for in torch.hub.get_dir()/checkpoints.
INCEPTION = "weights-inception-2015-12-05-6726825d.pth"


def extractor(device):
    """(function from uint8 [n, 1 or 3, S, S] to features [n, D] on the CPU, the network's name)."""
    weights = Path(torch.hub.get_dir()) / "checkpoints" / INCEPTION
    if not weights.is_file():
        return lambda images: imagenet.read(images, device)[0], imagenet.NAME
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    net = FeatureExtractorInceptionV3("inception", ["2048"], feature_extractor_weights_path=str(weights)).to(device)

    @torch.inference_mode()
    def inception(images):
        return torch.cat([net(part.expand(-1, 3, -1, -1).to(device))[0].cpu() for part in images.split(64)])

    return inception, "Inception-v3 (torch-fidelity)"
