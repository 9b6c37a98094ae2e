"""Several processes that train one GAN: gradients averaged, batch norm over the whole batch."""
import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.nn.functional import all_reduce


class GlobalBatchNorm2d(nn.BatchNorm2d):
    """Batch norm whose statistics are those of all processes' batches together, on CPU as on GPU.

    torch's SyncBatchNorm does the same on GPUs alone.
    """

    def forward(self, x):
        if not self.training:
            return super().forward(x)
        n = x.numel() // x.shape[1] * dist.get_world_size()
        mean = all_reduce(x.float().sum((0, 2, 3))) / n
        centred = x.float() - mean.view(1, -1, 1, 1)
        var = all_reduce(centred.square().sum((0, 2, 3))) / n
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(var * n / (n - 1), self.momentum)
            self.num_batches_tracked += 1
        y = centred * (var + self.eps).rsqrt().view(1, -1, 1, 1)
        return (y * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)).to(x.dtype)


def share_batch_norm(module):
    """Let every BatchNorm2d of a network see the whole batch, in place."""
    for child in module.modules():
        if type(child) is nn.BatchNorm2d:
            child.__class__ = GlobalBatchNorm2d


def average_gradients(module, accelerator):
    """Each process's gradients become the mean over all, in one message."""
    grads = [p.grad for p in module.parameters() if p.grad is not None]
    flat = accelerator.reduce(torch.cat([g.flatten() for g in grads]), "mean")
    for g, part in zip(grads, flat.split([g.numel() for g in grads])):
        g.copy_(part.view_as(g))
