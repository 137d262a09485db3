"""One line at a time: what it reads, its sentence, and how its shapes fit."""
