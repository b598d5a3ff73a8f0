"""Models behind the Embedder port, one file each."""
