"""Texts and files that mean harm: control characters everywhere, and whatever breaks a reader."""

import re

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys; a line may end."""

EVIL = "\x1b]0;x\x07 \x9b31m \x7f \x85 \x00 \b \u202eabc\u2066 \u2028 \r \t end"


def in_toml(text: str) -> str:
    """Write a text as TOML may have it: every sign by its number."""
    return '"' + "".join(f"\\U{ord(sign):08x}" for sign in text) + '"'


SCENARIO = f"""\
title = {in_toml("title " + EVIL)}
about = {in_toml("about " + EVIL)}
source = {in_toml("source " + EVIL)}
[data]
X = [[1.0, -0.5, 0.25], [0.5, 2.0, -1.5]]
Y = [[1.0, 0.0, 1.0]]
[[layer]]
units = 2
activation = "relu"
weights = [[0.5, -0.25], [0.125, 1.0]]
[[layer]]
units = 1
activation = "sigmoid"
weights = [[0.75, -1.0]]
[loss]
name = "binary_cross_entropy"
[training]
learning_rate = 0.5
iterations = 12
[[override]]
target = "dZ2"
expression = "(A2 - Y) * 1.0"
because = {in_toml("because " + EVIL)}
[[expect]]
name = "J"
value = 1.0
"""
"""A whole network whose every text is hostile."""

WRONG = {
    "a key": f"{in_toml(EVIL)} = 1\n",
    "a table": f"[{in_toml(EVIL)}]\nx = 1\n",
    "an activation": SCENARIO.replace('"relu"', in_toml(EVIL)),
    "an activation's table": SCENARIO.replace('"relu"', f"{{ name = {in_toml(EVIL)} }}"),
    "an activation's key": SCENARIO.replace('"relu"', f'{{ name = "relu", {in_toml(EVIL)} = 1 }}'),
    "a loss": SCENARIO.replace('"binary_cross_entropy"', in_toml(EVIL)),
    "an expression": SCENARIO.replace('"(A2 - Y) * 1.0"', in_toml(EVIL)),
    "a target": SCENARIO.replace('"dZ2"', in_toml(EVIL)),
    "a name": SCENARIO.replace('name = "J"', f"name = {in_toml(EVIL)}"),
    "a letter": f"[names]\nweight = {in_toml(EVIL)}\n{SCENARIO}".replace("title", "#", 1),
    "an array": SCENARIO.replace("X = [[", f"{in_toml(EVIL)} = 1\nX = [["),
    "a draw": SCENARIO.replace("X = [[", f"V = {{ draw = {in_toml(EVIL)} }}\nX = [["),
    "a file": SCENARIO.replace("X = [[", f"V = {{ file = {in_toml(EVIL + '.csv')} }}\nX = [["),
    "a column": SCENARIO.replace(
        "X = [[", f'V = {{ file = "v.csv", columns = [{in_toml(EVIL)}] }}\nX = [['
    ),
    "a heading": SCENARIO.replace("X = [[", 'V = { file = "v.csv", columns = ["c"] }\nX = [['),
    "a cell": SCENARIO.replace("X = [[", 'V = { file = "w.csv" }\nX = [['),
    "an array of a file": SCENARIO.replace("X = [[", 'V = { file = "v.npz" }\nX = [['),
    "a stop": SCENARIO + f"[[stop]]\ncondition = {in_toml(EVIL)}\n",
    "a stop's line": SCENARIO + f"[[stop]]\nline = {in_toml(EVIL)}\n",
    "a stop's rule": SCENARIO + f"[[stop]]\nhealth = {in_toml(EVIL)}\n",
    "memory": f"memory = {in_toml(EVIL)}\n{SCENARIO}",
    "an optimizer": SCENARIO.replace("[training]", f"[training]\noptimizer = {in_toml(EVIL)}"),
    "a schedule": SCENARIO.replace(
        "[training]", f"[training]\nschedule = {{ name = {in_toml(EVIL)} }}"
    ),
    "a convention": SCENARIO.replace("[training]", f"[training]\nconvention = {in_toml(EVIL)}"),
}
"""Files that are refused, and whose message repeats what is wrong."""
