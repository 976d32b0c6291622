"""Court profiles: ours say that they are ours, a firm adds its own, and a wrong file names itself, the line and the key."""

from __future__ import annotations

import pytest

from casefiles import runtime
from casefiles.config import Config
from casefiles.errors import WrongSetting
from casefiles.law import LawError, Supplement, load_law, use, use_courts
from casefiles.law.courts import read_courts
from casefiles.law.shapes import CourtLimits

HEAD = "version: 1\ncourts:\n  mine:\n    zh: 某法院\n    en: A court\n"
OWN = HEAD + "    source: 法院网站 2026-07-01\n    verify: true\n    limits: {mb_per_file: 20, formats: [PDF, jpg], pages_per_file: null}\n    layout: {numbering: prefixed, prefix: A, width: 4, duplex: yes, form: element}\n"


@pytest.fixture
def back_to_the_package():
    yield
    use_courts(None)


def own(tmp_path, text):
    path = tmp_path / "courts.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_profiles_of_the_package_say_in_both_languages_that_they_are_ours():
    courts = read_courts()
    assert set(courts) == {"default", "paper-filing", "split-50mb"}
    for court in courts.values():
        assert "并非任何法院的规定" in court.note.zh
        assert "no court's rule" in court.note.en
        assert court.source == "本软件自设 / set by this software"


def test_the_default_limits_nothing_but_file_names():
    # no invented number: what no court told us is no limit; 85 is what a file system takes (255 bytes of three a Chinese sign)
    assert read_courts()["default"].limits == CourtLimits(formats=(), mb_per_file=None, mb_total=None, files=None, pages_per_file=None, file_name_length=85)


def test_a_firm_adds_a_court(tmp_path):
    courts = read_courts(own(tmp_path, OWN))
    mine = courts["mine"]
    assert set(courts) == {"default", "paper-filing", "split-50mb", "mine"}
    assert (mine.limits.mb_per_file, mine.limits.bytes_per_file, mine.limits.formats, mine.limits.pages_per_file) == (20, 20_000_000, ("pdf", "jpg"), None)
    assert (mine.numbering, mine.prefix, mine.width, mine.duplex, mine.form, mine.verify) == ("prefixed", "A", 4, True, "element", True)
    assert mine.dividers, "what a profile leaves out stays as in the package"


def test_an_entry_of_the_same_id_takes_the_place_of_ours(tmp_path):
    courts = read_courts(own(tmp_path, OWN.replace("mine:", "default:")))
    assert (courts["default"].name.zh, len(courts)) == ("某法院", 3)


def test_empty_files_change_nothing(tmp_path):
    assert read_courts(own(tmp_path, "")) == read_courts(own(tmp_path, "version: 1\n")) == read_courts(tmp_path / "absent.yaml") == read_courts()


S = HEAD + "    source: x\n"


@pytest.mark.parametrize(("text", "said"), [
    pytest.param(HEAD, "line 3: mine lacks 'source'; say where its rules are written", id="no source"),
    pytest.param(S.replace("    en: A court\n", ""), "line 3: mine lacks 'en'", id="no English name"),
    pytest.param(S.replace("mine", "Mein Gericht"), "line 3: 'Mein Gericht' is no id", id="an id with spaces"),
    pytest.param(S + "    limit: {}\n", "line 7: mine has no key 'limit'; known are en, layout, limits", id="a misspelt part"),
    pytest.param(S + "    limits:\n      mb: 5\n", "line 8: mine.limits has no key 'mb'", id="a misspelt limit"),
    pytest.param(S + "    limits: {mb_per_file: '20'}\n", "line 7: mine.limits.mb_per_file is '20'; write a whole number", id="a number in quotes"),
    pytest.param(S + "    limits: {mb_per_file: 0}\n", "mine.limits.mb_per_file is '0'; write a whole number from 1", id="no bytes at all"),
    pytest.param(S + "    limits: {files: -3}\n", "mine.limits.files is '-3'", id="a negative number"),
    pytest.param(S + "    limits: {files: 1.5}\n", "mine.limits.files is '1.5'", id="half a file"),
    pytest.param(S + "    limits: {mb_total: [1]}\n", "mine.limits.mb_total is no single value", id="a list for a number"),
    pytest.param(S + "    limits: {file_name_length: 8}\n", "from 12 to 255", id="a name too short for volume-1.pdf"),
    pytest.param(S + "    limits: {file_name_signs: '[a-z'}\n", "which is no regular expression", id="a broken pattern"),
    pytest.param(S + "    limits: {file_name_signs: '[a-z.]'}\n", "does not permit '0'; one sign must match it", id="no digits permitted"),
    pytest.param(S + "    limits: {file_name_signs: '.'}\n", "permits slashes", id="slashes permitted"),
    pytest.param(S + "    limits: {formats: pdf}\n", "write a list of extensions", id="one format without a list"),
    pytest.param(S + "    limits: {formats: [.pdf]}\n", "write a list of extensions", id="a format with its dot"),
    pytest.param(S + "    layout: {numbering: roman}\n", "write one of continuous, prefixed, by_group", id="an unknown numbering"),
    pytest.param(S + "    layout: {form: table}\n", "write one of element, narrative", id="an unknown form"),
    pytest.param(S + "    layout: {duplex: 1}\n", "mine.layout.duplex is '1'; write true or false", id="one for yes"),
    pytest.param(S + "    layout: {prefix: '1-'}\n", "a letter first", id="a prefix that begins with a digit"),
    pytest.param(S + "    layout: {prefix: A2}\n", "no digit last", id="a prefix that runs into the number"),
    pytest.param(S + "    layout: {prefix: ABCDEFGHIJKLM}\n", "at most 12", id="a prefix too long for a stamp"),
    pytest.param(S + "    layout: {width: 10}\n", "from 0 to 9", id="ten digits wide"),
    pytest.param(S + "    verify: maybe\n", "mine.verify is 'maybe'", id="a word for a flag"),
    pytest.param(S + "    note_zh: 5\n", "mine.note_zh is '5'; write a text", id="a number for a text"),
    pytest.param("courts: 5\n", "line 1: a mapping (key: value) was expected here", id="no courts"),
    pytest.param("court:\n", "the file has no key 'court'; known are courts, version", id="a misspelt head"),
    pytest.param("courts: {\n", "not readable as YAML", id="no YAML"),
    pytest.param("courts: \x01\n", "not readable as YAML", id="signs that no text has"),
])  # fmt: skip
def test_a_wrong_file_names_itself_the_line_and_the_key(text, said, tmp_path):
    with pytest.raises(LawError) as wrong:
        read_courts(own(tmp_path, text))
    assert str(tmp_path / "courts.yaml") in str(wrong.value)
    assert said in str(wrong.value)


@pytest.mark.usefixtures("back_to_the_package")
def test_the_start_takes_the_file_of_the_data_folder_and_the_next_start_forgets_it(tmp_path):
    own(tmp_path, OWN)
    runtime.start(Config.embedded(tmp_path, "x" * 40))
    assert load_law().courts["mine"].limits.mb_per_file == 20
    use(Supplement())
    assert "mine" in load_law().courts, "imported rows do not drive it out"
    runtime.start(Config.embedded(tmp_path / "other", "x" * 40))
    assert "mine" not in load_law().courts


@pytest.mark.usefixtures("back_to_the_package")
def test_a_wrong_file_stops_the_start_with_a_sentence(tmp_path):
    own(tmp_path, HEAD)
    with pytest.raises(WrongSetting, match=r"mine lacks 'source'.*nothing was started"):
        runtime.start(Config.embedded(tmp_path, "x" * 40))
