"""What is found in the scripts of `programs`, and what is said of those that don't open yet."""

from dataclasses import dataclass

_WEIGHTS = ("self.weights[0]", "self.weights[1]", "self.biases[0]", "self.biases[1]")


@dataclass(frozen=True)
class Expected:
    """What is found in a script.

    `loop` is the first row of its training loop, `carried` what an iteration hands on, `gradients`
    what must be measured to be a gradient, `fed` what iterations differ in, all as the reader
    writes them. `nameless` are lines that the script has no name for. `error` says why the
    recording ended before the script did; `is_left_early` that the last pass was broken off after
    its update.
    """

    name: str
    loop: str
    iterations: int
    carried: tuple[str, ...]
    cost: str = ""
    gradients: tuple[str, ...] = ()
    fed: tuple[str, ...] = ()
    nameless: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    error: str = ""
    is_left_early: bool = False

    def __str__(self) -> str:
        return self.name


OPENS = (
    Expected("eleven_lines.py", "for j in range(30):", 30, ("syn0", "syn1")),
    Expected("nonlin_deriv.py", "for iter in range(20):", 20, ("syn0",)),
    Expected(
        "two_layer_dicts.py",
        "for i in range(0, num_iterations):",
        20,
        ("W1", "W2", "b1", "b2"),
        cost="cost",
        gradients=("dW1", "dW2", "db1", "db2"),
    ),
    Expected(
        "llayer_masked.py",
        "for i in range(15):",
        15,
        (
            'params["W1"]',
            'params["W2"]',
            'params["W3"]',
            'params["b1"]',
            'params["b2"]',
            'params["b3"]',
        ),
        cost="cost",
        gradients=(
            'grads["dW1"]',
            'grads["dW2"]',
            'grads["dW3"]',
            'grads["db1"]',
            'grads["db2"]',
            'grads["db3"]',
        ),
    ),
    Expected("class_network.py", "for i in range(25):", 25, ("self.weights1", "self.weights2")),
    Expected(
        "two_layer_net.py",
        "for i in range(12):",
        12,
        ('self.params["W1"]', 'self.params["W2"]', 'self.params["b1"]', 'self.params["b2"]'),
        fed=("t_batch", "x_batch"),
    ),
    Expected(
        "network_lists.py",
        "for mini_batch in mini_batches:",
        8,
        ("b", "w"),
        fed=("x", "y"),
        also=("self.weights[0]", "self.weights[1]", "self.biases[0]", "self.biases[1]"),
    ),
    Expected(
        "lists_comprehension.py",
        "for epoch in range(12):",
        12,
        ("W", "b"),
        cost="loss",
        nameless=("np.tanh(acts[-1] @ W + b)",),
        also=("weights[0]", "weights[1]", "biases[0]", "biases[1]"),
    ),
    Expected(
        "per_example_sum.py",
        "for it in range(10):",
        10,
        ("b", "w"),
        cost="J",
        gradients=("db", "dw"),
    ),
    Expected(
        "sgd_rows.py",
        "for i in range(len(X)):",
        15,
        ("W1", "W2"),
        cost="loss",
        gradients=("dW1", "dW2"),
        fed=("t", "x"),
    ),
    Expected(
        "batch_permutation.py",
        "for start in range(0, X.shape[0], batch_size):",
        12,
        ("W", "b"),
        cost="loss",
        gradients=("dW", "db"),
        fed=("xb", "yb"),
    ),
    Expected(
        "batch_choice.py",
        "for i in range(12):",
        12,
        ("W1", "W2", "b1", "b2"),
        cost="loss",
        gradients=("gW1", "gW2", "gb1", "gb2"),
        fed=("xb", "yb"),
    ),
    Expected(
        "dropout_binomial.py",
        "for j in range(20):",
        20,
        ("synapse_0", "synapse_1"),
        fed=("value",),
        nameless=("value",),
    ),
    Expected(
        "momentum.py",
        "for i in range(15):",
        15,
        ("W1", "W2", "b1", "b2", "vW1", "vW2", "vb1", "vb2"),
        cost="loss",
        gradients=("dW1", "dW2", "db1", "db2"),
    ),
    Expected(
        "adam_class.py",
        "for i in range(12):",
        12,
        ('self.m["W"]', 'self.m["b"]', 'self.v["W"]', 'self.v["b"]', "val"),
        cost="loss",
        gradients=("X.T @ dY", "dY.sum(axis=0)"),
        fed=("self.iter",),
        nameless=("dY.sum(axis=0)", "val"),
    ),
    Expected(
        "adam_flat.py",
        "for step in range(1, 21):",
        20,
        ("b", "mb", "mw", "vb", "vw", "w"),
        cost="loss",
        gradients=("gb", "gw"),
        fed=("step",),
    ),
    Expected(
        "adagrad_zip.py",
        "while n < 12:",
        12,
        ("W", "b", "mW", "mb"),
        cost="loss",
        gradients=("dW", "db"),
    ),
    Expected(
        "early_stop.py",
        "for epoch in range(1000):",
        26,
        ("w",),
        cost="loss",
        gradients=("grad",),
        is_left_early=True,
    ),
    Expected(
        "early_stop_first.py",
        "for epoch in range(500):",
        10,
        ("w",),
        cost="cost",
        gradients=("gradient",),
    ),
    Expected(
        "while_tolerance.py",
        "while cost > tolerance:",
        35,
        ("theta0", "theta1"),
        cost="cost",
        gradients=("d0", "d1"),
    ),
    Expected(
        "nine_line_class.py",
        "for iteration in range(number_of_training_iterations):",
        20,
        ("self.synaptic_weights",),
    ),
    Expected(
        "one_hot.py", "for step in range(10):", 10, ("W", "b"), cost="loss", gradients=("dW", "db")
    ),
    Expected(
        "relu_where.py",
        "for i in range(10):",
        10,
        ("W1", "W2"),
        cost="loss",
        gradients=("dW1", "dW2"),
    ),
    Expected(
        "lr_decay_factor.py",
        "for epoch in range(15):",
        5,
        ("W", "lr"),
        cost="loss",
        gradients=("dW",),
        error="lr_decay_factor.py, line 9: `X @ W` iteration 5 reads other values than the first",
    ),
    Expected("print_every.py", "for i in range(1, 21):", 20, ("b", "w")),
    Expected(
        "square_neuron.py",
        "for i in range(20):",
        20,
        ("b", "w"),
        cost="loss",
        gradients=("dw", "dz"),
    ),
    Expected(
        "weight_decay.py",
        "for it in range(12):",
        12,
        ("W1", "W2", "b1", "b2"),
        cost="loss",
        gradients=("dW1", "dW2", "db1", "db2"),
    ),
    Expected(
        "activation_table.py",
        "for step, loss in train(init(2), X, Y):",
        12,
        ("layer['W']", "layer['b']"),
        cost="loss",
    ),
    Expected("globals_train.py", "for epoch in range(10):", 10, ("b", "w"), cost="loss"),
    Expected(
        "wrong_derivative.py",
        "for i in range(10):",
        10,
        ("W1", "W2", "b1"),
        cost="loss",
        gradients=("dW2",),
    ),
    Expected(
        "breaks_down.py",
        "for i in range(12):",
        8,
        ("W",),
        cost="loss",
        error="breaks_down.py, line 12: NameError: name 'wieghts' is not defined",
        is_left_early=True,
    ),
    Expected(
        "beside/main.py",
        "for epoch in range(12):",
        12,
        ("self.W", "self.b"),
        cost="loss",
        gradients=("self.grad_W", "self.grad_b"),
    ),
    Expected(
        "beside/data_file.py", "for i in range(20):", 20, ("theta",), cost="J", gradients=("grad",)
    ),
    Expected("small_integers.py", "for i in range(10):", 10, ("b", "w")),
    Expected(
        "strided_columns.py",
        "for i in range(10):",
        10,
        ("V", "W"),
        cost="loss",
        gradients=("dV", "dW"),
    ),
    Expected(
        "batch_uneven.py", "for k in range(0, 10, 4):", 9, ("W",), cost="loss", fed=("xb", "yb")
    ),
    Expected(
        "relu_scalars.py",
        "for i in range(10):",
        10,
        ("w1", "w2"),
        cost="loss",
        gradients=("d1", "d2"),
    ),
    Expected(
        "decay_in_two_steps.py",
        "for i in range(10):",
        10,
        ("W", "b", "v"),
        cost="loss",
        gradients=("dW", "db"),
    ),
    Expected(
        "two_models.py",
        "for i in range(steps):",
        5,
        ("w",),
        error="two_models.py, line 6: `X @ w` iteration 5 reads other values than the first",
    ),
    Expected("powers.py", "for i in range(12):", 12, ("b", "w")),
    Expected(
        "data_in_place.py",
        "for k in range(0, 9, 3):",
        12,
        ("w",),
        cost="loss",
        fed=("xb", "yb"),
    ),
    Expected("data_noise.py", "for i in range(8):", 8, ("X", "w"), cost="loss", fed=("noise",)),
    Expected(
        "running_statistics.py",
        "for i in range(9):",
        6,
        ("W", "running"),
        fed=("scale",),
        error="running_statistics.py, line 11: `X.mean(axis=0)` "
        "iteration 6 reads other values than the first",
    ),
    Expected("bool_sum.py", "for i in range(8):", 8, ("W", "b")),
    Expected(
        "out_argument_data.py", "for i in range(8):", 8, ("w",), fed=("value",), nameless=("value",)
    ),
    Expected(
        "single_precision_data.py",
        "for i in range(10):",
        10,
        ("W",),
        cost="loss",
        gradients=("dW",),
        nameless=("number_3.0",),
    ),
    Expected("absolute.py", "for i in range(8):", 8, ("W",), cost="loss", gradients=("dW",)),
)

_NO_WORD = "is not in nnscope's language yet, and a parameter depends on it"
_NO_ORIGIN = "reads an array of which it is not known what made it"
_NO_START = "what it starts from in the first pass is not known"
_NO_LOOP = "no training loop ran: none in which an array is made by adding to what it was"

REFUSED: dict[str, tuple[int, str, str]] = {
    "logistic_course.py": (28, "b - learning_rate * db", _NO_START),
    "llayer_course.py": (19, "dZ[Z <= 0] = 0", _NO_WORD),
    "layer_objects.py": (23, "np.dot(self.weights, self.input)", _NO_ORIGIN),
    "layer_objects_batch.py": (35, "dout[self.mask] = 0", _NO_WORD),
    "per_example_plain.py": (12, "m_current - learningRate * m_gradient", _NO_START),
    "sgd_zip.py": (17, "lr * grad * xi", _NO_ORIGIN),
    "batch_shuffle.py": (8, "y[excerpt]", _NO_WORD),
    "batch_array_split.py": (9, "xb @ W - yb", _NO_ORIGIN),
    "dropout.py": (21, "dh[h <= 0] = 0", _NO_WORD),
    "alias_probs.py": (41, "dhidden[hidden_layer <= 0] = 0", _NO_WORD),
    "build_model.py": (39, "delta3[range(num_examples), y] -= 1", _NO_WORD),
    "relu_copy.py": (26, "grad_h[h < 0] = 0", _NO_WORD),
    "lr_decay.py": (10, "X @ W", "iteration 1 reads other values than the first"),
    "plain_neuron.py": (11, "math.exp(-z)", _NO_WORD),
    "scalar_network.py": (31, "x[1]", _NO_ORIGIN),
    "linear_regression.py": (18, "np.dot(X, self.weights) + self.bias", _NO_START),
    "theta_history.py": (18, "np.dot(X, theta)", _NO_ORIGIN),
    "perceptron.py": (12, "0.1 * target * xi", _NO_ORIGIN),
    "recurrent.py": (38, "np.clip(dparam, -5, 5, out=dparam)", _NO_WORD),
    "flat_vector.py": (0, "", _NO_LOOP),
    "out_argument.py": (0, "", _NO_LOOP),
    "stale_momentum.py": (0, "", _NO_LOOP),
    "python_lists.py": (20, "exp(-activation)", _NO_WORD),
    "row_store.py": (0, "", _NO_LOOP),
    "branch_gradient.py": (
        12,
        "grad ** 2",
        "is not computed in iteration 1, which nnscope can't show yet",
    ),
    "forward_only.py": (0, "", _NO_LOOP),
    "out_argument_bias.py": (
        12,
        "np.subtract(W, 0.1 * dW, out=W)",
        _NO_WORD,
    ),
    "relu_in_place.py": (10, "np.maximum(h, 0, h)", _NO_WORD),
    "single_precision.py": (
        11,
        "W -= 0.1 * dW",
        "has numbers of float32, and nnscope computes in float64",
    ),
    "through_lists.py": (0, "", _NO_LOOP),
    "flat_iterator.py": (12, "W.flat[j] = W.flat[j] - 0.1 * dW.flat[j]", _NO_WORD),
}
"""The row, its expression and the reason that the reader is told of scripts that don't open yet."""
