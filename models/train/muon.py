"""Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/) for weight matrices and convolution kernels, AdamW for the rest.

torch.optim.Muon takes matrices only, and with it every process would orthogonalise all of them; here each process does its share.
"""

import torch
import torch.distributed as dist

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)  # the post's: bring singular values quickly to 0.7..1.2, rather than slowly to 1
MOMENTUM = 0.95  # the post's
NARROWEST = 16  # rows or columns; AdamW takes narrower matrices, which have little to orthogonalise
ADAM = ("embedding", "time_embed", "emb_layers", "place")  # names of matrices for AdamW: lookup tables, or layers with constant inputs


def orthogonal(matrix, kind, steps=5):
    """Returns about the nearest matrix whose singular values are all near 1; [rows, columns], of dtype `kind`."""
    x = matrix.to(kind)
    wide = x.shape[0] <= x.shape[1]
    x = x if wide else x.T
    x = x / (x.norm() + 1e-7)
    a, b, c = NEWTON_SCHULZ
    for _ in range(steps):
        gram = x @ x.T
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x if wide else x.T


def is_matrix(name, parameter):
    return parameter.ndim > 1 and min(parameter.shape[0], parameter[0].numel()) >= NARROWEST and not any(part in name for part in ADAM)


class Muon:
    """Optimizer over `groups`: [{"named": [(name, parameter)], "lr"}]. A matrix moves by rate · 0.2 · √max(rows, columns) · orthogonal(momentum), about as
    far as with AdamW at the same rate (Liu et al. 2025, arXiv 2502.16982), so that both use one rate. `kind`: dtype of the products."""

    def __init__(self, groups, rank, world, weight_decay, kind=torch.bfloat16, momentum=MOMENTUM):
        pick = lambda group, matrices: [p for name, p in group["named"] if is_matrix(name, p) == matrices]
        self.matrices = [{"params": pick(group, True), "lr": group["lr"]} for group in groups]
        others = [{"params": pick(group, False), "lr": group["lr"]} for group in groups]
        self.adam = torch.optim.AdamW(others, betas=(0.9, 0.99), weight_decay=weight_decay, fused=True)
        self.param_groups = self.adam.param_groups + self.matrices
        self.weight_decay, self.momentum, self.rank, self.world, self.kind = weight_decay, momentum, rank, world, kind
        self.every = [p for group in self.matrices for p in group["params"]]
        self.moments = [torch.zeros_like(p) for p in self.every]
        self.mine = self.share_out()

    def share_out(self):
        """Returns the indices of this process's matrices. Matrices are assigned by falling cost, each to the process with the least load."""
        cost = lambda p: p.numel() * min(p.shape[0], p[0].numel())
        loads, mine = [0] * self.world, set()
        for i in sorted(range(len(self.every)), key=lambda i: -cost(self.every[i])):
            least = loads.index(min(loads))
            loads[least] += cost(self.every[i])
            if least == self.rank:
                mine.add(i)
        return mine

    def zero_grad(self):
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.grad = None

    @torch.no_grad()
    def step(self):
        self.adam.step()
        gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in self.every]
        torch._foreach_lerp_(self.moments, gradients, 1 - self.momentum)
        flat = torch.zeros(sum(p.numel() for p in self.every))
        updates = [part.view_as(p) for part, p in zip(flat.split([p.numel() for p in self.every]), self.every)]
        for i in self.mine:
            ahead = torch.lerp(gradients[i], self.moments[i], self.momentum)  # Nesterov's
            updates[i].copy_(orthogonal(ahead.flatten(1), self.kind).view_as(ahead))
        if self.world > 1:
            dist.all_reduce(flat)
        updates = iter(updates)
        for group in self.matrices:
            for parameter in group["params"]:
                reach = 0.2 * max(parameter.shape[0], parameter[0].numel()) ** 0.5
                parameter.mul_(1 - group["lr"] * self.weight_decay).add_(next(updates), alpha=-group["lr"] * reach)

    def state_dict(self):
        return {"adam": self.adam.state_dict(), "moments": self.moments}

    def load_state_dict(self, state):
        self.adam.load_state_dict(state["adam"])
        self.param_groups = self.adam.param_groups + self.matrices
        for moment, kept in zip(self.moments, state["moments"]):
            moment.copy_(kept)
