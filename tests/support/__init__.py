"""What tests are made of: the session's artifact root, hand-made artifacts, fresh interpreters."""
