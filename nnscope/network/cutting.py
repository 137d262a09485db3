"""From `[training]` to batches: which of its keys say how the examples are cut."""

from nnscope.limits import CELLS
from nnscope.network.batches import Batches
from nnscope.network.orders import Drawn, InOrder, Listed, Order, Shuffled, ShuffledOn
from nnscope.scenario.errors import counted, wrong
from nnscope.scenario.model import Array, Scenario
from nnscope.scenario.random import Stream
from nnscope.scenario.schema import TrainingTable


def cut(scenario: Scenario, axis: int | None) -> Batches | None:
    """Cut the data into batches along an axis; None where every iteration is about all of it.

    Raises `ScenarioError` for keys that do not go together, and for data without examples.
    """
    training = scenario.training
    if training is None:
        return None
    _check_keys(training)
    if training.batch_size is None and training.batches is None:
        return None
    where = "[training], batches" if training.batches is not None else "[training], batch_size"
    whole = _examples(scenario, axis, where)
    count = next(iter(whole.values())).shape[axis or 0]
    return Batches(whole, axis or 0, _order(scenario, training, count), {})


def _check_keys(training: TrainingTable) -> None:
    """See that the keys which say how batches are made go together."""
    where = "[training], {}".format
    if training.batches is not None:
        for key in ("batch_size", "shuffle", "replacement"):
            if getattr(training, key):
                raise wrong(where(key), "stands beside batches, which lists the examples already")
    if training.replacement and training.shuffle:
        raise wrong(where("shuffle"), "stands beside replacement: say it with one of them")
    if training.replacement and training.batch_size is None:
        raise wrong(where("replacement"), "needs a batch_size: how many examples are drawn at once")


def _examples(scenario: Scenario, axis: int | None, where: str) -> dict[str, Array]:
    """Give the arrays that are cut, inputs and targets."""
    names = scenario.names
    inputs, targets = scenario.data[names.input], scenario.data[names.target]
    if axis is None or inputs.ndim != 2:
        raise wrong(where, "needs several examples, as rows or columns")
    if targets.ndim != 2 or targets.shape[axis] != inputs.shape[axis]:
        raise wrong(f"[data], {names.target}", "must have as many examples as the inputs")
    return {names.input: inputs, names.target: targets}


def _order(scenario: Scenario, training: TrainingTable, count: int) -> Order:
    if training.batches is not None:
        return _listed(training.batches, count)
    size = training.batch_size or count
    if size > count and not training.replacement:
        raise wrong("[training], batch_size", f"{size} is more than the {count} examples")
    seed = training.shuffle_seed
    if training.replacement:
        width = scenario.data[scenario.names.input].size // max(1, count)
        if size * width > CELLS:
            message = f"{size * width:,} cells; the most is {CELLS:,}"
            raise wrong("[training], batch_size", message)
        return Drawn(count, size, _stream(scenario, seed))
    if not training.shuffle:
        return InOrder(count, size)
    if seed == "stream":
        return ShuffledOn(count, size, scenario.stream)
    return Shuffled(count, size, seed or 0)


def _stream(scenario: Scenario, seed: int | str | None) -> Stream:
    """Give the stream of the file, as its arrays have left it, or one that starts at a seed."""
    if not isinstance(seed, int):
        return scenario.stream
    try:
        return Stream(scenario.generator, seed)
    except ValueError:
        raise wrong("[training], shuffle_seed", "a legacy seed must be below 2**32") from None


def _listed(batches: list[list[int]], count: int) -> Listed:
    """Check batches that are written out: known examples, and only the last one shorter."""
    for number, batch in enumerate(batches):
        where = f"[training], batches[{number}]"
        for place, example in enumerate(batch):
            if example >= count:
                message = f"there is no example {example}: they count from 0 to {count - 1}"
                raise wrong(f"{where}[{place}]", message)
        is_shorter = number == len(batches) - 1 and len(batch) < len(batches[0])
        if len(batch) != len(batches[0]) and not is_shorter:
            raise wrong(where, f"has {counted(len(batch), 'example')}, the first batch has "
                               f"{len(batches[0])}; only the last may have fewer")  # fmt: skip
    return Listed(batches)
