"""Import any Go module from Python."""
