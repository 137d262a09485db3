"""Running text of a scenario file, joined so that the screen can break it for its own width."""


def reflowed(text: str) -> str:
    """Join the lines of each paragraph; indented lines, as in an example, stay as they are."""
    rows: list[str] = []
    for line in text.strip("\n").split("\n"):
        plain = bool(line.strip()) and not line.startswith(" ")
        if plain and rows and rows[-1].strip() and not rows[-1].startswith(" "):
            rows[-1] += f" {line.strip()}"
        else:
            rows.append(line.rstrip())
    return "\n".join(rows)
