"""The commands, a file each. A command's module is imported only when it runs."""
