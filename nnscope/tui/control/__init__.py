"""What the keys do: one controller for each kind of key, and the worker behind them."""
