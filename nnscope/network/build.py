"""Building: the way from a scenario to its program."""

from collections import Counter
from collections.abc import Mapping
from math import prod

import numpy as np
from msgspec.structs import replace

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate, held
from nnscope.expression.number_types import of_type
from nnscope.expression.parse import check_name
from nnscope.expression.shapes import Shape, sizes
from nnscope.expression.syntax import Name, Number, names
from nnscope.limits import CELLS
from nnscope.network.activations import ACTIVATIONS
from nnscope.network.backward import Backward, choose_loss
from nnscope.network.batches import Batches
from nnscope.network.cutting import cut
from nnscope.network.dropout import Dropout
from nnscope.network.evaluations import with_evaluations
from nnscope.network.expectations import with_expectations
from nnscope.network.layers import Dense
from nnscope.network.layouts import LAYOUTS
from nnscope.network.line_shapes import line_shapes
from nnscope.network.lines import of_lines
from nnscope.network.masks import Mask, Masks
from nnscope.network.notation import Notation
from nnscope.network.origin import ScenarioOrigin
from nnscope.network.overrides import Overridden, with_overrides
from nnscope.network.penalty import STRENGTH, fitting, penalizing
from nnscope.network.shaping import starting_shapes
from nnscope.network.single import compiled
from nnscope.network.stops import stop_notes
from nnscope.network.templates import fill
from nnscope.network.updates import Trained, Updates
from nnscope.network.warnings import warnings
from nnscope.program.assemble import Wording, assemble
from nnscope.program.assignment import Assignment
from nnscope.program.model import Phase, Program
from nnscope.program.notes import Notes, Rule
from nnscope.program.order import order_of
from nnscope.scenario.errors import Problem, ScenarioError, one_of, wrong
from nnscope.scenario.model import Layer, Scenario
from nnscope.scenario.schema import LossTable, Precision, TrainingTable


def build(scenario: Scenario) -> Program:
    """Compile a scenario into its program, with the shape of every line checked.

    Raises `ScenarioError`, pointing at the table or the line, for an unknown activation, loss or
    optimizer, a name that is used twice, and operands that do not fit.
    """
    try:
        return of_lines(scenario) if scenario.lines else _Builder(scenario).build()
    except ScenarioError as error:
        raise ScenarioError(error.problems, scenario.path) from None


class _Builder:
    """Holds what one program is put together from."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._layout = LAYOUTS[scenario.layout]
        if scenario.layout == "row" and scenario.data[scenario.names.input].ndim == 1:
            self._layout = replace(self._layout, units_axis=0)  # a single example as a vector
        depth = len(scenario.layers)
        self._notation = Notation(scenario.names, depth, scenario.layout == "scalar" and depth == 1)
        self._layers: list[Dense] = []
        for number, layer in enumerate(scenario.layers, 1):
            self._layers.append(self._dense(number, layer))
        self._overridden: Mapping[str, Overridden] = {}
        self._moves: Updates | None = None
        self._late_divisor = ""
        self._batches = cut(scenario, self._layout.examples_axis)
        first = self._batches.at(0) if self._batches else {}
        self._data = {
            name: np.asarray(first.get(name, array)) for name, array in scenario.data.items()
        }

    def build(self) -> Program:
        scenario = self._scenario
        lines = [line for layer in self._layers for line in layer.forward()]
        if scenario.loss:
            lines += self._judged(scenario.loss)
        parameters = self._parameters()
        state: dict[str, Value] = {}
        if scenario.training:
            self._moves = self._updates(scenario.training, lines)
            state = self._moves.state(parameters)
            lines += self._moves.lines()
        self._check_names(lines, parameters, state)
        lines = compiled(lines, scenario.dtype)
        lines, self._overridden = with_overrides(lines, scenario.overrides, scenario.dtype)
        masks = self._masks(self._batches)
        drawn = masks.at(0) if masks else {}
        start = {**self._constants(lines), **drawn, **parameters, **state}
        axes = starting_shapes(scenario, self._layers, start)
        self._check_targets(lines, axes)
        self._check_cost(line_shapes(lines, axes, self._overridden))
        self._describe()
        program = self._assembled(lines, start, axes)
        _check_cells(sum(prod(sizes(shape)) for shape in program.shapes.values()))
        batches = self._counted(start)
        program = replace(program, feed=self._masks(batches) or batches)
        program = replace(program, notes=self._notes(program, list(parameters)))
        program = with_expectations(with_evaluations(program, scenario), scenario.expects)
        return self._with_smaller(program, lines)

    def _assembled(
        self, lines: list[Assignment], start: Mapping[str, Value], axes: Mapping[str, Shape]
    ) -> Program:
        scenario, notation = self._scenario, self._notation
        return assemble(
            ScenarioOrigin(scenario),
            lines,
            start,
            cost=scenario.names.cost if scenario.loss else "",
            iterations=scenario.iterations,
            wording=Wording(notation.symbols, notation.meanings, axes),
        )

    def _with_smaller(self, program: Program, lines: list[Assignment]) -> Program:
        """Add the program's form in the last batch, where that has fewer examples."""
        feed, batches = program.feed, self._batches
        if feed is None or batches is None or not batches.has_smaller:
            return program
        start = {**program.start, **feed.at(feed.count - 1)}
        axes = starting_shapes(self._scenario, self._layers, start)
        try:
            line_shapes(lines, axes, self._overridden)
        except ScenarioError as error:
            told = [
                Problem(each.where, f"in the last, smaller batch: {each.message}")
                for each in error.problems
            ]
            raise ScenarioError(told) from None
        smaller = self._assembled(lines, start, axes)
        smaller = replace(smaller, feed=feed, notes=program.notes)
        order = order_of([0] * (feed.count - 1) + [1])
        return replace(program, others=(smaller,), order=order)

    def _notes(self, program: Program, parameters: list[str]) -> Notes:
        """Declare what the lines do not tell."""
        scenario = self._scenario
        return Notes(
            data=tuple(scenario.data),
            parameters=tuple(parameters),
            rules=self._rules(program),
            updates=self._moves.rules if self._moves else {},
            guess=self._guess(program),
            cancelled=self._cancelled(),
            stops=stop_notes(scenario.stops),
            memory=scenario.memory,
            counts=self._counted_axes(),
            dropped=tuple(
                name
                for layer in self._layers
                if layer.dropout
                for name in (layer.dropout.mask, layer.dropout.keep)
            ),
            late_divisor=self._late_divisor,
            warnings=tuple(warnings(scenario, self._layers[-1], program)),
        )

    def _counted_axes(self) -> dict[str, tuple[str, int | None]]:
        """Tell what m and n count, where the program counts them itself."""
        names_, axis = self._scenario.names, self._layout.examples_axis
        if not self._scenario.loss or axis is None:
            return {}
        counted_ = {"m": (names_.input, axis), "n": (names_.target, None)}
        return {name: of for name, of in counted_.items() if name not in self._scenario.data}

    def _rules(self, program: Program) -> dict[str, Rule]:
        """Tell which named rule a line follows, as far as it is the line that was compiled."""
        rules = dict[str, Rule]()
        for layer in self._layers:
            activation = layer.activation
            rules[layer.names.activation] = Rule(
                layer.layer.activation.name, activation.reference, activation.remark
            )
        if self._scenario.loss:
            loss = choose_loss(self._scenario.loss)
            judged = self._scenario.names.cost
            judged = fitting(judged) if self._scenario.loss.l2 else judged
            rules[judged] = Rule(loss.name.replace("_", " "), loss.reference)
        if self._moves:
            optimizer = self._moves.optimizer
            rule, moved = Rule(optimizer.title, optimizer.reference), self._moves.rules
            rules |= {end: rule for name, end in program.carried.items() if name in moved}
        own = {line.target for line in program.lines if line.because}
        return {target: rule for target, rule in rules.items() if target not in own}

    def _guess(self, program: Program) -> float | None:
        """Give the cost of a network that only guesses, where the targets are classes."""
        loss = self._scenario.loss
        guess = choose_loss(loss).guess if loss else ""
        if loss is None or not guess:
            return None
        found = float(evaluate(fill(guess, K=Number(self._scenario.layers[-1].units)), {}))
        if not loss.l2:
            return found
        penalty = program.lines[program.line_of[penalizing(self._scenario.names.cost)]]
        return found + float(evaluate(penalty.expression, program.start))

    def _cancelled(self) -> frozenset[str]:
        """Name the output whose flat slope the loss cancels, if it does."""
        table, output = self._scenario.loss, self._layers[-1]
        cancels = table and output.layer.activation.name in choose_loss(table).combined
        return frozenset({output.names.activation} if cancels else ())

    def _dense(self, number: int, layer: Layer) -> Dense:
        name, where = layer.activation.name, layer.activation.where
        if name not in ACTIVATIONS:
            raise wrong(where, one_of(name, ACTIVATIONS, "an activation"))
        activation = ACTIVATIONS[name]
        for key in layer.activation.parameters:
            if key not in activation.parameters:
                if not activation.parameters:
                    raise wrong(where, f"{name} has no parameters, found `{key}`")
                raise wrong(where, one_of(key, activation.parameters, f"a parameter of {name}"))
        if self._layout.units_axis is None and activation.several_units:
            raise wrong(where, f"{name} needs several units; scalar notation has one")
        names_ = self._notation.layer(number)
        below = self._layers[-1].output if self._layers else Name(names_.input)
        dropout = self._dropout(number, layer)
        return Dense(
            number, layer, activation, self._layout, names_, self._notation, below, dropout
        )

    def _dropout(self, number: int, layer: Layer) -> Dropout | None:
        """Give what drops a part of a layer, where the scenario asks for it."""
        if layer.keep is None:
            return None
        if number == len(self._scenario.layers):
            raise wrong(layer.where, "the last layer is the output, of which nothing is dropped")
        activation, keep = self._notation.layer(number).activation, f"keep{number}"
        gradient = self._notation.gradient(activation)
        self._notation.meanings[keep] = f"share of the cells of {activation} that dropout keeps"
        return Dropout(activation, gradient, self._notation.mask(number), keep, number)

    def _masks(self, batches: Batches | None) -> Masks | None:
        """Give what draws the masks of dropout, where a layer has one."""
        units_axis, inputs = self._layout.units_axis, self._data[self._scenario.names.input]
        masks = tuple(
            Mask(
                layer.dropout.mask,
                layer.layer.keep,
                layer.layer.units,
                units_axis,
                inputs.ndim == 1,
            )
            for layer in self._layers
            if layer.dropout and layer.layer.keep is not None
        )
        axis = self._layout.examples_axis
        examples = inputs.shape[axis] if axis is not None and inputs.ndim == 2 else 1
        scenario = self._scenario
        largest = batches.order.size if batches else examples
        _check_cells(sum(prod(mask.shape(largest)) for mask in masks))  # before they are drawn
        feed = Masks(masks, scenario.dtype, scenario.generator, scenario.seed, examples, batches)
        return feed if masks else None

    def _judged(self, table: LossTable) -> list[Assignment]:
        loss, names_ = choose_loss(table), self._scenario.names
        inputs, targets = self._data[names_.input], self._data[names_.target]
        axis = self._layout.examples_axis
        if axis is not None and inputs.ndim != 2:
            message = "to be trained on, examples need rows and columns: write [[1.0, 0.5]] for one"
            raise wrong(f"[data], {names_.input}", message)
        divisor = loss.divisor if axis is not None else ""
        if divisor == "n" and targets.size == inputs.shape[axis or 0]:
            divisor = "m"  # one output: as many values as examples
        scalar = axis is None
        name = Name(divisor) if divisor else None
        backward = Backward(self._layers, self._notation, table, loss, name, scalar)
        self._late_divisor = backward.late_divisor.id if backward.late_divisor else ""
        return backward.lines()

    def _updates(self, training: TrainingTable, lines: list[Assignment]) -> Updates:
        """Plan the update of every parameter that has a gradient, in layer order."""
        gradients = {line.gradient_of: line.target for line in lines if line.gradient_of}
        trained = [
            Trained(name, gradients[name], layer.number, decays=name == layer.names.weight)
            for layer in self._layers
            for name in (layer.names.weight, layer.names.bias)
            if name in gradients
        ]
        updates = Updates(training, trained, self._batches.count if self._batches else 1)
        updates.describe(self._notation)
        return updates

    def _parameter_names(self) -> list[str]:
        return [
            name
            for layer in self._layers
            for name in (layer.names.weight, layer.names.bias)
            if name == layer.names.weight or layer.layer.bias is not None
        ]

    def _parameters(self) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for layer in self._layers:
            values[layer.names.weight] = held(layer.layer.weights)
            if layer.layer.bias is not None:
                values[layer.names.bias] = held(layer.layer.bias)
        return values

    def _constants(self, lines: list[Assignment]) -> dict[str, Value]:
        """Give the values that never change: data, hyperparameters, counts that lines read."""
        scenario = self._scenario
        values = {name: held(array) for name, array in self._data.items()}
        extra: dict[str, tuple[float, str]] = {}
        if scenario.loss and self._layout.examples_axis is not None:
            examples = self._data[scenario.names.input].shape[self._layout.examples_axis]
            where = "in the batch" if self._batches else ""
            extra["m"] = (examples, f"number of examples {where}".strip())
            values_ = self._data[scenario.names.target].size
            extra["n"] = (values_, f"number of values in the target {where}".strip())
        if scenario.loss and scenario.loss.l2:
            extra[STRENGTH] = (scenario.loss.l2, "strength of the L2 penalty")
        for layer in self._layers:
            if layer.dropout and layer.layer.keep is not None:
                told = self._notation.meanings[layer.dropout.keep]
                extra[layer.dropout.keep] = (layer.layer.keep, told)
        for name, number in (self._moves.numbers if self._moves else {}).items():
            extra[name] = (number, name.replace("_", " "))
        read = {name for line in lines for name in names(line.expression)}
        taken = {line.target for line in lines}
        for name in [name for name in extra if name in read]:
            if name in taken:
                raise wrong("[names]", f"the name `{name}` is taken: it is the {extra[name][1]}")
            if name in values:
                raise wrong(f"[data], {name}", f"the name is taken: it is the {extra[name][1]}")
            values[name] = _held(extra[name][0], name, scenario.dtype)
            self._notation.meanings[name] = extra[name][1]
        return values

    def _check_names(
        self, lines: list[Assignment], parameters: Mapping[str, Value], state: Mapping[str, Value]
    ) -> None:
        """See that every name stands for one value."""
        dropouts = [layer.dropout for layer in self._layers if layer.dropout]
        again = [line for each in dropouts for line in (*each.forward(), *each.backward())]
        targets = [
            line.target for line in lines if line.phase is not Phase.UPDATE and line not in again
        ]
        made = {line.target for line in lines if line.phase is Phase.UPDATE} - {*parameters}
        made |= {variable.id for each in dropouts for variable in each.variables[1:]}
        names_ = [*targets, *self._parameter_names(), *made]
        for name, times in Counter(names_).items():
            if times > 1:
                raise wrong("[names]", f"`{name}` would be the name of two different values")
        taken = {
            **dict.fromkeys([*targets, *made], "a line of the program computes it"),
            **dict.fromkeys(state, "the optimizer carries it on"),
            **dict.fromkeys([each.mask for each in dropouts], "it is drawn for dropout"),
            **dict.fromkeys(parameters, "it is a parameter of the network"),
        }
        for name in [*self._scenario.data, *taken]:
            where = f"[data], {name}" if name in self._scenario.data else "[names]"
            try:
                check_name(name)
            except ExpressionError as error:
                raise wrong(where, str(error)) from None
            if name in self._scenario.data and name in taken:
                raise wrong(where, f"the name is taken: {taken[name]}")

    def _counted(self, constants: Mapping[str, Value]) -> Batches | None:
        """Tell the batches which of the program's numbers depend on their size."""
        if self._batches is None:
            return None
        size = self._batches.order.size
        counts = {
            name: round(float(constants[name]) / size)
            for name in ("m", "n")
            if name in constants and name not in self._scenario.data
        }
        return replace(self._batches, counts=counts)

    def _check_targets(self, lines: list[Assignment], start: Mapping[str, Shape]) -> None:
        """See that the targets stand cell by cell beside the outputs."""
        if not self._scenario.loss:
            return
        names_, output = self._scenario.names, self._layers[-1].names.activation
        wanted = sizes(line_shapes(lines, start, self._overridden, Phase.FORWARD)[output])
        found = sizes(start[names_.target])
        self._check_examples(sizes(start[names_.input]), found)
        if found != wanted and output in self._overridden:
            message = f"{output} must have the shape of {names_.target}, {found}; found {wanted}"
            raise wrong(self._overridden[output].where, message)
        if found != wanted:
            message = f"the shape must be {wanted}, as that of the output {output}; found {found}"
            raise wrong(f"[data], {names_.target}", message)

    def _check_examples(self, inputs: tuple[int, ...], targets: tuple[int, ...]) -> None:
        """See that there is a target for each example."""
        units, names_ = self._layout.units_axis, self._scenario.names
        if units is None or len(inputs) != 2 or len(targets) != 2:
            return
        count, other = inputs[1 - units], targets[1 - units]
        if count != other:
            message = (
                f"an example is a {'row' if units else 'column'} here, so {names_.input} of shape "
                f"{inputs} has {count} and {names_.target} of shape {targets} has {other}; both "
                "must have as many (`transpose = true` in its table turns an array round)"
            )
            raise wrong(f"[data], {names_.input} and {names_.target}", message)

    def _check_cost(self, shapes: Mapping[str, Shape]) -> None:
        """See that the cost is one number."""
        cost = self._scenario.names.cost
        if self._scenario.loss and shapes[cost]:
            own = self._overridden.get(cost)
            raise wrong(
                own.where if own else "[loss]",
                f"{cost} must be one number; found {sizes(shapes[cost])}",
            )

    def _describe(self) -> None:
        names_, meanings = self._scenario.names, self._notation.meanings
        meanings[names_.input] = "inputs of the network"
        if self._scenario.loss:
            meanings[names_.target] = "targets: what the output should be"
            meanings[names_.cost] = "cost: the number that training makes smaller"
        for name in self._scenario.data:
            meanings.setdefault(name, "data of the scenario")


def _held(number: float, name: str, dtype: Precision) -> Value:
    """Hold a constant in the type of the program; raises `ScenarioError` for one too large."""
    with np.errstate(over="ignore"):
        held_ = of_type(number, np.dtype(dtype))
    if not np.isfinite(held_):
        raise wrong("", f"{name} = {number:g} is too large for {dtype}")
    return held_


def _check_cells(cells: int) -> None:
    """See that the values of one iteration fit into memory together."""
    if cells > CELLS:
        raise wrong("", f"one iteration has values of {cells:,} cells together; the most is "
                        f"{CELLS:,}: take fewer examples or units")  # fmt: skip
