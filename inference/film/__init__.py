"""Films: shots, motion, steady colours, and exports that survive a kill."""
