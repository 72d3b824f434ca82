"""Arguments that are lent instead of copied, and large results that Go lends (docs/abi.md, Lending)."""

from __future__ import annotations

import array
import gc
import resource
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.support.store import Store
from usegolib.errors import GoError

Load = Callable[[str], Any]

LARGE = 100_000


@pytest.fixture
def package(load: Load) -> Any:
    return load("lending")


def test_the_compiler_tells_what_is_lent(store: Store) -> None:
    functions = store.manifest("lending")["symbols"]
    lent = {f["name"]: [p.get("lent") for p in f["params"]] for f in functions}
    assert lent["KeepText"] == lent["KeepBytes"] == lent["KeepRecord"] == lent["KeepNumbers"] == [None]
    assert lent["Invert"] == lent["Double"] == ["change"]
    assert lent["Sum"] == lent["Echo"] == ["read"]
    assert lent["Tail"] == lent["TailText"] == ["read", None]


class TestArguments:
    def test_what_is_kept_stays(self, package: Any) -> None:
        texts = [f"text {i}" * (i + 1) for i in range(50)]
        for i, text in enumerate(texts):
            package.KeepText(text)
            package.KeepBytes(text.encode() * 1000)
            package.KeepRecord({"Name": text, "Tags": [text, "x"], "Raw": b"-" + text.encode()})
            package.KeepNumbers(np.full(1000, float(i)))
            # Writes over the memory of the last request.
            package.Count("word " * 500)
        assert package.Texts()[-50:] == texts
        assert package.Blobs()[-50:] == [text.encode() * 1000 for text in texts]
        assert package.Records()[-50:] == [{"Name": t, "Tags": [t], "Raw": t.encode()} for t in texts]
        assert package.Numbers()[-50:] == [[float(i)] * 999 for i in range(50)]

    def test_what_is_kept_of_maps_stays(self, package: Any) -> None:
        texts = [f"text {i}" * (i + 1) for i in range(50)]
        for i, text in enumerate(texts):
            package.KeepKeys({text: i})
            package.KeepValue({0: text})
            # Writes over the memory of the last request.
            package.Count("word " * 500)
        assert package.Keys()[-100:] == [text for text in texts for _ in range(2)]

    @pytest.mark.parametrize("size", [1, 100, LARGE])
    def test_what_is_changed_is_the_arguments_own_if_that_can_change(self, package: Any, size: int) -> None:
        blob = bytes(size)
        assert package.Invert(blob) == b"\xff" * size
        assert blob == bytes(size)
        writable = bytearray(size)
        assert package.Invert(writable) == b"\xff" * size
        assert writable == b"\xff" * size
        for numbers in (np.ones(size), array.array("d", [1.0] * size), [1.0] * size):
            assert package.Double(numbers) == 2.0 * size
            assert sum(numbers) == 2.0 * size
        fixed = (1.0,) * size
        assert package.Double(fixed) == 2.0 * size
        assert sum(fixed) == size

    def test_what_is_appended_overwrites_nothing(self, package: Any) -> None:
        assert package.Append(b"abc", "tail") == "abcXXXXXXXXtail"
        assert package.Append(b"a" * LARGE, "tail") == "a" * LARGE + "XXXXXXXXtail"

    def test_numbers_are_read_where_they_are(self, package: Any) -> None:
        numbers = np.arange(LARGE, dtype=np.float64)
        assert package.Sum(numbers) == numbers.sum()
        assert package.Sum(numbers[::2]) == numbers[::2].sum()
        assert package.Sum(numbers[::-1]) == numbers.sum()
        unaligned = np.frombuffer(b"\0" + numbers.tobytes(), dtype=np.uint8)[1:].view(np.float64)
        assert package.Sum(unaligned) == numbers.sum()

    @pytest.mark.parametrize("size", [0, 10, LARGE, 1 << 20])
    def test_parts_of_arguments_come_back(self, package: Any, size: int) -> None:
        blob = bytes(i % 251 for i in range(size)) + b"end"
        assert package.Tail(blob, 2) == blob[2:]
        assert package.Tail(memoryview(blob), len(blob)) == b""
        text = "é€😀" * (size // 3) + "\udc80end"
        assert package.TailText(text, len(text.encode("utf-8", "surrogateescape")) - 4) == "\udc80end"
        assert package.TailText(text, 0) == text

    def test_records(self, package: Any) -> None:
        records = [{"Name": "n" * i, "Tags": ["t" * i, ""], "Raw": b"r" * i} for i in range(0, 300, 7)]
        assert package.Echo(records) == records
        assert package.Count("a b a") == {"a": 2, "b": 1}


class TestResults:
    def test_large_results(self, package: Any) -> None:
        text, raw = package.Repeat("ab€", LARGE)
        assert text == "ab€" * LARGE
        assert raw == text.encode()
        assert package.Large == "0123456789" * 10_000
        assert package.Anything() == {"large": package.Large, "bytes": package.Large.encode()}
        pages = package.Pages(5, LARGE)
        assert pages == {c: {"Name": c * LARGE, "Tags": [c * LARGE], "Raw": c.encode() * LARGE} for c in "abcde"}

    def test_large_errors(self, package: Any) -> None:
        with pytest.raises(GoError) as caught:
            package.Complain()
        assert str(caught.value) == package.Large

    def test_memory_is_given_back(self, package: Any) -> None:
        def rounds() -> None:
            for _ in range(300):
                package.Repeat("x", 1 << 20)

        rounds()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        rounds()
        # 600 MiB went through.
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 << 10

    def test_many_threads(self, package: Any) -> None:
        failures: list[int] = []

        def work(n: int) -> None:
            for i in range(40):
                text, raw = package.Repeat(chr(97 + n), LARGE + i)
                if text != chr(97 + n) * (LARGE + i) or raw != text.encode() or package.Tail(raw, i) != raw[i:]:
                    failures.append(n)
                gc.collect(0)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures
