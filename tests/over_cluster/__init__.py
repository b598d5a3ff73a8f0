"""Tests that need a cluster, or what stands in for one."""
