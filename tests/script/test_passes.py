"""What counts as a pass of the training loop."""

from pathlib import Path

from tests.script.recording import recorded

STEP = "W = W - 0.1 * X.T @ (X @ W - y)"


def test_a_training_loop_in_a_generator_is_recorded(tmp_path: Path) -> None:
    found = recorded(
        tmp_path,
        f"""
def train(W):
    for step in range(5):
        {STEP}
        yield step
for step in train(W):
    print(step)
""",
    )

    assert (found.error, found.iterations) == ("", 5)


def test_batches_of_an_endless_generator_are_recorded(tmp_path: Path) -> None:
    found = recorded(
        tmp_path,
        f"""
def numbers():
    while True:
        for k in range(2):
            yield k
batches = numbers()
for i in range(5):
    k = next(batches)
    {STEP}
""",
    )

    assert (found.error, found.iterations) == ("", 5)


def test_a_pass_that_is_left_after_its_update_is_an_iteration(tmp_path: Path) -> None:
    found = recorded(
        tmp_path,
        f"""
for i in range(9):
    {STEP}
    if i == 4:
        break
""",
    )

    assert (found.error, found.iterations) == ("", 5)


def test_a_pass_that_is_left_before_its_update_is_none(tmp_path: Path) -> None:
    found = recorded(
        tmp_path,
        f"""
i = 0
while True:
    if i == 4:
        break
    {STEP}
    i += 1
""",
    )

    assert (found.error, found.iterations) == ("", 4)


def test_a_pass_without_an_update_leaves_what_is_carried_as_it_is(tmp_path: Path) -> None:
    found = recorded(
        tmp_path,
        f"""
for i in range(9):
    if i != 4:
        {STEP}
""",
    )

    assert (found.error, found.iterations) == ("", 9)
    assert found.turns["form"] == [(0, 0), (4, 1), (5, 0)]
    assert found.others[0].carried == {"W": "W"}
