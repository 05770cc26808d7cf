"""One file for each job of the benchmark."""
