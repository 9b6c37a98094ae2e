"""How the judge's small networks learn: Adam on the cross-entropy, the rate rising and falling once (Smith 2018)."""

import torch
import torch.nn.functional as F
from tqdm import trange


def learn(net, steps, batch):
    """`net` after so many steps on batch() -> (inputs, labels), in eval mode."""
    optimizer = torch.optim.Adam(net.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, total_steps=steps)
    net.train()
    for _ in trange(steps, desc=type(net).__name__.lower(), leave=False, disable=None):
        x, labels = batch()
        loss = F.cross_entropy(net(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return net.eval()
