"""How fast is Lede, and its peers? One file a question; `scripts/bench.py` asks them all."""
