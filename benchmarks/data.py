"""Bulk data: records, maps, numbers and bytes, against serialisers and copies that involve no Go at all."""

from __future__ import annotations

import array
import dataclasses
import sys

import msgspec
import numpy as np

from . import workspace
from .measure import Comparison, detail, in_turns, ratio, statement

# In a fresh interpreter: how often a large result of Go's is copied beside the list that is made of it.
COPIES = """
import resource, sys
import usegolib
package = usegolib.import_(sys.argv[1], artifact_dir=sys.argv[2])
package.MakeFloats(1)
count = 4_000_000
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
before = peak()
made = package.MakeFloats(count)
went_up = peak() - before
slice_of_go = 8 * count
# The allocator gives out multiples of 16 bytes.
floats = count * (-(-sys.getsizeof(0.5) // 16) * 16)
print(max(0, went_up - sys.getsizeof(made) - floats - slice_of_go) / slice_of_go)
"""


def records(count: int) -> list[dict[str, object]]:
    """Records as real data has them: six fields, one of them a record of three."""
    return [
        {
            "Name": f"person number {n}",
            "Email": f"person{n}@example.test",
            "Age": n % 90,
            "Tags": ["first", "second", f"tag{n % 7}"],
            "Scores": {"maths": n, "physics": n * 2, "sport": -n},
            "Nested": {"A": n * 1_000_003, "B": n / 7, "C": f"nested {n}"},
        }
        for n in range(count)
    ]


def compare() -> list[Comparison]:
    """All comparisons of the group."""
    package = workspace.subject()
    encode, decode = msgspec.msgpack.encode, msgspec.msgpack.decode
    people = records(1000)
    counts = {f"key number {n}": n * 1_000_003 for n in range(1000)}
    floats = [n + 0.5 for n in range(10_000)]
    vector = np.array(floats)
    megabyte = bytearray(range(256)) * 4096
    blob = bytes(megabyte)
    assert package.EchoRecords(people) == people
    assert package.EchoCounts(counts) == counts
    typed = package.typed()
    plain_readings, typed_readings = package.Readings(1000), typed.Readings(1000)
    assert [dataclasses.asdict(one) for one in typed_readings] == plain_readings
    assert package.SumFloats(floats) == sum(floats)
    assert package.CountFloats(vector) == len(floats)
    assert package.MakeFloats(10_000) == floats
    assert package.EchoBytes(blob) == blob

    echo = in_turns(
        {
            "records": statement("f(v)", f=package.EchoRecords, v=people),
            "msgspec of records": statement("d(e(v))", d=decode, e=encode, v=people),
            "map": statement("f(v)", f=package.EchoCounts, v=counts),
            "msgspec of map": statement("d(e(v))", d=decode, e=encode, v=counts),
            "1 MiB": statement("f(v)", f=package.EchoBytes, v=blob),
            "copy of 1 MiB": statement("bytes(v)", v=megabyte),
        }
    )
    numbers = in_turns(
        {
            "SumFloats": statement("f(v)", f=package.SumFloats, v=floats),
            "array.array": statement("a('d', v)", a=array.array, v=floats),
            "CountFloats": statement("f(v)", f=package.CountFloats, v=vector),
            "copy": statement("v.copy()", v=vector),
            "Add": statement("f(1, 2)", f=package.Add),
            "MakeFloats": statement("f(10000)", f=package.MakeFloats),
            "tolist": statement("v.tolist()", v=vector),
        }
    )
    structs = in_turns(
        {
            "typed": statement("f(1000)", f=typed.Readings),
            "untyped": statement("f(1000)", f=package.Readings),
        }
    )
    numbers["three copies and a call"] = [
        3 * copy + call for copy, call in zip(numbers["copy"], numbers["Add"], strict=True)
    ]
    return [
        Comparison(
            "echo 1000 records / msgspec encode + decode",
            ratio(echo, "records", "msgspec of records"),
            1.5,
            detail=detail(echo, "records", "msgspec of records"),
        ),
        Comparison(
            "1000 structs as dataclass instances / as dicts",
            ratio(structs, "typed", "untyped"),
            1.1,
            detail=detail(structs, "typed", "untyped"),
        ),
        Comparison(
            "echo map of 1000 / msgspec encode + decode",
            ratio(echo, "map", "msgspec of map"),
            2.5,
            detail=detail(echo, "map", "msgspec of map"),
        ),
        Comparison(
            "echo 1 MiB / bytes(bytearray)",
            ratio(echo, "1 MiB", "copy of 1 MiB"),
            4,
            detail=detail(echo, "1 MiB", "copy of 1 MiB"),
        ),
        Comparison(
            "SumFloats of a 10 000-item list / array.array('d', list)",
            ratio(numbers, "SumFloats", "array.array"),
            1,
            detail=detail(numbers, "SumFloats", "array.array"),
        ),
        Comparison(
            "CountFloats of a numpy array / (3 x copy() + scalar call)",
            ratio(numbers, "CountFloats", "three copies and a call"),
            1,
            detail=detail(numbers, "CountFloats", "copy", "Add"),
        ),
        Comparison(
            "MakeFloats(10000) / ndarray.tolist()",
            ratio(numbers, "MakeFloats", "tolist"),
            1.6,
            detail=detail(numbers, "MakeFloats", "tolist"),
        ),
        Comparison(
            "copies of 4 000 000 floats in memory, beside Go's slice and the list / 1",
            float(workspace.run([sys.executable, "-c", COPIES, workspace.MODULE, str(workspace.store())])),
            1,
        ),
    ]
