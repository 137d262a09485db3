"""Screens that open on top: questions, help, the picker, the source of the run loop."""
