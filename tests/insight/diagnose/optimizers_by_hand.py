"""Optimizers written by hand into a flat script, right and with what learners make of them."""

from dataclasses import dataclass

from tests.insight.diagnose.by_hand import TANH

_PARAMETERS = ("W1", "b1", "W2", "b2")
ADAM = """\
vP = beta1 * vP + (1 - beta1) * dP
sP = beta2 * sP + (1 - beta2) * dP ** 2
mP = vP / (1 - beta1 ** t)
nP = sP / (1 - beta2 ** t)
P = P - learning_rate * mP / (np.sqrt(nP) + epsilon)"""
AVERAGE = """\
vP = beta * vP + (1 - beta) * dP
P = P - learning_rate * vP"""
STEP = """\
vP = beta * vP - learning_rate * dP
P = P + vP"""
SUM = """\
vP = beta * vP + dP
P = P - learning_rate * vP"""
RMSPROP = """\
sP = beta * sP + (1 - beta) * dP ** 2
P = P - learning_rate * dP / (np.sqrt(sP) + epsilon)"""


@dataclass(frozen=True)
class Rule:
    """The lines of a parameter `P`, and the slip of which one of its lines has to be accused.

    `old` is replaced by `new` in them; a rule without a slip is right.
    """

    lines: str
    slip: str = ""
    old: str = ""
    new: str = ""

    def __repr__(self) -> str:
        return f"{self.slip or 'right'}: {self.new or self.lines.splitlines()[0]}"

    @property
    def written(self) -> str:
        assert self.old in self.lines
        return self.lines.replace(self.old, self.new) if self.old else self.lines

    @property
    def script(self) -> str:
        body = [text for key, text in TANH.body().items() if not key.startswith("new")]
        own = [line.replace("P", name) for name in _PARAMETERS
               for line in self.written.splitlines()]  # fmt: skip
        rows = [*body, "t += 1", *own]
        states = [f"{letter}{name} = np.zeros_like({name})" for name in _PARAMETERS
                  for letter in "vs"]  # fmt: skip
        numbers = ["beta, beta1, beta2, epsilon = 0.9, 0.9, 0.99, 1e-8", "t = 0"]
        start = [
            *TANH.head(),
            *numbers,
            *states,
            *(f"o{name} = {name}.copy()" for name in _PARAMETERS),
        ]
        return "\n".join([*start, "for i in range(8):", *(f"    {row}" for row in rows), ""])

    @property
    def changed(self) -> set[str]:
        """The lines that are at fault, in the names of all parameters."""
        lines = {*self.written.splitlines()} - {*self.lines.splitlines()}
        return {line.replace("P", name) for line in lines for name in _PARAMETERS}


RIGHT = (
    Rule(ADAM), Rule(AVERAGE), Rule(STEP), Rule(SUM), Rule(RMSPROP),
    Rule(STEP, old="- learning_rate", new="- (1 - beta) * learning_rate"),
    Rule("stepP = learning_rate * dP\nP -= stepP"),
    Rule("deltaP = -learning_rate * dP\nP += deltaP"),
    Rule("dP = np.clip(dP, -0.05, 0.05)\nP -= learning_rate * dP"),
    Rule(f"{ADAM}\nP = P - learning_rate * 0.01 * P"),
    Rule("deltaP = -learning_rate * dP + beta * (P - oP)\noP = P.copy()\nP += deltaP"),
    Rule("vP = beta * vP + dP\nP -= learning_rate * (dP + beta * vP)"),
)  # fmt: skip

WRONG = (
    Rule(ADAM, "correction-left-out", " / (1 - beta2 ** t)", " * 1.0"),
    Rule(ADAM, "correction-left-out", " / (1 - beta1 ** t)", " * 1.0"),
    Rule(ADAM, "correction-multiplied", "sP / (1", "sP * (1"),
    Rule(ADAM, "correction-without-step", "beta1 ** t", "beta1 * t"),
    Rule(ADAM, "other-beta", "(1 - beta2 ** t)", "(1 - beta1 ** t)"),
    Rule(ADAM, "beta-exchanged", "beta1 * vP + (1 - beta1) * dP",
         "(1 - beta1) * vP + beta1 * dP"),
    Rule(ADAM, "beta-exchanged", "beta2 * sP + (1 - beta2) * dP",
         "(1 - beta2) * sP + beta2 * dP"),
    Rule(ADAM, "square-not-taken", " ** 2", ""),
    Rule(ADAM, "root-left-out", "(np.sqrt(nP) + epsilon)", "(nP + epsilon)"),
    Rule(ADAM, "epsilon-left-out", " + epsilon", ""),
    Rule(ADAM, "sign-of-step", "P - learning_rate", "P + learning_rate"),
    Rule(ADAM, "rate-applied-twice", "learning_rate", "learning_rate ** 2"),
    Rule(ADAM, "rate-not-applied", "learning_rate * ", ""),
    Rule(ADAM, "correction-in-state", "mP = vP / (1 - beta1 ** t)\nnP = sP / (1 - beta2 ** t)\n"
         "P = P - learning_rate * mP / (np.sqrt(nP)", "vP /= 1 - beta1 ** t\nsP /= 1 - beta2 ** t\n"
         "P = P - learning_rate * vP / (np.sqrt(sP)"),
    Rule(ADAM, "state-forgotten", "vP = beta1", "vP = np.zeros_like(P)\nvP = beta1"),
    Rule(AVERAGE, "sign-of-step", "P - learning_rate", "P + learning_rate"),
    Rule(AVERAGE, "beta-exchanged", "beta * vP + (1 - beta) * dP",
         "(1 - beta) * vP + beta * dP"),
    Rule(AVERAGE, "state-not-decayed", "beta * vP", "vP"),
    Rule(AVERAGE, "rate-applied-twice", "(1 - beta) * dP", "learning_rate * dP"),
    Rule(STEP, "sign-of-step", "P + vP", "P - vP"),
    Rule(STEP, "sign-of-step", "vP - learning_rate", "vP + learning_rate"),
    Rule(STEP, "rate-applied-twice", "+ vP", "+ learning_rate * vP"),
    Rule(SUM, "rate-applied-twice", "+ dP", "+ learning_rate * dP"),
    Rule(SUM, "state-forgotten", "vP = beta", "vP = np.zeros_like(P)\nvP = beta"),
    Rule(SUM, "two-names-for-one-array", "vP = beta * vP + dP\nP = P - learning_rate * vP",
         "oP = P\nP = P - learning_rate * dP + beta * (P - oP)"),
    Rule(RMSPROP, "square-not-taken", " ** 2", ""),
    Rule(RMSPROP, "root-left-out", "(np.sqrt(sP) + epsilon)", "(sP + epsilon)"),
    Rule(RMSPROP, "beta-exchanged", "beta * sP + (1 - beta) * dP", "(1 - beta) * sP + beta * dP"),
    Rule(RMSPROP, "share-left-out", "(1 - beta) * dP", "dP"),
    Rule(RMSPROP, "sign-of-step", "P - learning_rate", "P + learning_rate"),
    Rule(RMSPROP, "rate-applied-twice", "learning_rate", "learning_rate ** 2"),
    Rule(RMSPROP, "rate-not-applied", "learning_rate * ", ""),
)  # fmt: skip
