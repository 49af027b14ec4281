"""One file a feature: prepare, run, finish."""
