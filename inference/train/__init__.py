"""Recipes: one file a bundled weight file. What the studio ships was made by these."""
