"""What is kept of a run, within a cap of bytes: checkpoints, recent iterations, costs."""
