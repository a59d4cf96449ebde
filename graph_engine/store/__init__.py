"""What is written to the graph and how: runs, the lease, batches, history, digest."""
