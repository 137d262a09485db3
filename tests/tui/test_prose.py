from nnscope.tui.draw.prose import reflowed


def test_paragraphs_are_joined_and_examples_stay() -> None:
    text = "\nOne line\nand another.\n\nA second:\n\n    kept = 1\n    as = 2\n\nThe\nend.\n"
    assert reflowed(text) == (
        "One line and another.\n\nA second:\n\n    kept = 1\n    as = 2\n\nThe end."
    )
