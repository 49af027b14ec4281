"""One network family a file, torch only."""
