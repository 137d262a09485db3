"""Eager PyTorch with autograd, in float64 on one thread: bare, and with every intermediate kept.

It is written lean: the ready-made losses, and an update in place instead of an optimizer object.
"""

from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.flat_loops import Array, Loop, Parameters

torch.set_num_threads(1)

ACTIVATIONS: dict[str, tuple[type[nn.Module], type[nn.Module] | None]] = {
    "T": (nn.Tanh, nn.Sigmoid), "S": (nn.Tanh, nn.Sigmoid), "M": (nn.ReLU, None),
    "L": (nn.ReLU, nn.Sigmoid),
}  # fmt: skip


class Weighted(nn.Module):
    """W @ X + b, with an example in each column."""

    def __init__(self, W: Array, b: Array) -> None:
        super().__init__()
        self.W = nn.Parameter(torch.tensor(W))
        self.b = nn.Parameter(torch.tensor(b))

    def forward(self, X: Tensor) -> Tensor:
        """Give the weighted sums."""
        return self.W @ X + self.b


def network(kind: str, start: Parameters) -> nn.Sequential:
    """Build the network of a workload; softmax is a part of its loss."""
    hidden, output = ACTIVATIONS[kind]
    modules: list[nn.Module] = []
    for number in range(1, len(start) // 2 + 1):
        modules += [Weighted(start[f"W{number}"], start[f"b{number}"]), hidden()]
    return nn.Sequential(*modules[:-1], *([output()] if output else []))


class Keeper:
    """Keeps all that an iteration makes: every output, its gradient, and the parameters."""

    def __init__(self, model: nn.Sequential) -> None:
        self.outputs: dict[nn.Module, Tensor] = {}
        self.history: list[list[Tensor | None]] = []
        for module in model:
            module.register_forward_hook(self._keep)
        self._parameters = list(model.parameters())

    def _keep(self, module: nn.Module, _inputs: Any, output: Tensor) -> None:
        output.retain_grad()
        self.outputs[module] = output

    def note(self) -> None:
        """Note the iteration, after its backward pass and before its update."""
        kept: list[Tensor | None] = []
        for output in self.outputs.values():
            kept += [output.detach(), output.grad]
        for parameter in self._parameters:
            kept += [parameter.detach().clone(), parameter.grad]
        self.history = [kept]


def torch_loop(
    X: Array, Y: Array, start: Parameters, learning_rate: float, count: int, *, kind: str,
    keep: bool,
) -> list[float]:  # fmt: skip
    """Train with autograd."""
    model = network(kind, start)
    keeper = Keeper(model) if keep else None
    parameters = list(model.parameters())
    data, target = torch.tensor(X), torch.tensor(Y)
    target = target.argmax(dim=0) if kind == "M" else target
    costs = []
    for _ in range(count):
        output = model(data)
        if kind == "M":
            loss = nn.functional.cross_entropy(output.T, target)
        else:
            loss = nn.functional.binary_cross_entropy(output, target)
        loss.backward()
        costs.append(loss.item())
        if keeper:
            keeper.note()
        with torch.no_grad():
            for parameter in parameters:
                parameter.add_(parameter.grad, alpha=-learning_rate)
                parameter.grad = None
    names = [name for number in range(1, len(start) // 2 + 1) for name in (f"W{number}", f"b{number}")]
    start.update(zip(names, (each.detach().numpy() for each in parameters), strict=True))
    return costs


def _loop(kind: str, keep: bool) -> Loop:
    def run(
        X: Array, Y: Array, start: Parameters, learning_rate: float, count: int
    ) -> list[float]:
        return torch_loop(X, Y, start, learning_rate, count, kind=kind, keep=keep)

    return run


LOOPS: dict[str, Loop] = {kind: _loop(kind, keep=False) for kind in "TSML"}
KEEPING: dict[str, Loop] = {kind: _loop(kind, keep=True) for kind in "TSML"}
