"""What is found in the scripts of `programs`, and what is said of those that don't open yet."""

# ruff: noqa: E501  messages stand whole

from dataclasses import dataclass


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
    Expected("eleven_lines.py", "for j in range(30):", 30, ("syn0", "syn1"), cost="loss"),
    Expected("nonlin_deriv.py", "for iter in range(20):", 20, ("syn0",), cost="loss"),
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
    Expected(
        "class_network.py",
        "for i in range(25):",
        25,
        ("self.weights1", "self.weights2"),
        cost="loss",
        gradients=("d_weights1", "d_weights2"),
    ),
    Expected(
        "two_layer_net.py",
        "for i in range(12):",
        12,
        ('self.params["W1"]', 'self.params["W2"]', 'self.params["b1"]', 'self.params["b2"]'),
        cost="cost",
        gradients=('grads["W1"]', 'grads["W2"]', 'grads["b1"]', 'grads["b2"]'),
        fed=("t_batch", "value", "x_batch"),
        nameless=("value",),
    ),
    Expected(
        "network_lists.py",
        "for mini_batch in mini_batches:",
        8,
        ("self.biases[0]", "self.biases[1]", "self.weights[0]", "self.weights[1]"),
        cost="loss",
        gradients=("delta_nabla_b[0]", "delta_nabla_b[1]", "delta_nabla_w[0]", "delta_nabla_w[1]"),
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
        cost="loss",
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
        ('params["W"]', 'params["b"]', 'self.m["W"]', 'self.m["b"]', 'self.v["W"]', 'self.v["b"]'),
        cost="loss",
        gradients=('grads["W"]', 'grads["b"]'),
        fed=("self.iter",),
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
        cost="loss",
        gradients=("adjustment",),
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
        15,
        ("W",),
        cost="loss",
        gradients=("dW",),
        fed=("lr",),
    ),
    Expected(
        "print_every.py",
        "for i in range(1, 21):",
        20,
        ("b", "w"),
        cost="loss",
        gradients=("db", "dw"),
    ),
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
        ('layer["W"]', 'layer["b"]'),
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
    Expected("small_integers.py", "for i in range(10):", 10, ("b", "w"), nameless=("value",)),
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
        error="two_models.py, line 7: `w - 0.1 * X.T @ err / len(X)` is not computed in every iteration, which nnscope can't show yet",
    ),
    Expected("powers.py", "for i in range(12):", 12, ("b", "w")),
    Expected(
        "data_in_place.py", "for k in range(0, 9, 3):", 12, ("w",), cost="loss", fed=("xb", "yb")
    ),
    Expected("data_noise.py", "for i in range(8):", 8, ("w",), cost="loss", fed=("X", "noise")),
    Expected(
        "running_statistics.py",
        "for i in range(9):",
        6,
        ("W",),
        fed=("X", "running", "scale"),
        error="running_statistics.py, line 11: `X.mean(axis=0)` reads another `X` than lines above do, in iteration 6, and the same in the first",
    ),
    Expected("bool_sum.py", "for i in range(8):", 8, ("W", "b")),
    Expected(
        "out_argument_data.py", "for i in range(8):", 8, ("w",), fed=("value",), nameless=("value",)
    ),
    Expected(
        "single_precision.py",
        "for i in range(10):",
        10,
        ("W",),
        cost="loss",
        gradients=("dW",),
    ),
    Expected(
        "single_precision_data.py",
        "for i in range(10):",
        10,
        ("W",),
        cost="loss",
        gradients=("dW",),
    ),
    Expected(
        "single_precision_network.py",
        "for step in range(20):",
        20,
        (
            'params["W1"]',
            'params["b1"]',
            'params["W2"]',
            'params["b2"]',
            'velocity["W1"]',
            'velocity["W2"]',
        ),
        cost="loss",
        gradients=("dW1", "db1", "dW2", "db2"),
        fed=("step", "value"),
        nameless=("dscores_change", "value"),
    ),
    Expected("absolute.py", "for i in range(8):", 8, ("W",), cost="loss", gradients=("dW",)),
    Expected(
        "logistic_course.py",
        "for i in range(num_iterations):",
        25,
        ("b", "w"),
        cost="cost",
        gradients=("db", "dw"),
    ),
    Expected(
        "layer_objects.py",
        "for x, y in zip(X, Y):",
        24,
        ("self.bias", "self.weights"),
        cost="error_added",
        gradients=("grad", "weights_gradient"),
        fed=("x", "y"),
        nameless=("error_added",),
    ),
    Expected(
        "layer_objects_batch.py",
        "for i in range(10):",
        10,
        ("self.W", "self.b"),
        cost="loss",
        gradients=("self.dW", "self.db"),
    ),
    Expected(
        "per_example_plain.py", "for i in range(num_iterations):", 20, ("b_current", "m_current")
    ),
    Expected(
        "sgd_zip.py",
        "for xi, yi in zip(X, y):",
        24,
        ("b", "w"),
        cost="loss",
        gradients=("grad",),
        fed=("xi", "yi"),
    ),
    Expected(
        "batch_shuffle.py",
        "for batch in iterate_minibatches(X, y, 3):",
        9,
        ("bias", "theta"),
        cost="loss",
        gradients=("grad_bias", "grad_theta"),
        fed=("xb", "yb"),
    ),
    Expected(
        "batch_array_split.py",
        "for xb, yb in zip(np.array_split(X, 3), np.array_split(y, 3)):",
        9,
        ("W",),
        cost="loss",
        fed=("number_4", "xb", "yb"),
        nameless=("number_4",),
    ),
    Expected(
        "dropout.py",
        "for step in range(10):",
        10,
        ("W1", "W2"),
        cost="cost",
        gradients=("dW1", "dW2"),
        fed=("value",),
        nameless=("value",),
    ),
    Expected(
        "alias_probs.py",
        "for i in range(12):",
        12,
        ("W", "W2", "b", "b2"),
        cost="loss",
        gradients=("dW", "dW2", "db", "db2"),
        nameless=("dscores_change", "value"),
    ),
    Expected(
        "build_model.py",
        "for i in range(0, num_passes):",
        11,
        ("W1", "W2", "b1", "b2"),
        cost="loss",
        gradients=("dW1", "dW2", "db2"),
        nameless=("delta3_change", "epsilon", "reg_lambda"),
    ),
    Expected(
        "relu_copy.py",
        "for t in range(15):",
        15,
        ("w1", "w2"),
        cost="loss",
        gradients=("grad_w1", "grad_w2"),
    ),
    Expected(
        "lr_decay.py",
        "for epoch in range(15):",
        15,
        ("W",),
        cost="loss",
        gradients=("dW",),
        fed=("lr",),
    ),
    Expected(
        "scalar_network.py",
        "for x, y_true in zip(data, all_y_trues):",
        24,
        ("self.b1", "self.b3", "self.w1", "self.w2", "self.w5"),
        cost="loss",
        fed=("x", "y_true"),
    ),
    Expected(
        "linear_regression.py",
        "for _ in range(self.n_iters):",
        20,
        ("self.bias", "self.weights"),
        cost="loss",
        gradients=("db", "dw"),
    ),
    Expected("theta_history.py", "for it in range(iterations):", 10, ("theta",)),
)

REFUSED: dict[str, tuple[int, str, str]] = {
    "llayer_course.py": (
        18,
        "np.array(dA, copy=True)",
        "is not in nnscope's language yet, and a parameter depends on it",
    ),
    "plain_neuron.py": (
        11,
        "math.exp(-z)",
        "is not in nnscope's language yet, and a parameter depends on it",
    ),
    "perceptron.py": (
        9,
        "for xi, target in zip(X, y):",
        "its first passes do not update what later ones do, which nnscope can't show yet",
    ),
    "recurrent.py": (
        38,
        "np.clip(dparam, -5, 5, out=dparam)",
        "is not in nnscope's language yet, and a parameter depends on it",
    ),
    "flat_vector.py": (
        0,
        "",
        "no training loop was found: in none of the loops that ran (line 9) is an array made by adding to what it was; --loop LINE says which one it is",
    ),
    "out_argument.py": (
        0,
        "",
        "no training loop was found: in none of the loops that ran (line 8) is an array made by adding to what it was; --loop LINE says which one it is",
    ),
    "stale_momentum.py": (
        0,
        "",
        "no training loop was found: in none of the loops that ran (line 9) is an array made by adding to what it was; --loop LINE says which one it is",
    ),
    "python_lists.py": (
        20,
        "exp(-activation)",
        "is not in nnscope's language yet, and a parameter depends on it",
    ),
    "row_store.py": (
        0,
        "",
        "no training loop was found: in none of the loops that ran (line 8, 9) is an array made by adding to what it was; --loop LINE says which one it is",
    ),
    "branch_gradient.py": (
        14,
        "60 / norm",
        "is not computed in iteration 1, which nnscope can't show yet",
    ),
    "forward_only.py": (0, "", "no training loop ran"),
    "out_argument_bias.py": (
        12,
        "np.subtract(W, 0.1 * dW, out=W)",
        "is not in nnscope's language yet, and a parameter depends on it",
    ),
    "relu_in_place.py": (
        10,
        "np.maximum(h, 0, h)",
        "is not in nnscope's language yet, and a parameter depends on it",
    ),
    "through_lists.py": (
        0,
        "",
        "no training loop was found: in none of the loops that ran (line 7) is an array made by adding to what it was; --loop LINE says which one it is",
    ),
    "flat_iterator.py": (
        12,
        "W.flat[j] = W.flat[j] - 0.1 * dW.flat[j]",
        "is not in nnscope's language yet, and a parameter depends on it",
    ),
    "zip_outputs.py": (10, "w - 0.5 * np.dot(X.T, delta)", "reads what nnscope lost track of"),
}
"""The row, the code and the reason of what is not possible yet."""
