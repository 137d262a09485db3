"""Hostile files, each by its number: the same number is the same file on every machine.

Each is a scenario, with the arrays beside it that it asks for: random bytes, cut and changed
files of the library, numbers that are far too large, brackets in brackets, signs from everywhere.
"""

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.hostile import EVIL, in_toml
from tests.samples import LIBRARY

Random = random.Random

SCENARIO = """\
[data]
X = [[1.0, -0.5, 0.25], [0.5, 2.0, -1.5]]
Y = [[1.0, 0.0, 1.0]]
V = {entry}
[[layer]]
units = 2
activation = "tanh"
[[layer]]
units = 1
activation = "sigmoid"
[loss]
name = "binary_cross_entropy"
[training]
learning_rate = 0.5
iterations = 12
{more}
"""
NUMBERS = (
    "0", "-1", "1", "2", "1e308", "-1e308", "1e-320", "nan", "inf", "-inf", "0.5", "9" * 18,
    "9223372036854775807", "9" * 400, "9" * 5000, "1e999", "0x7fffffff", "0b1", "1_000_000",
    "100000000", "20000001", "4294967296", "true", "1979-05-27",
)  # fmt: skip
TEXTS = (
    '""', '"relu"', '"softmax"', '"adam"', '"row"', '"scalar"', '"J"', '"W1"', '"np.exp(1000)"',
    in_toml(EVIL), in_toml("\u202e" * 9), in_toml("ｘ１²"), '"' + "x" * 30000 + '"',
    '"' + "(" * 900 + '"', '"' + " " * 20000 + 'x"', '"' + "-" * 1900 + '1"', '"../../etc/passwd"',
    '"/dev/zero"', "'''\n\n'''",
)  # fmt: skip
PARTS = ("[]", "[[]]", "{}", "[1, [2]]", "[" * 300 + "]" * 300, "[0, 0]", "[1000000, 1000000]",
         "{ draw = 'randn' }", "{ draw = 'zeros', shape = [5000, 4000] }",
         "{ draw = 'linspace', shape = [0, 9223372036854775807] }", "{ value = [[nan, inf]] }",
         "{ draw = 'integers', low = -1e300, high = 1e300, shape = [2] }",
         "{ dataset = 'xor', one_hot = 1000000000 }", "{ a.b.c.d.e.f.g.h.i.j.k = 1 }")  # fmt: skip
WORDS = (
    "J", "W1", "dW2", "A1", "Z1.T", "X", "m", "1", "0", "1e308", "9 ** 64", "2 ** -64", "(", ")",
    "[", "]", "[0, 0]", "[::-1]", "[9:1]", "[10 ** 9]", "+", "-", "*", "/", "**", "@", "<", "==",
    "and", "or", "not", "np.exp(", "np.log(", "np.sum(", "np.where(", "np.linalg.norm(", "axis=0",
    "keepdims=True", ",", "sigmoid(", "softmax(", "lambda: 0", "__import__('os')", "'a'", "time",
    "on", "changes", "by", "sign", "begins", "health", "line", "dead units", "backward", "\x1b[2J",
    "\u202e", "１", "²", "é", "  ", "\n", "\x00",
)  # fmt: skip


def hostile_file(number: int, folder: Path) -> Path:
    """Write the hostile file of this number into a folder; give its path."""
    chance = Random(number)
    make = KINDS[number % len(KINDS)]
    text = make(chance, folder)
    name = chance.choice(("mine", "m\x1b]0;x\x07", "\u202emine", "a b", "é\n", "m" * 200))
    path = folder / f"{name}.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return path


def _library(chance: Random) -> str:
    return chance.choice(sorted(LIBRARY.glob("*.toml"))).read_text(encoding="utf-8")


def _bytes(chance: Random, _folder: Path) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 10, 1000, 10**5, 2**20 + 1)))


def _signs(chance: Random, _folder: Path) -> str:
    signs = "[]{}=\".'#\n ,-+0123456789abcdef\\\t\x00\x1b\u202e\r_"
    return "".join(chance.choices(signs, k=chance.choice((10, 1000, 50000))))


def _cut(chance: Random, _folder: Path) -> bytes:
    whole = _library(chance).encode()
    return whole[: chance.randrange(len(whole))] + chance.choice((b"", b"\xff", b"\x00", b'"'))


def _changed(chance: Random, _folder: Path) -> bytes:
    whole = bytearray(_library(chance).encode())
    for _ in range(chance.choice((1, 3, 30))):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    return bytes(whole)


def _values(chance: Random, _folder: Path) -> str:
    """Put other values behind some keys of a good file."""
    lines = _library(chance).split("\n")
    for _ in range(chance.randint(1, 4)):
        at = chance.choice([at for at, line in enumerate(lines) if " = " in line] or [0])
        value = chance.choice(chance.choice((NUMBERS, TEXTS, PARTS)))
        lines[at] = f"{lines[at].partition(' = ')[0]} = {value}"
    return "\n".join(lines)


def _shuffled(chance: Random, _folder: Path) -> str:
    lines = _library(chance).split("\n")
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(lines))
        moved = lines.pop(at) if chance.random() < 0.5 else lines[at]
        lines[chance.randrange(len(lines) + 1) : 0] = [moved] * chance.choice((1, 1, 1000))
    return "\n".join(lines)


def _deep(chance: Random, _folder: Path) -> str:
    count = chance.choice((10, 100, 1000, 10000, 100000))
    opened, closed = chance.choice(
        (("[", "]"), ("{a=", "}"), ("a.", "b"), ('"a b" . ', "c"), ("(", ")"))
    )
    before = chance.choice(("x = ", "[", "", SCENARIO.format(entry="1", more="") + "[names]\n"))
    return f"{before}{opened * count}1{closed * count}\n"


def _many(chance: Random, _folder: Path) -> str:
    row = chance.choice((
        "a{0} = 1\n", "[a{0}]\n", "[[layer]]\nunits = 2\n", "[[stop]]\nline = 'J'\n",
        "[[expect]]\nname = 'J'\nvalue = 1\n", "[[override]]\ntarget = 'a{0}'\nexpression = '1'\n",
        "a{0}.b.c = 1\n", "# {0}\n", "[data]\na{0} = 1\n",
    ))  # fmt: skip
    count = chance.choice((30, 150, 600, 20000))
    rows = "".join(row.format(number) for number in range(count))
    return SCENARIO.format(entry="1", more=rows) if chance.random() < 0.6 else rows


def _expression(chance: Random, _folder: Path) -> str:
    target = chance.choice(("dZ2", "Z1", "A1", "J", "W1", "dW2"))
    own = f'[[override]]\ntarget = "{target}"\nexpression = {in_toml(_words(chance))}\n'
    expect = f"[[expect]]\nname = {in_toml(_words(chance))}\nvalue = 1.0\n"
    return SCENARIO.format(entry="1", more=own + chance.choice((expect, "")))


def _formula(chance: Random, _folder: Path) -> str:
    """Put a line that can be read and does harm when it is computed."""
    target, form = chance.choice((
        ("dZ2", "(A2 - Y) * {0}"), ("dZ2", "{0} / (A2 - A2)"), ("A1", "np.exp({0} * Z1)"),
        ("A1", "np.log(-np.square(Z1) * {0})"), ("J", "np.sum(A2 - Y) / {0}"),
        ("J", "1 / {0} + np.sum(A2)"), ("A1", "(Z1 > {0}) * {1}"), ("A1", "Z1 > {0}"),
        ("Z1", "W1 @ (X * {0}) + b1"), ("A1", "np.sqrt(Z1 - {0}) ** {1}"), ("A1", "Z1 ** ({0})"),
        ("dW2", "dZ2 @ A1.T / {0}"), ("W1", "W1 - {0} * dW1"), ("W1", "W1 * dW1 / {0}"),
        ("A2", "np.where(Z2 > {0}, Z2, {1} * Z2)"), ("A2", "Z2[::-1, ::-1] + {0}"),
        ("db1", "np.max(dZ1, axis=1, keepdims=True) * {0}"), ("A1", "softmax(Z1 * {0}, axis=0)"),
    ))  # fmt: skip
    numbers = ("0", "1e308", "-1e308", "1e-320", "5e-324", "-1", "2", "0.0", "64", "m", "J")
    line = form.format(*chance.choices(numbers, k=2))
    own = f'[[override]]\ntarget = "{target}"\nexpression = "{line}"\n'
    watched = chance.choice(("J", "np.sum(dW1)", "W1[0, 0]", "np.max(A1)"))
    stop = f"[[stop]]\ncondition = '{watched} > {chance.choice(numbers[:7])}'\n"
    expect = f"[[expect]]\nname = '{watched}'\nvalue = {chance.choice(NUMBERS[:11])}\n"
    return SCENARIO.format(entry="1", more=own + chance.choice((stop, expect, "")))


def _digits(chance: Random, _folder: Path) -> str:
    """Change digits of a good file, and words into others that may stand there."""
    text = _library(chance)
    for _ in range(chance.choice((1, 5, 40))):
        at = chance.choice([at for at, sign in enumerate(text) if sign.isdigit()])
        text = text[:at] + chance.choice("0123456789") + text[at + 1 :]
    for word in ("tanh", "relu", "sigmoid", "column", "gradient_descent", "default", "randn"):
        other = chance.choice((word, "softmax", "identity", "row", "adam", "legacy", "ones"))
        text = text.replace(f'"{word}"', f'"{other}"') if chance.random() < 0.2 else text
    return text


def _stop(chance: Random, _folder: Path) -> str:
    key = chance.choice(("condition", "line", "health"))
    more = chance.choice(("", "changes = nan\n", "changes = 'sign'\n", "hits = 999999999\n"))
    own = f"[[stop]]\n{key} = {in_toml(_words(chance))}\n{more}"
    return SCENARIO.format(entry="1", more=own)


def _words(chance: Random) -> str:
    return chance.choice(("", " ")).join(chance.choices(WORDS, k=chance.choice((1, 3, 8, 300))))


def _csv(chance: Random, folder: Path) -> str:
    cells = (*NUMBERS, "1_0", "１", "", " ", '"', '""', "a", EVIL, "x" * 200000, '"\n"', "nan")
    rows = chance.choice((0, 1, 5, 500))
    text = "\n".join(
        ",".join(chance.choices(cells if chance.random() < 0.3 else ("1", "2.5"), k=3))
        for _ in range(rows)
    ).encode("utf-8", "surrogatepass")
    content = chance.choice((
        text, text[: len(text) // 2], chance.randbytes(1000), b"1," * 10**6 + b"1",
        b"1\n" * 1_100_000, ("1," * 999 + "1\n").encode() * 1500, b"\xff\xfe" + text,
    ))  # fmt: skip
    (folder / "v.csv").write_bytes(content)
    more = chance.choice(
        ("", ", columns = [0, 1]", ", columns = ['a']", f", columns = {[0] * 5000}")
    )
    return SCENARIO.format(entry=f"{{ file = 'v.csv'{more} }}", more="")


def _npy(chance: Random, folder: Path) -> str:
    (folder / "v.npy").write_bytes(_saved(chance))
    more = chance.choice(("", ", transpose = true", ", one_hot = 3", ", shape = [2, 3]"))
    return SCENARIO.format(entry=f"{{ file = 'v.npy'{more} }}", more="")


def _saved(chance: Random) -> bytes:
    """Give the bytes of an array that NumPy saved, broken in some way."""
    header = chance.choice((
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000)}",
        "{'descr': '|u1', 'fortran_order': True, 'shape': (5000, 4000)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", "(" * 5000, "-" * 9000 + "1",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "{" + "'a':" * 2000,
        "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}", EVIL,
    ))  # fmt: skip
    length = chance.choice((len(header), 10, 65535, 2**31))
    told = length.to_bytes(4, "little") if length > 65535 else length.to_bytes(2, "little")
    version = b"\x02\x00" if length > 65535 else b"\x01\x00"
    made = b"\x93NUMPY" + version + told + header.encode("utf-8", "replace") + bytes(20000)
    stream = io.BytesIO()
    np.save(stream, np.arange(6.0).reshape(2, 3))
    whole = bytearray(stream.getvalue())
    for _ in range(3):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    cut = bytes(whole)[: chance.randrange(len(whole))]
    return chance.choice((made, bytes(whole), cut, chance.randbytes(300)))


def _npz(chance: Random, folder: Path) -> str:
    stream = io.BytesIO()
    method = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA))
    with zipfile.ZipFile(stream, "w", method) as archive:
        for number in range(chance.choice((0, 1, 2, 1500))):
            name = chance.choice(("a", "../a", EVIL.replace("\0", ""), "a" * 500, "é"))
            content = bytes(3 * 10**7) if chance.random() < 0.1 and not number else _saved(chance)
            archive.writestr(f"{name}{number}.npy", content)
    whole = bytearray(stream.getvalue())
    for _ in range(chance.choice((0, 1, 20))):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    (folder / "v.npz").write_bytes(whole[: chance.choice((len(whole), len(whole) // 2))])
    more = chance.choice(("", ", name = 'a0'", f", name = {in_toml(EVIL)}"))
    return SCENARIO.format(entry=f"{{ file = 'v.npz'{more} }}", more="")


def _large(chance: Random, _folder: Path) -> str:
    """Ask for sizes at the bounds and beyond."""
    examples = chance.choice((1, 1000, 10**4, 10**5, 5 * 10**5, 10**6, 2**62))
    units = chance.choice((1, 2, 20, 100, 5000, 2**62))
    return (
        f"[data]\nX = {{ draw = 'randn', shape = [2, {examples}] }}\n"
        f"Y = {{ draw = 'rand', shape = [1, {examples}], above = 0.5 }}\n"
        f"[[layer]]\nunits = {units}\nactivation = 'relu'\ndropout = 0.5\n"
        + "[[layer]]\nunits = 1\nactivation = 'sigmoid'\n[loss]\nname = 'binary_cross_entropy'\n"
        f"[training]\noptimizer = '{chance.choice(('adam', 'gradient_descent'))}'\n"
        f"learning_rate = {chance.choice(NUMBERS[:7])}\n"
        f"iterations = {chance.choice(('1', '9223372036854775807', '1000000000000'))}\n"
        + chance.choice(("", "batch_size = 7\nshuffle = true\n", "batch_size = 1000\n"))
    )


KINDS: tuple[Callable[[Random, Path], str | bytes], ...] = (
    _bytes, _signs, _cut, _changed, _values, _values, _shuffled, _deep, _many, _expression,
    _formula, _formula, _formula, _digits, _digits, _stop, _csv, _npy, _npz, _large,
)  # fmt: skip
