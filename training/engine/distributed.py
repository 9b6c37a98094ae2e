"""Several processes that train one GAN: gradients averaged, batch norm over the whole batch."""

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.nn.functional import all_reduce


class GlobalBatchNorm(nn.modules.batchnorm._BatchNorm):
    """Batch norm whose statistics are those of all processes' batches together, on CPU as on GPU.

    torch's SyncBatchNorm does the same on GPUs alone.
    """

    def _check_input_dim(self, x):
        pass

    def forward(self, x):
        if not self.training:
            return super().forward(x)
        dims = [0, *range(2, x.ndim)]
        n = x.numel() // x.shape[1] * dist.get_world_size()
        across = (1, -1, *[1] * (x.ndim - 2))
        mean = all_reduce(x.float().sum(dims)) / n
        centred = x.float() - mean.view(across)
        var = all_reduce(centred.square().sum(dims)) / n
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(var * n / (n - 1), self.momentum)
            self.num_batches_tracked += 1
        y = centred * (var + self.eps).rsqrt().view(across)
        if self.affine:
            y = y * self.weight.view(across) + self.bias.view(across)
        return y.to(x.dtype)


def share_batch_norm(network):
    """Let every batch norm of a network see the whole batch, in place."""
    for module in network.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.__class__ = GlobalBatchNorm


def average(tensors, accelerator):
    """Each process's tensors become the mean over all processes, in one message."""
    flat = accelerator.reduce(torch.cat([t.flatten() for t in tensors]), "mean")
    for t, part in zip(tensors, flat.split([t.numel() for t in tensors])):
        t.copy_(part.view_as(t))
