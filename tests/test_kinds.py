"""Types that are easily taken for others: what they are in Go is what they are in Python."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

import usegolib
from usegolib.errors import UnsupportedTypeError

pytestmark = pytest.mark.requirement("Schema Exchange")
Load = Callable[[str], Any]


@pytest.fixture
def package(load: Load) -> Any:
    return load("kinds")


class TestOptionalFields:
    def test_any_tag_may_say_so(self, package: Any) -> None:
        assert package.EchoOptional({"Kept": 1, "fourth": 4}) == {"Kept": 1, "two": 0, "Third": 0, "fourth": 4}

    def test_only_the_option_counts(self, package: Any) -> None:
        with pytest.raises(UnsupportedTypeError, match="fourth"):
            package.EchoOptional({"Kept": 1})


class TestFieldsOfUnexportedStructs:
    RECORD: ClassVar[dict[str, Any]] = {"Name": "ann", "id": 7, "Tags": ["a"], "Note": "seen", "Age": 40}

    def test_are_in_the_record_of_the_struct_that_embeds_them(self, package: Any) -> None:
        user = package.NewUser("ann")
        assert user == self.RECORD
        assert list(user) == list(self.RECORD)
        assert (user.ID, user.Note, user.Count(), user.Shadowed()) == (7, "seen", 3, "shadowed")

    def test_go_back_with_what_is_hidden(self, package: Any) -> None:
        user = package.NewUser("ann")
        user.ID, user["Note"] = 8, "new"
        again = package.EchoUser(user)
        assert again == self.RECORD | {"id": 8, "Note": "new"}
        assert (again.Count(), again.Shadowed()) == (3, "shadowed")
        assert package.EchoUsers({"k": [user]})["k"][0] == again

    def test_are_given_and_required_like_others(self, package: Any) -> None:
        user = package.EchoUser(self.RECORD)
        assert user == self.RECORD
        assert user.Count() == 0
        with pytest.raises(UnsupportedTypeError, match="Note"):
            package.EchoUser({"Name": "ann", "id": 7, "Tags": [], "Age": 40})
        assert package.EchoUser(package.User(ID=3)).ID == 3

    def test_are_there_in_any_and_in_objects(self, package: Any) -> None:
        assert package.AnyUser() == self.RECORD | {"Name": "any"}
        user = package.UserPointer()
        user.ID = 9
        user.Tags.append("b")
        assert (user.ID, list(user.Tags)) == (9, ["a", "b"])
        assert package.EchoUser(user) == self.RECORD | {"Name": "pointer", "id": 9, "Tags": ["a", "b"]}


class TestStructsThatMustNotBeCopied:
    def test_are_objects(self, package: Any) -> None:
        guarded = package.NewGuarded(3)
        assert isinstance(guarded, usegolib.GoObject)
        assert not isinstance(guarded, dict)
        guarded.Set(4)
        assert (guarded.N, package.NOf(guarded)) == (4, 4)
        counted = package.NewCounted("a")
        assert isinstance(counted, usegolib.GoObject)
        assert counted.Name == "a"

    def test_are_locked_and_unlocked_themselves(self, package: Any) -> None:
        guarded = package.NewGuarded(3)
        guarded.Mutex.Lock()
        assert not guarded.Mutex.TryLock()
        guarded.Mutex.Unlock()
        guarded.Set(5)
        assert guarded.N == 5

    def test_are_made_of_fields(self, package: Any) -> None:
        assert package.Guarded(N=7).N == 7
        assert package.NOf({"N": 8}) == 8

    def test_are_objects_in_what_holds_them(self, package: Any) -> None:
        first = package.Guards[0]
        first.Set(9)
        assert package.Guards[0].N == 9

    def test_pointers_to_locks_may_be_copied(self, package: Any) -> None:
        assert package.NewPointing(3) == {"Mutex": None, "N": 3}


class TestNamedBools:
    def test_keep_type_and_methods(self, package: Any) -> None:
        yes = package.EchoTruth(True)
        assert type(yes) is type(package.Yes) is package.Truth
        assert (yes == True, bool(yes.Not()), yes.Not().Not() == yes) == (True, False, True)  # noqa: E712
        assert package.Truths() == {"both": [True, False]}
        assert package.Truths()["both"][1].Not()

    def test_print_as_bools_or_as_go_does(self, package: Any) -> None:
        yes = package.EchoTruth(True)
        assert (repr(yes), str(yes), f"{yes}", f"{yes.Not()}") == ("True", "True", "True", "False")
        word = package.EchoWord(False)
        assert (str(word), f"{word}", repr(word)) == ("nay", "nay", "False")

    def test_are_taken_for_bools_and_no_numbers(self, package: Any) -> None:
        yes = package.EchoTruth(True)
        assert package.EchoBool(yes) is True
        assert package.EchoBool(yes.Not()) is False
        assert package.IsTruth(yes)
        assert type(package.EchoAny(yes)) is package.Truth
        for function in (package.EchoInt, package.EchoFloat):
            with pytest.raises(UnsupportedTypeError):
                function(yes)
        with pytest.raises(UnsupportedTypeError):
            package.EchoTruth(1)

    def test_are_made_copied_and_pickled(self, package: Any) -> None:
        made = package.Truth(True)
        assert type(made) is package.Truth
        for again in (copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
            assert type(again) is package.Truth
            assert again
