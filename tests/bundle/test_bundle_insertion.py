"""Numbers of evidence in each style, and late pages that move no number that was cited."""

from __future__ import annotations

from pathlib import Path

import pytest

from casefiles.bundle.pagination import THROUGH, following, lettered, number
from casefiles.bundle.plan import BundleError, Exhibit, Group, Numbering, Standing
from casefiles.bundle.preflight import Prepared


def plan(*groups: str) -> tuple[tuple[Group, ...], tuple[Prepared, ...]]:
    """Groups written as "a2 b1": exhibit a of two pages, exhibit b of one."""
    made, prepared = [], []
    for at, written in enumerate(groups, start=1):
        exhibits = []
        for entry in written.split():
            exhibit = Exhibit(entry[0], f"证据材料 {entry[0]}", f"G{at}", None)
            exhibits.append(exhibit)
            prepared.append(Prepared(exhibit, Path("none.pdf"), int(entry[1:]), (), slip=False, native=None))
        made.append(Group(f"G{at}", f"第{at}组", "", tuple(exhibits)))
    return tuple(made), tuple(prepared)


def numbered(*groups: str, numbering: Numbering = THROUGH, standing: Standing | None = None):
    made, prepared = plan(*groups)
    return number(made, prepared, numbering, standing=standing)


def frozen(*groups: str, numbering: Numbering = THROUGH) -> Standing:
    made = numbered(*groups, numbering=numbering)
    return Standing(made.labels, made.marks)


def told(pagination) -> str:
    return " ".join(f"{exhibit}:{pagination.marks[exhibit].removeprefix('证据')}={','.join(labels)}" for exhibit, labels in pagination.labels.items())


BY_GROUP = Numbering("by_group")


@pytest.mark.parametrize(("numbering", "expected"), [
    pytest.param(Numbering(), "a:1=1,2 b:2=3 c:3=4,5,6", id="through"),
    pytest.param(Numbering("prefixed", "P", 4), "a:1=P0001,P0002 b:2=P0003 c:3=P0004,P0005,P0006", id="prefix and zeros"),
    pytest.param(Numbering("prefixed", "2024-", 0), "a:1=2024-1,2024-2 b:2=2024-3 c:3=2024-4,2024-5,2024-6", id="prefix with digits, no zeros"),
    pytest.param(Numbering("prefixed", "", 3), "a:1=001,002 b:2=003 c:3=004,005,006", id="zeros alone"),
    pytest.param(BY_GROUP, "a:1=A1,A2 b:2=A3 c:3=B1,B2,B3", id="by group"),
])  # fmt: skip
def test_styles(numbering, expected):
    assert told(numbered("a2 b1", "c3", numbering=numbering)) == expected


def test_group_letters_stand_on_the_dividers_and_skip_no_group():
    made = numbered("a1", "", "c1", numbering=BY_GROUP)
    assert made.dividers == {"G1": "A", "G2": "B", "G3": "C"}
    assert made.labels["c"] == ("C1",)
    assert numbered("a1", "b1").dividers == {"G1": "第一组", "G2": "第二组"}


@pytest.mark.parametrize(("frozen_plan", "late_plan", "expected"), [
    pytest.param(["a2 b1"], ["a2 x2 b1"], "a:1=1,2 x:1A=2A,2B b:2=3", id="between two exhibits"),
    pytest.param(["a2", "b1"], ["a2 x1 y2", "b1"], "a:1=1,2 x:1A=2A y:1B=2B,2C b:2=3", id="two late ones after each other go on with the letters"),
    pytest.param(["a2 b1"], ["a2 b1 x2 y1"], "a:1=1,2 b:2=3 x:3=4,5 y:4=6", id="at the end the numbers go on"),
    pytest.param(["a2 b1"], ["x1 a2 b1"], "x:0A=0A a:1=1,2 b:2=3", id="before the first"),
    pytest.param(["a2", "b1"], ["a2", "b1", "x1"], "a:1=1,2 b:2=3 x:3=4", id="a group of late papers"),
    pytest.param(["a2 b1"], ["b1 a2 x1"], "b:2=3 a:1=1,2 x:3=4", id="the frozen ones changed places and keep their numbers"),
])  # fmt: skip
def test_late_pages(frozen_plan, late_plan, expected):
    assert told(numbered(*late_plan, standing=frozen(*frozen_plan))) == expected


def test_late_pages_by_group_and_with_prefix():
    by_group = frozen("a2", "b1", numbering=BY_GROUP)
    assert told(numbered("a2 x1", "y1 b1 z1", numbering=BY_GROUP, standing=by_group)) == "a:1=A1,A2 x:1A=A3 y:1B=B0A b:2=B1 z:3=B2"
    prefixed = frozen("a9 b1", numbering=Numbering("prefixed", "P", 4))
    assert told(numbered("a9 x1 b1 y1", standing=prefixed)).endswith("x:1A=P0009A b:2=P0010 y:3=P0011"), "the frozen style stands"


def test_a_new_group_between_frozen_ones_takes_a_letter_that_is_free():
    standing = frozen("a1", "b1", numbering=BY_GROUP)
    groups, prepared = plan("a1", "x1", "b1")
    made = number(groups, prepared, BY_GROUP, standing=standing)
    assert (made.labels["x"], made.labels["b"]) == (("C1",), ("B1",))


def test_a_second_round_goes_on_where_the_first_stopped():
    first = numbered("a2 x1 b1", standing=frozen("a2 b1"))
    again = numbered("a2 x1 y1 b1 z1", standing=Standing(first.labels, first.marks))
    assert told(again) == "a:1=1,2 x:1A=2A y:1B=2B b:2=3 z:3=4"


def test_thirty_late_pages_pass_z():
    labels = numbered("a1 x9 y9 z9 b1", standing=frozen("a1 b1")).labels
    assert labels["x"][0] == "1A"
    assert labels["z"] == ("1S", "1T", "1U", "1V", "1W", "1X", "1Y", "1Z", "1AA"), "the 27th late page comes after Z"
    assert labels["b"] == ("2",)


@pytest.mark.parametrize(("value", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (53, "BA"), (702, "ZZ"), (703, "AAA")])
def test_letters(value, letters):
    assert lettered(value) == letters
    assert following(f"12{letters}") == f"12{lettered(value + 1)}"


@pytest.mark.parametrize(("label", "after"), [("9", "10"), ("P0099", "P0100"), ("999", "1000"), ("A9", "A10"), ("2024-09", "2024-10"), ("12Z", "12AA")])
def test_the_label_that_follows(label, after):
    assert following(label) == after


@pytest.mark.parametrize(("late", "sentence"), [
    pytest.param(["a3 b1"], r"a \(证据1, pages 1–2\) had 2 pages when the bundle was frozen and has 3 now", id="longer"),
    pytest.param(["a1 b1"], "has 1 now", id="shorter"),
    pytest.param(["a2"], r"b \(证据2, pages 3\) stands in the frozen bundle and is gone", id="gone"),
])  # fmt: skip
def test_a_frozen_exhibit_that_changed_is_refused(late, sentence):
    with pytest.raises(BundleError, match=sentence):
        numbered(*late, standing=frozen("a2 b1"))


@pytest.mark.parametrize(("numbering", "sentence"), [
    pytest.param(Numbering("prefixed", "卷1"), "prefix", id="a prefix that ends in a digit"),
    pytest.param(Numbering("prefixed", "P 1-"), "prefix", id="a space"),
    pytest.param(Numbering("prefixed", "a\n"), "prefix", id="a line end"),
    pytest.param(Numbering("prefixed", "P–"), "prefix", id="the dash of ranges"),
    pytest.param(Numbering("prefixed", "P" * 13), "prefix", id="too long"),
    pytest.param(Numbering("prefixed", "P", 99), "digits wide", id="too wide"),
    pytest.param(Numbering("roman"), "no numbering called", id="no such style"),
])  # fmt: skip
def test_a_numbering_that_cannot_be_cited_is_refused(numbering, sentence):
    with pytest.raises(BundleError, match=sentence):
        numbered("a2", "b1", numbering=numbering)
