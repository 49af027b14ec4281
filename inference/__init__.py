"""What a network does, and the values that go in and out. Never imports desktop."""
