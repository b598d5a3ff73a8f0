"""The engine over an OpenSearch cluster: it keeps texts, words and vectors; Lede understands, scores and explains."""
