"""What calls and imports cost, as ratios to what the same costs otherwise.

`python -m benchmarks` runs every group of comparisons and prints one table. All subjects of a comparison are measured
in turns within one run (`measure.py`), so that a slow moment of the machine hits all of them; what is compared with
what is in the groups: `calls.py`, `data.py`, `objects.py`, `imports.py`, `builds.py`. `modules/` has the Go code that
is called, `handwritten/` the bindings and loaders written by hand, `peer_worker.py` runs the peer package.
"""
