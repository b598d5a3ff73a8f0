"""Generations in an OpenSearch cluster: loaded, published, compared and removed by one writer at a time."""
