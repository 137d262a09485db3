"""The health of a run: named rules, each with its threshold, what is measured and what helps.

`RULES` is the one table. To add a rule, write how it is measured and add its row.
"""

from collections.abc import Sequence

from nnscope.engine.frame import Frame
from nnscope.insight.health import data, layers, units
from nnscope.insight.health.rule import Finding, Rule

RULES: tuple[Rule, ...] = (
    Rule(
        name="non-finite values",
        measured="The number of cells that are nan or inf",
        side="above",
        threshold=0,
        reference="every number after such a cell is lost",
        advice="Select the cell: a log of 0, a division by 0 or an overflow made it. A smaller "
        "learning rate often helps.",
        measure=data.non_finite,
    ),
    Rule(
        name="rising cost",
        measured="Iterations in a row in which the cost rose",
        side="above",
        threshold=2,
        reference="over all examples, short enough steps never raise the cost: Goodfellow, Bengio "
        "and Courville, Deep Learning, section 4.3; three times in a row is more than rounding",
        advice="The steps are too long: divide the learning rate by 3 or by 10.",
        measure=layers.rises,
    ),
    Rule(
        name="negative learning rate",
        measured="The learning rate",
        side="below",
        threshold=0,
        reference="gradient descent steps against the gradient: Goodfellow, Bengio and Courville, "
        "Deep Learning, section 4.3",
        advice="Every step goes uphill, to a larger cost: leave the minus out, unless that is what "
        "you want.",
        measure=layers.rate,
    ),
    Rule(
        name="exploding gradients",
        measured="Mean size of ∂J/∂Z in the first layer, divided by that in the last",
        side="above",
        threshold=1e3,
        reference="Bengio, Simard and Frasconi 1994; the factor 1000 is nnscope's own",
        advice='Start with smaller weights: scale = "he" for ReLU, "glorot" for tanh.',
        measure=layers.gradient_ratio,
    ),
    Rule(
        name="vanishing gradients",
        measured="Mean size of ∂J/∂Z in the first layer, divided by that in the last",
        side="below",
        threshold=1e-3,
        reference="Glorot and Bengio 2010, figure 7; the factor 1000 is nnscope's own",
        advice='The first layers hardly learn: start with larger weights, scale = "he" for ReLU, '
        '"glorot" for tanh.',
        measure=layers.gradient_ratio,
    ),
    Rule(
        name="dead units",
        measured="The number of examples that switch a unit on",
        side="below",
        threshold=1,
        reference="by definition: the derivative of ReLU is 0 for all examples (Maas, Hannun and "
        "Ng 2013)",
        advice="They get no gradient: lower the learning rate, start with larger biases, or take "
        "leaky_relu.",
        measure=units.switched_on,
    ),
    Rule(
        name="saturated units",
        measured="The slope of a unit's activation, its median over the examples",
        side="below",
        threshold=1e-3,
        reference="0.4 % of the steepest slope of sigmoid, 0.1 % of that of tanh; LeCun and others "
        "1998, Efficient BackProp, section 4.4",
        advice="Hardly any gradient comes through: start with smaller weights, or give the inputs "
        "mean 0 and standard deviation 1.",
        measure=units.slope,
    ),
    Rule(
        name="symmetric units",
        measured="The difference between two units, in weights and gradients",
        side="below",
        threshold=1e-9,
        reference="Goodfellow, Bengio and Courville, Deep Learning, section 8.4; float64 rounds "
        "at 1e-16; float32 at 6e-8, so there 1e-5 counts as none",
        advice="They stay equal for ever and work as one unit: draw the weights at random.",
        measure=units.difference,
    ),
    Rule(
        name="long steps",
        measured="|ΔW| / |W|",
        side="above",
        threshold=1,
        reference="1000 times the customary 1e-3 (Stanford CS231n, Neural Networks 3): the step is "
        "longer than the weights",
        advice="Lower the learning rate, or start with larger weights.",
        measure=layers.update_ratio,
    ),
    Rule(
        name="short steps",
        measured="|ΔW| / |W|, while the cost is still near its first value",
        side="below",
        threshold=1e-6,
        reference="a thousandth of the customary 1e-3 (Stanford CS231n, Neural Networks 3)",
        advice="Almost nothing is learned: raise the learning rate, or look at the gradients.",
        measure=layers.idle_update_ratio,
    ),
    Rule(
        name="feature scales",
        measured="The largest size of a feature, divided by that of another",
        side="above",
        threshold=100,
        reference="LeCun and others 1998, Efficient BackProp, section 4.3; the factor 100 is "
        "nnscope's own",
        advice="Give every feature mean 0 and standard deviation 1 first: no single learning rate "
        "suits them all.",
        measure=data.feature_scales,
    ),
    Rule(
        name="outputs outside 0 to 1",
        measured="The number of outputs that are not probabilities",
        side="above",
        threshold=0,
        reference="cross-entropy takes the logarithm of a probability: Goodfellow, Bengio and "
        "Courville, Deep Learning, section 6.2.2",
        advice="This loss needs a sigmoid in the last layer, or a softmax for several classes.",
        measure=data.improbable,
    ),
    Rule(
        name="class imbalance",
        measured="The share of examples in one class",
        side="above",
        threshold=0.9,
        reference="always answering that class is right nine times in ten; see He and Garcia 2009, "
        "Learning from imbalanced data",
        advice="A low cost says little here: judge each class by itself, or take equally many "
        "examples of each.",
        measure=data.class_share,
    ),
    Rule(
        name="cost at the start",
        measured="The larger of the cost and that of a guess, divided by the smaller",
        side="above",
        threshold=4,
        reference="a guess costs ln K for K classes, ln 2 for yes or no: Stanford CS231n, Neural "
        "Networks 3; the factor 4 is nnscope's own",
        advice="Start with smaller weights in the last layer, and check what the cost divides by.",
        measure=data.start_cost,
    ),
)


def examine(frame: Frame, rules: Sequence[Rule] = RULES) -> tuple[Finding, ...]:
    """Look at a frame with every rule.

    Where this iteration has not come to what a rule needs, the iteration before counts; such a
    finding is marked as stale.
    """
    found = (rule.look(frame) or rule.look_back(frame) for rule in rules)
    return tuple(finding for finding in found if finding is not None)
