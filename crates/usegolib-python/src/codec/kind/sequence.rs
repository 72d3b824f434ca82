//! What counts as a sequence.
