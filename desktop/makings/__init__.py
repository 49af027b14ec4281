"""What makes layers by networks, one making for each page."""
