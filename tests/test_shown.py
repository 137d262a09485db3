"""What Python and a notebook show of what the API gives: a short line, and a table."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import nnscope
from nnscope.api import Network
from nnscope.tables import html_table

SHOWN: dict[str, Callable[[Network], object]] = {
    "<Network two_layer: 15 lines, cost J>": lambda network: network,
    "<Training: 3 iterations, cost 0.69": lambda network: network.train(3),
    "<Derivation dW2[0, 1] = ": lambda network: network.explain("dW2[0, 1]"),
    "<Event iteration 0, line 1: Z1, shape (4, 3)>": lambda network: next(network.trace(1)),
    "<Program two_layer: 15 lines, 10000 iterations>": lambda network: network.program,
    "<GradientCheck dW2: right, error ": lambda network: network.check_gradients(sample=2)[0],
    "<UpdateCheck W2: right, moves as W2 - learning_rate * dW2 says>": (
        lambda network: network.check_updates()[0]
    ),
}


@pytest.mark.parametrize("begins", list(SHOWN))
def test_everything_is_one_short_line(begins: str) -> None:
    text = repr(SHOWN[begins](nnscope.load("two_layer")))
    assert text.startswith(begins)
    assert len(text) < 100
    assert "\n" not in text


def test_a_list_of_results_has_a_line_for_each_and_is_a_list() -> None:
    network = nnscope.load("deep_network")
    for found in (network.check_gradients(), network.check_updates(), network.verify()):
        assert isinstance(found, list)
        assert repr(found).splitlines() == [repr(each) for each in found]
        assert found


def test_a_notebook_gets_tables() -> None:
    network = nnscope.load("deep_network")
    shown: list[Any] = [
        network, network.train(2), network.explain("dW1[0, 0]"), network.check_gradients(),
        network.check_updates(), network.verify(),
    ]  # fmt: skip
    for each in shown:
        text = each._repr_html_()
        assert text.startswith("<table><thead><tr><th>")
        assert text.count("<tr>") == text.count("</tr>") > 1
    assert "<td>Z1 = W1 @ X + b1</td>" in network._repr_html_()


def test_an_explanation_is_its_text_where_there_are_no_tables() -> None:
    found = nnscope.load("two_layer").explain("dW2[0, 1]")
    shown = found._repr_mimebundle_(include=None, exclude=None)
    assert shown == {"text/plain": str(found), "text/html": found._repr_html_()}
    assert len(shown["text/plain"].splitlines()) > 5


def test_a_long_training_has_a_short_table() -> None:
    text = nnscope.load("two_layer").train(100)._repr_html_()
    assert text.count("<tr>") == 21
    assert "<td>0</td>" in text
    assert "<td>99</td>" in text


def test_what_stands_in_a_table_is_escaped() -> None:
    assert "<td>&lt;b&gt; &amp; 1</td>" in html_table(["a"], [["<b> & 1"]])


def test_dir_lists_what_there_is_without_importing_numpy() -> None:
    assert dir(nnscope) == ["__version__", "load"]
    code = "import sys, nnscope; dir(nnscope); print('numpy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "False\n"
