"""Does Lede keep its promises when things break? One file a promise; `scripts/torture.py` runs them in full."""
