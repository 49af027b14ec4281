"""Pictures in and out, colour arithmetic. No torch, no Qt."""
