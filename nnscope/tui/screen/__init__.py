"""The debugger's screen: its layout, and one class that puts its parts together."""
