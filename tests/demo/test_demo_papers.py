"""What stands on the drawn papers: the facts of the case and no others, text where a program wrote it and none on a scan."""

from __future__ import annotations

import io
import wave
from array import array
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest
from PIL import Image

A, B, C, D = "EX-A-COMPLETE", "EX-B-FIVE-DEFECTS", "EX-C-INSOLVENCY", "EX-D-WRITE-OFF"


def pages_of(path: Path) -> list[str]:
    """The text of every page without the line ends that setting put in."""
    paper = pypdfium2.PdfDocument(path)
    try:
        return ["".join(page.get_textpage().get_text_range().split()) for page in paper]
    finally:
        paper.close()


def words_of(path: Path) -> str:
    """All text of a Word document, tables included."""
    paper = docx.Document(path)
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


def text_of(path: Path) -> str:
    if path.suffix == ".docx":
        return words_of(path)
    if path.suffix == ".xlsx":
        return "\n".join(str(cell.value) for row in openpyxl.load_workbook(path).worksheets[0] for cell in row if cell.value is not None)
    return path.read_text("utf-8") if path.suffix == ".txt" else "".join(pages_of(path))


@pytest.mark.parametrize(
    ("case_id", "key", "sentences"),
    [
        pytest.param(
            A, "D01",
            ["合同编号：XS-2024-0301", "1,286,000.00元", "买受人授权丙三、丁四为指定收货人", "每批货物签收之日起30日内付清", "第9条违约责任", "9.2买受人逾期付款的",
             "按日万分之一点五向出卖人支付违约金", "第12条争议解决", "由出卖人住所地人民法院管辖", "91000000MA0BBBB23H"],
            id="A: contract",
        ),
        pytest.param(
            B, "D01",
            ["合同编号：CG-2023-0415", "450,000.00元", "买受人授权壬九为指定收货人", "每批货物交付之日起30日内付清", "第14条　争议解决", "提交合肥仲裁委员会仲裁"],
            id="B: contract, docx",
        ),
        pytest.param(
            C, "D01",
            ["合同编号：BZ-2025-02", "不约定总价款", "交付次月的月底前", "60,000.00元作为质量保证金", "2026年6月30日", "第8条违约责任", "按日万分之二", "第11条争议解决",
             "由被告住所地人民法院管辖"],
            id="C: contract",
        ),
        pytest.param(D, "D05", ["420,000.00元", "每批货物交付之日起60日内付清"], id="D: contract"),
        pytest.param(A, "D06", ["FP-01", "286,000.00", "253,097.35", "32,902.65", "非真实发票", "贰拾捌万陆仟元整"], id="invoice: 286000 / 1.13 = 253097.35"),
        pytest.param(A, "D10", ["200,000.00", "FP-01", "XS-2024-0301", "2024-04-10"], id="bank slip"),
        pytest.param(A, "D13", ["750,000.00", "柒拾伍万元整", "财务专用章", "XS-2024-0301"], id="reconciliation, xlsx"),
        pytest.param(A, "D14", ["750,000.00", "90,500.00", "379,500.00", "280,000.00", "第9.2条"], id="letter of demand lists what is open by invoice"),
        pytest.param(A, "D16", ["律师函", "750,000.00", "2025年1月8日"], id="lawyer's letter"),
        pytest.param(A, "D19", ["[00:25] 己六：", "先支付10万元", "欠75万元", "12月31日之前", "XS-2024-0301"], id="transcript, txt"),
        pytest.param(A, "I02", ["甲一", "91000000MA0AAAA1XR"], id="certificate of the legal representative"),
        pytest.param(A, "I03", ["存续", "2026年6月1日", "乙二"], id="registry extract"),
        pytest.param(B, "D11", ["红字", "-12,600.00", "FP-12", "-11,150.44", "-1,449.56"], id="credit note: 12600 / 1.13 = 11150.44"),
        pytest.param(B, "D13", ["145,800.00", "317,400.00"], id="letter takes the credit note off"),
        pytest.param(C, "D11", ["371,350.50", "FP-23", "公章"], id="reconciliation C"),
        pytest.param(C, "D12", ["371,350.50", "311,350.50", "60,000.00"], id="letter tells the retention apart: 371350.50 - 60000"),
        pytest.param(C, "D14", ["寅三", "连带责任保证", "BZ-2025-02"], id="guarantee"),
        pytest.param(C, "I04", ["特别授权", "申报债权"], id="power of attorney"),
        pytest.param(C, "I05", ["2026年5月25日", "（2026）示01破7号", "示例律师事务所（管理人）", "2026年6月8日"], id="insolvency notice"),
        pytest.param(D, "D01", ["（2022）示0102民初1234号", "420,000.00元", "18,364.50元", "3.70%的1.5倍（年利率5.55%）", "3,937.73元", "十日内"], id="judgment"),
        pytest.param(D, "D02", ["终结本次执行程序", "150,000.00元", "2023年5月16日", "二〇二三年十二月十一日", "（2022）示0102执2345号"], id="ruling"),
        pytest.param(D, "D04", ["312,674.53", "2026年6月30日", "不放弃"], id="statement of recourse"),
        pytest.param(D, "D13", ["150,000.00", "（2022）示0102执2345号"], id="slip of the recovered money"),
        pytest.param(D, "D14", ["150,000.00", "吊销，未注销"], id="collection log, xlsx"),
        pytest.param(D, "D15", ["四十二万元", "[00:22]", "2022年3月22日"], id="transcript, docx"),
    ],
)  # fmt: skip
def test_sentences_stand_where_a_search_finds_them(drawn, case_id: str, key: str, sentences: list[str]) -> None:
    text = text_of(drawn[case_id].file(key))
    assert [sentence for sentence in sentences if sentence not in text] == []


@pytest.mark.parametrize(
    ("case_id", "key", "words"),
    [
        pytest.param(A, "D01", ["律师费", "仲裁委员会"], id="A has no cost clause and no arbitration"),
        pytest.param(B, "D01", ["律师费", "违约金"], id="B has no late payment clause"),
        pytest.param(C, "D01", ["律师费", "本合同总价款"], id="C has no total"),
        pytest.param(A, "D13", ["SH-01", "SH-02", "SH-03", "SH-04"], id="the reconciliation of A lists no delivery"),
    ],
)
def test_papers_say_nothing_the_case_does_not(drawn, case_id: str, key: str, words: list[str]) -> None:
    text = text_of(drawn[case_id].file(key))
    assert [word for word in words if word in text] == []


@pytest.mark.parametrize(("case_id", "key"), [pytest.param(A, "D01", id="A"), pytest.param(C, "D01", id="C"), pytest.param(D, "D05", id="D")])
def test_contracts_have_pages_to_search(drawn, case_id: str, key: str) -> None:
    pages = pages_of(drawn[case_id].file(key))
    assert len(pages) >= 4
    assert len(pages[2]) > 300
    assert pages[2] not in (pages[1], pages[3])


@pytest.mark.parametrize(
    ("case_id", "key", "count"),
    [
        pytest.param(A, "D02", 1, id="delivery note"), pytest.param(A, "I01", 1, id="business licence"), pytest.param(B, "D12", 1, id="reconciliation B"),
        pytest.param(D, "D06", 4, id="four delivery notes"), pytest.param(D, "D08", 1, id="reconciliation D"), pytest.param(D, "D10", 3, id="three receipts"),
        pytest.param(D, "D18", 1, id="certificate of effectiveness"), pytest.param(D, "D03", 1, id="approval"), pytest.param(D, "D19", 1, id="voucher"),
    ],
)  # fmt: skip
def test_scans_hold_pictures_and_no_text(drawn, case_id: str, key: str, count: int) -> None:
    assert pages_of(drawn[case_id].file(key)) == [""] * count


@pytest.mark.parametrize(
    ("case_id", "key"),
    [
        pytest.param(A, "D03", id="delivery note"), pytest.param(A, "D12", id="bank slip"), pytest.param(A, "D15", id="EMS slip"), pytest.param(A, "I04", id="ID copy"),
    ],
)  # fmt: skip
def test_pictures_open_at_two_hundred_dots(drawn, case_id: str, key: str) -> None:
    with Image.open(drawn[case_id].file(key)) as picture:
        picture.load()
        assert (picture.format, picture.mode) == ("JPEG", "RGB")
        assert [round(side) for side in picture.info["dpi"]] == [200, 200]
        assert min(picture.size) > 600


def redness(path: Path) -> float:
    """Share of clearly red points in the lower right quarter, where the receiver's seal is pressed."""
    if path.suffix == ".pdf":
        paper = pypdfium2.PdfDocument(path)
        picture = paper[0].render(scale=1).to_pil().convert("RGB")
        paper.close()
    else:
        picture = Image.open(io.BytesIO(path.read_bytes())).convert("RGB").resize((600, 420))
    part = picture.crop((picture.width // 2, picture.height // 2, picture.width, picture.height))
    points = part.tobytes()
    red = sum(1 for at in range(0, len(points), 3) if points[at] > 130 and points[at] - points[at + 1] > 60 and points[at] - points[at + 2] > 60)
    return red / (part.width * part.height)


@pytest.mark.parametrize(
    ("case_id", "key", "sealed"),
    [
        pytest.param(A, "D02", True, id="A SH-01"), pytest.param(A, "D03", True, id="A SH-02"), pytest.param(B, "D02", True, id="B SH-11"),
        pytest.param(B, "D03", False, id="B SH-12 was never signed"), pytest.param(B, "D05", True, id="B SH-14"),
    ],
)  # fmt: skip
def test_a_seal_is_where_the_case_says_so(drawn, case_id: str, key: str, sealed: bool) -> None:
    assert (redness(drawn[case_id].file(key)) > 0.01) is sealed


@pytest.mark.parametrize(("case_id", "key", "seconds"), [pytest.param(A, "D18", 40, id="A: one call"), pytest.param(D, "D11", 38, id="D: two calls in one file")])
def test_recordings_sound_as_long_as_their_transcript(drawn, case_id: str, key: str, seconds: int) -> None:
    """Length: start of the last sentence + 0.19 s a sign + 1 s, rounded up: A 33 + 27 x 0.19 + 1 = 39.13; D 36 + 5 x 0.19 + 1 = 37.95."""
    with wave.open(str(drawn[case_id].file(key))) as sound:
        assert (sound.getnchannels(), sound.getframerate(), sound.getsampwidth()) == (1, 8000, 2)
        assert sound.getnframes() == seconds * 8000
        samples = array("h", sound.readframes(sound.getnframes()))
    loud = [max(samples[at : at + 8000]) > 2000 for at in range(0, len(samples), 8000)]
    assert sum(loud) > seconds * 0.7


def test_the_reconciliation_adds_up(drawn) -> None:
    sheet = openpyxl.load_workbook(drawn[A].file("D13")).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6, max_row=13)]
    moves, total = rows[:-1], rows[-1]
    due, paid = (sum((Decimal(str(row[column] or 0)) for row in moves), Decimal(0)) for column in (4, 5))
    assert (due, paid, due - paid) == (Decimal(1286000), Decimal(536000), Decimal(750000))
    assert [Decimal(str(value)) for value in total[4:]] == [due, paid, due - paid]
    assert len(sheet._images) == 1, "the seal"
