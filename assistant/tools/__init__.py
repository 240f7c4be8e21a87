"""What the assistant can do besides talking: one family of tools a file."""
