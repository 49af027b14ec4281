"""What stands around the canvas, one panel a file."""
