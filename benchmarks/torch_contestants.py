"""Eager PyTorch with autograd, in float64 on one thread: bare, and with every intermediate kept."""

from functools import partial
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


def tutorial_loop(
    X: Array, Y: Array, start: Parameters, learning_rate: float, count: int, *, kind: str,
    keep: bool,
) -> list[float]:  # fmt: skip
    """Train with a loss module and an optimizer, as PyTorch's own tutorials do."""
    model = network(kind, start)
    keeper = Keeper(model) if keep else None
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    loss_of = nn.CrossEntropyLoss() if kind == "M" else nn.BCELoss()
    data, target = torch.tensor(X), targets(kind, Y)
    costs = []
    for _ in range(count):
        optimizer.zero_grad()
        output = model(data)
        loss = loss_of(output.T if kind == "M" else output, target)
        loss.backward()
        costs.append(loss.item())
        if keeper:
            keeper.note()
        optimizer.step()
    leave(model, start)
    return costs


def lean_loop(
    X: Array, Y: Array, start: Parameters, learning_rate: float, count: int, *, kind: str,
    keep: bool,
) -> list[float]:  # fmt: skip
    """Train with a loss function and an update in place: as little as can be."""
    model = network(kind, start)
    keeper = Keeper(model) if keep else None
    parameters = list(model.parameters())
    loss_of = nn.functional.cross_entropy if kind == "M" else nn.functional.binary_cross_entropy
    data, target = torch.tensor(X), targets(kind, Y)
    costs = []
    for _ in range(count):
        output = model(data)
        loss = loss_of(output.T if kind == "M" else output, target)
        loss.backward()
        costs.append(loss.item())
        if keeper:
            keeper.note()
        with torch.no_grad():
            for parameter in parameters:
                parameter.add_(parameter.grad, alpha=-learning_rate)
                parameter.grad = None
    leave(model, start)
    return costs


def targets(kind: str, Y: Array) -> Tensor:
    """Give what the loss wants: the number of each example's class, or its truth."""
    target = torch.tensor(Y)
    return target.argmax(dim=0) if kind == "M" else target


def leave(model: nn.Sequential, start: Parameters) -> None:
    """Put the parameters back where they were found."""
    values = [parameter.detach().numpy() for parameter in model.parameters()]
    for number in range(len(values) // 2):
        start[f"W{number + 1}"], start[f"b{number + 1}"] = values[2 * number : 2 * number + 2]


def loops(kind: str) -> dict[str, Loop]:
    """Give the contestants of a workload."""
    return {
        "PyTorch": partial(tutorial_loop, kind=kind, keep=False),
        "PyTorch, all kept": partial(tutorial_loop, kind=kind, keep=True),
        "PyTorch, lean": partial(lean_loop, kind=kind, keep=False),
        "PyTorch, lean, all kept": partial(lean_loop, kind=kind, keep=True),
    }
