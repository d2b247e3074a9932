import unittest

import torch
from torch import nn

from muon import Muon, orthogonal


class Orthogonal(unittest.TestCase):
    def test_singular_values_become_about_one_and_directions_are_kept(self):
        for shape in ((24, 60), (60, 24), (40, 40)):
            with self.subTest(shape):
                left, _, right = torch.linalg.svd(torch.randn(shape, generator=torch.Generator().manual_seed(2)), full_matrices=False)
                values = torch.linspace(1, 0.05, min(shape))
                found = orthogonal(100 * left @ torch.diag(values) @ right, torch.float32)
                self.assertEqual(found.shape, shape)
                along = left.T @ found @ right.T
                self.assertGreater(along.diagonal().min(), 0.6)
                self.assertLess(along.diagonal().max(), 1.3)
                torch.testing.assert_close(along, torch.diag(along.diagonal()), atol=1e-3, rtol=0)

    def test_zeros_stay_zeros(self):
        self.assertEqual(orthogonal(torch.zeros(16, 16), torch.float32).abs().max(), 0)


class Net(nn.Module):
    """Matrices of several costs, a kernel, and parameters for AdamW."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(16 + 8 * i, 64) for i in range(7)])
        self.kernel = nn.Conv2d(32, 16, 3)
        self.narrow = nn.Linear(64, 2)
        self.embedding = nn.Embedding(100, 32)


def muon(module, rank=0, world=1, **more):
    return Muon([{"named": list(module.named_parameters()), "lr": 0.1}], rank, world, 0.0, torch.float32, **more)


class Shares(unittest.TestCase):
    def test_shares_of_all_processes_are_disjoint_complete_and_even(self):
        module = Net()
        for world in (1, 2, 3):
            with self.subTest(world):
                processes = [muon(module, rank, world) for rank in range(world)]
                every = processes[0].every
                shares = [process.mine for process in processes]
                self.assertEqual(sorted(i for share in shares for i in share), list(range(len(every))))
                cost = lambda i: every[i].numel() * min(every[i].shape[0], every[i][0].numel())
                loads = [sum(map(cost, share)) for share in shares]
                self.assertLessEqual(max(loads) - min(loads), max(map(cost, range(len(every)))))

    def test_one_process_takes_the_costliest_matrix_and_the_other_all_small_ones(self):
        layers = nn.ModuleList([nn.Linear(128, 128), *(nn.Linear(32, 32) for _ in range(6))])
        processes = [muon(layers, rank, 2) for rank in range(2)]
        self.assertEqual([len(process.mine) for process in processes], [1, 6])

    def test_muon_takes_matrices_and_kernels_and_adamw_the_rest(self):
        module = Net()
        optimizer = muon(module)
        names = {id(parameter): name for name, parameter in module.named_parameters()}
        own = {names[id(p)] for p in optimizer.every}
        self.assertEqual(own, {"kernel.weight", *(f"layers.{i}.weight" for i in range(7))})
        others = {names[id(p)] for group in optimizer.adam.param_groups for p in group["params"]}
        self.assertEqual(others, set(names.values()) - own)


class Steps(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(3)
        self.layer = nn.Linear(48, 24, bias=False)

    def stepped(self, gradient, **more):
        before = self.layer.weight.detach().clone()
        self.layer.weight.grad = gradient
        muon(self.layer, **more).step()
        return self.layer.weight.detach() - before

    def test_a_step_depends_on_the_sides_of_the_matrix_and_not_on_the_size_of_its_gradient(self):
        gradient = torch.randn(24, 48, generator=torch.Generator().manual_seed(4))
        far = self.stepped(gradient)
        torch.testing.assert_close(self.stepped(1000 * gradient), far, atol=1e-4, rtol=0)
        expected = -0.1 * 0.2 * 48**0.5 * orthogonal(gradient, torch.float32)
        torch.testing.assert_close(far, expected, atol=1e-4, rtol=0)

    def test_a_matrix_without_a_gradient_does_not_move(self):
        self.assertEqual(self.stepped(None).abs().max(), 0)

    def test_the_matrix_of_another_process_does_not_move(self):
        optimizer = muon(self.layer)
        optimizer.mine = set()
        before = self.layer.weight.detach().clone()
        self.layer.weight.grad = torch.ones(24, 48)
        optimizer.step()
        self.assertTrue(torch.equal(self.layer.weight, before))


if __name__ == "__main__":
    unittest.main()
