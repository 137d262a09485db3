"""The slips that people make in backpropagation: an entry each, to name, to plant, and to tell."""
