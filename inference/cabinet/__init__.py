"""Which models there are, and loading them safely."""
