"""The health of a run: rules, what they measure, and how long gradients and steps are."""
