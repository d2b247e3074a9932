"""Data parallelism on CPUs: single-threaded processes, gradients averaged over gloo; also moving averages and the learning-rate schedule."""

import math
import os
import socket

import torch
import torch.distributed as dist
import torch.multiprocessing as multiprocessing

RAMP = 4  # of the moving average's decay: it covers a quarter of the steps; 10: a tenth


def prepare_process(nice):
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)  # denormals after ReLU and softmax are several times slower on CPUs
    if nice:
        os.nice(5)  # long runs should not slow down interactive work


def worker(rank, world, function, port, arguments):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port), OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    prepare_process(nice=True)
    dist.init_process_group("gloo", rank=rank, world_size=world)
    function(rank, world, *arguments)
    dist.barrier()
    dist.destroy_process_group()


def launch(function, world, *arguments):
    """Runs function(rank, world, *arguments) in `world` processes and waits for all of them."""
    if world == 1:
        prepare_process(nice=False)
        function(0, 1, *arguments)
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    multiprocessing.spawn(worker, (world, function, port, arguments), nprocs=world)


def barrier(world):
    if world > 1:
        dist.barrier()


def average_gradients(parameters, world):
    if world == 1:
        return
    gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
    flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
    dist.all_reduce(flat)
    flat /= world
    start = 0
    for parameter in parameters:
        parameter.grad = flat[start : start + parameter.numel()].view_as(parameter)
        start += parameter.numel()


def agree(value, world):
    """Returns the value of process 0 in every process, because clocks differ and all processes must stop at the same step."""
    shared = torch.tensor([float(value)], dtype=torch.float64)
    if world > 1:
        dist.broadcast(shared, 0)
    return shared.item()


def half_precision(settings):
    """Returns a context with bfloat16 matrix products and float32 weights and sums: 1.8 times the steps on a CPU with AVX-512 BF16."""
    return torch.autocast("cpu", torch.bfloat16, enabled=settings.bfloat16)


class MovingAverage:
    """Exponential moving average of a module's state. The decay is ramped up so that the initial weights are forgotten: until it reaches `decay`, the
    average covers about the last quarter of the steps."""

    def __init__(self, module, decay):
        self.module, self.decay, self.steps = module, decay, 0
        self.state = {name: value.detach().clone() for name, value in module.state_dict().items()}

    @torch.no_grad()
    def step(self):
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (RAMP + self.steps))
        state = self.module.state_dict()
        floating = [name for name, value in state.items() if value.is_floating_point()]
        torch._foreach_lerp_([self.state[name] for name in floating], [state[name] for name in floating], 1 - decay)
        for name in state.keys() - floating:
            self.state[name].copy_(state[name])


def rate_factor(progress, warm=0.02, floor=0.03):
    """Returns the learning-rate factor at `progress` 0..1: linear warm-up, times a cosine from 1 to `floor`."""
    return min(1.0, progress / warm) * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(1.0, progress))))
