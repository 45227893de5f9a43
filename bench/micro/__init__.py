"""What one message costs, by part: `python -m bench.micro`, for whoever tunes the replica; users have `make bench`."""
