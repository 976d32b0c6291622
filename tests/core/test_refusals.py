"""A wrong case file is refused with file, line and reason, and nothing of it is kept."""

import zipfile

import pytest
from sqlalchemy import func, select

from casefiles import exchange
from casefiles.db import session
from casefiles.errors import FileRefused
from casefiles.law import EXAMPLES
from casefiles.models import Case

GOOD = (EXAMPLES / "case-a-complete-sale.yaml").read_text(encoding="utf-8")


def line_of(text, fragment):
    return next(number for number, line in enumerate(text.splitlines(), 1) if fragment in line)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("fictional: true", "fictionall: true", "unknown key 'fictionall'", id="unknown key at the top"),
        pytest.param("  signed_at: 杭州市", "  signed_att: 杭州市", "unknown key 'signed_att'", id="unknown key in a block"),
        pytest.param("  medium: 录音笔原始存储卡", "  mediumm: 录音笔原始存储卡", "not a field of document type audio_disc", id="unknown field of a document type"),
        pytest.param("date: '2024-03-15'", "date: '2024-02-30'", "no date of the calendar", id="30 February"),
        pytest.param("date: '2024-03-15'", "date: 2024-03-15", "write the date in quotes", id="a date without quotes"),
        pytest.param("amount: '286000.00'", "amount: 286000.00", "in quotes", id="a sum as a number"),
        pytest.param("amount: '286000.00'", "amount: '286,000'", "no sum of money", id="a sum with a comma"),
        pytest.param("amount: '286000.00'", "amount: '-286000.00'", "no sum of money", id="a negative sum"),
        pytest.param("uscc: 91000000MA0BBBB23H", "uscc: 91000000MA0BBBB230", "wrong check digit", id="wrong check digit of the debtor"),
        pytest.param("  'no': SH-01", "  no: SH-01", "quotes, 'no'", id="bare no"),
        pytest.param("- id: D03\n", "- id: D02\n", "stands here twice", id="an id twice"),
        pytest.param("dispute_type: sale_of_goods", "dispute_type: sale", "known: sale_of_goods", id="unknown dispute type"),
        pytest.param("as_of: '2026-06-15'\n", "", "lacks 'as_of'", id="a required key is missing"),
        pytest.param("  name: 设备配件买卖合同", "  name: 设备配件买卖合同\n  file: ../../etc/passwd", "", id="a file outside the folder"),
        pytest.param("  name: 设备配件买卖合同", "  name: 设备配件买卖合同\n  file: files/none.pdf", "no such file", id="a named file that is missing"),
        pytest.param("title: 买卖", "title: '买卖", "not readable as YAML", id="broken YAML"),
    ],
)
def test_a_wrong_file_is_refused(instance, tmp_path, old, new, said):
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        exchange.read(path)
    assert said in refused.value.message
    assert f"{path}:" in refused.value.message
    assert "Nothing of this case was kept" in refused.value.message
    assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_the_line_is_that_of_the_mistake(tmp_path):
    text = GOOD.replace("amount: '340500.00'", "amount: '340500'", 1)
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        exchange.read(path)
    assert [line for line, _ in refused.value.reasons] == [line_of(text, "amount: '340500'")]


def test_every_reason_is_named_at_once(tmp_path):
    text = GOOD.replace("fictional: true", "fictionall: true").replace("date: '2024-04-20'", "date: '2024-04-31'", 1)
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        exchange.read(path)
    assert len(refused.value.reasons) == 2


def test_a_wrong_code_can_be_imported_on_purpose(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(GOOD.replace("91000000MA0BBBB23H", "91000000MA0BBBB230"), encoding="utf-8")
    assert exchange.read(path, allow_invalid_uscc=True).mapping["debtor"]["uscc"] == "91000000MA0BBBB230"


@pytest.mark.parametrize("name", ["../evil.yaml", "/etc/evil.yaml", "a/../../evil.yaml", "C:\\evil.yaml"])
def test_an_archive_stays_in_its_box(tmp_path, name):
    archive = tmp_path / "case.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr(name, GOOD)
    with pytest.raises(FileRefused), exchange.case_files(archive):
        pass
    assert not (tmp_path.parent / "evil.yaml").exists()


def test_a_zip_of_a_case_is_read(tmp_path):
    archive = tmp_path / "case.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("案件甲/a.yaml", GOOD)
    with exchange.case_files(archive) as files:
        assert [exchange.read(file).mapping["case_id"] for file in files] == ["EX-A-COMPLETE"]
