"""Models behind the Reranker port, one file each."""
