"""The tests of the Python package: one file per group of requirements of the specification.

A test names what it covers with two markers: `requirement`, a heading of the specification, and `scenario`, one of
the scenarios under it; `specification.txt` lists all of them and `test_specification.py` compares. The Go modules that
tests import are small ones in `fixtures/`, named by feature and built once per session into one artifact root
(`support/store.py`); tests marked `network` build public modules into the same root.
"""
