"""Each expectation of the samples' MANIFEST that concerns text of pdf, docx, xlsx, txt and csv; and that no sample of any kind breaks out."""

from __future__ import annotations

import platform
from datetime import date

import pytest


@pytest.mark.parametrize(("name", "pages", "texts"), [
    pytest.param("pdf/a3-rotate270.pdf", 1, ["Strip the cable"], id="A3 turned by 270 degrees"),
    pytest.param("pdf/a4-portrait-landscape-mix.pdf", 5, [], id="portrait and landscape mixed"),
    pytest.param("pdf/acroform-fields.pdf", 1, ["CheckBox 1"], id="a form and its values"),
    pytest.param("pdf/broken-startxref.pdf", 1, ["Hello world"], id="startxref off by one"),
    pytest.param("pdf/broken-xref-repairable.pdf", 30, ["Potato 0"], id="xref damaged"),
    pytest.param("pdf/cn-annual-report-cover.pdf", 1, ["安利合成革"], id="font names in raw GBK"),
    pytest.param("pdf/cn-cid-not-embedded-a4-a3-mix.pdf", 5, ["借款合同 编号：样例-2024-001"], id="UniGB-UCS2-H, not embedded"),
    pytest.param("pdf/cn-embedded-land-standard.pdf", 1, ["停车区用地指标基准值"], id="embedded fonts, tables"),
    pytest.param("pdf/cn-eticket-rotate90.pdf", 1, ["电子发票（航空运输电子客票行程单）"], id="electronic invoice"),
    pytest.param("pdf/cn-scan-ocr-layer-cid-not-embedded.pdf", 6, ["关于浙江菲达环保"], id="GBK-EUC-H, not embedded: pypdf, pdfium gives no Han character"),
    pytest.param("pdf/cropbox-offset.pdf", 2, ["Wer reitet so spät"], id="crop box away from the corner"),
    pytest.param("pdf/encrypted-no-copy-permission.pdf", 1, ["This is a test document"], id="permission bits set"),
    pytest.param("pdf/encrypted-owner-only-aes256.pdf", 1, ["pdf encryption test"], id="owner password only"),
    pytest.param("pdf/inherited-resources.pdf", 2, ["Lorem ipsum"], id="resources on the page tree"),
    pytest.param("pdf/outlines-and-links.pdf", 7, ["First Page"], id="bookmarks and links"),
    pytest.param("pdf/rotate-90-180-270.pdf", 6, ["Apache PDFBox"], id="every rotation"),
    pytest.param("pdf/signed-two-signatures.pdf", 1, ["Lord Testerino"], id="names of signers"),
    pytest.param("pdf/unbalanced-q-scaled.pdf", 1, ["Fraternity Members"], id="a q never closed, scaled"),
    pytest.param("pdf/unbalanced-q.pdf", 1, ["octal encoded"], id="a q never closed"),
    pytest.param("pdf/中文-甲方盖章.pdf", 1, ["中国饮料有限公司"], id="Chinese file name"),
    pytest.param("hostile/pages-loop.pdf", 1, ["Potato"], id="page tree that loops"),
    pytest.param("docx/cn-article-pictures.docx", 1, ["微型固态硬盘设计方案"], id="article with pictures"),
    pytest.param("docx/cn-template-braces.docx", 1, ["第一章", "{{"], id="braces are text"),
    pytest.param("docx/tracked-changes-many.docx", 1, ["Tika can be", "修订"], id="many tracked changes"),
    pytest.param("docx/借款合同-表格与修订.docx", 1, ["借款合同", "1,280,000.00", "年利率为百分之十二。", "删除“百分之二十四”", "年利率为百分之二十四。"], id="table, header, change"),
    pytest.param("xlsx/cn-deposits-loans.xlsx", 1, ["2019年泰州市7月份银行业金融机构存贷款情况", "6974.70"], id="numbers as shown"),
    pytest.param("xlsx/cn-long-cells.xlsx", 1, ["出国旅游行程规划"], id="long cells"),
    pytest.param("xlsx/cn-merged-dates.xlsx", 3, ["合并单元", "2010-03-21"], id="merged cells and dates"),
    pytest.param("xlsx/dates.xlsx", 1, ["2021-01-01"], id="dates"),
    pytest.param("xlsx/dates-1904.xlsx", 1, ["2021-01-01"], id="dates counted from 1904"),
    pytest.param("xlsx/multi-sheet-refs.xlsx", 3, [], id="formulas over sheets"),
    pytest.param("xlsx/应收账款-多表公式.xlsx", 3, ["样例装饰工程有限公司", "隐藏表内的文字", "1,280,000.50", "=SUM(C2:C4)（公式，未存计算值）", "2023年12月31日"], id="hidden sheet, no stored values"),
    pytest.param("xlsx/old-format.xls", 3, ["Test spreadsheet", "2nd row\t2nd row 2nd column", "I'm in bold blue, on a yellow background"], id="old Excel"),
    pytest.param("ofd/cn-invoice-placeholder.ofd", 1, ["测试购买方公司名称"], id="OFD invoice"),
    pytest.param("ofd/sealed-across-pages.ofd", 5, ["［电子印章］OFD R&W 测试用印章"], id="OFD of five pages, sealed across them"),
    pytest.param("ofd/sealed-official-letter.ofd", 2, ["路卫发〔2011〕76号"], id="OFD letter"),
    pytest.param("ofd/sealed-sesv4.ofd", 1, ["你好呀，OFD"], id="OFD sealed"),
    pytest.param("ofd/with-attachment.ofd", 1, ["这是一个带有附件的OFD文件"], id="OFD with an attachment"),
    pytest.param("ofd/发票示例.ofd", 1, ["重庆增值税电子普通发票", "050001700111"], id="OFD invoice, sealed"),
    pytest.param("email/gbk-with-attachment.eml", 1, ["对账单与催款函（样例）", "1,280,000.50 元", "对账单（盖章）.pdf"], id="a mail in GBK"),
    pytest.param("email/outlook-chinese.msg", 1, ["格式測試"], id="Outlook in code page 950"),
    pytest.param("zip/gbk-names.zip", 1, ["审计压缩包文件检索测试/集团邮件审计系统2021年自动巡检需求文档_V4.0.doc"], id="names in GBK"),
    pytest.param("hostile/dde.csv", 1, ["=cmd|"], id="DDE is text"),
    pytest.param("hostile/formula-injection.csv", 1, ["-2+3", "＝1+1"], id="formulas are text"),
    pytest.param("hostile/macro.docm", 1, [], id="a macro is not run"),
    pytest.param("hostile/xxe-schema.xlsx", 1, [], id="a schema is not fetched"),
])  # fmt: skip
def test_read(sample, read_here, name, pages, texts):
    reading = read_here(sample(name))
    assert reading.outcome == "read"
    assert reading.page_count == pages == len(reading.pages)
    assert [page.number for page in reading.pages] == list(range(1, pages + 1))
    whole = "\n".join(page.text for page in reading.pages)
    assert [text for text in texts if text not in whole] == []


@pytest.mark.parametrize(("name", "outcome", "pages", "word"), [
    pytest.param("pdf/cn-scan-image-only.pdf", "empty", 2, "recognised", id="scan"),
    pytest.param("pdf/scan-ccitt-g4-a4.pdf", "empty", 1, "recognised", id="fax"),
    pytest.param("pdf/very-large-page.pdf", "empty", 1, "no text", id="large page, broken content"),
    pytest.param("pdf/encrypted-public-key.pdf", "encrypted", 0, "certificate", id="encrypted to a certificate"),
    pytest.param("pdf/encrypted-user-aes256.pdf", "encrypted", 0, "password", id="user password"),
    pytest.param("pdf/zero-pages.pdf", "failed", 0, "No pages", id="no page"),
    pytest.param("docx/encrypted-password.docx", "encrypted", 0, "password", id="Word with a password"),
    pytest.param("images/tiff-2-pages.tif", "empty", 2, "recognised", id="two pictures in one"),
    pytest.param("images/tiff-g4-3-pages.tif", "empty", 3, "recognised", id="three pictures in one"),
    pytest.param("images/phone-photo.heic", "empty", 1, "recognised", id="phone photo"),
    pytest.param("hostile/billion-laughs.xlsx", "failed", 0, "document type", id="billion laughs"),
    pytest.param("hostile/xml-bomb.xlsx", "failed", 0, "document type", id="entity bomb"),
    pytest.param("hostile/xxe.docx", "failed", 0, "document type", id="external entity"),
    pytest.param("hostile/external-link.docx", "empty", 1, "outside", id="a link to a document outside"),
    pytest.param("audio/truncated.wav", "failed", 0, "empty recording", id="a recording without sound"),
    pytest.param("audio/phone.amr", "empty", 0, "No transcript yet", id="a recording without transcript"),
    pytest.param("zip/encrypted-partly.zip", "partly", 1, "encrypted.txt: encrypted", id="a zip with one encrypted file"),
    pytest.param("hostile/zip-slip.zip", "partly", 1, "leads out of the archive", id="names that lead out of a zip"),
])  # fmt: skip
def test_told(sample, reading_of, name, outcome, pages, word):
    reading = reading_of(sample(name))
    assert (reading.outcome, reading.page_count) == (outcome, pages)
    assert word in reading.reason_en
    assert reading.reason_zh


@pytest.mark.parametrize(("name", "scans", "outcome"), [
    pytest.param("pdf/cn-embedded-tender.pdf", (2,), "read", id="one page drawn as shapes"),
    pytest.param("pdf/cn-seal-page-simsun-not-embedded.pdf", (1,), "read", id="only the digits of a date are text"),
    pytest.param("pdf/cn-scan-image-only.pdf", (1, 2), "empty", id="scan"),
    pytest.param("images/tiff-g4-3-pages.tif", (1, 2, 3), "empty", id="three pictures in one"),
    pytest.param("pdf/cn-scan-ocr-layer-cid-not-embedded.pdf", (), "read", id="a scan with a layer of its own stays as it is"),
])  # fmt: skip
def test_pages_that_wait_for_ocr(sample, read_here, name, scans, outcome):
    """They are told as such; what became of the file does not count them as missing, for they are recognised next."""
    reading = read_here(sample(name))
    assert (reading.scans, reading.outcome) == (scans, outcome)
    assert ("ocr_layer" in reading.details) == ("ocr-layer" in name)


@pytest.mark.parametrize(("name", "word"), [
    pytest.param("pdf/cn-scan-ocr-layer-cid-not-embedded.pdf", "recognised again", id="the layer of an OCR"),
    pytest.param("pdf/encrypted-no-copy-permission.pdf", "permission bits", id="permission bits"),
    pytest.param("hostile/macro.docm", "macro", id="macro"),
    pytest.param("xlsx/应收账款-多表公式.xlsx", "隐藏说明", id="hidden sheet"),
])  # fmt: skip
def test_marked(sample, read_here, name, word):
    assert word in read_here(sample(name)).reason_en


def test_a_name_does_not_make_a_pdf(sample, reading_of):
    from casefiles.readers import media_type, misnamed, read

    path = sample("pdf/not-a-pdf.pdf")
    assert misnamed(path.name, media_type(path, path.name))
    assert read(path, "application/pdf").reason_en.startswith("Not a PDF")


def test_the_machine_name_never_appears(sample, reading_of):
    reading = reading_of(sample("hostile/xxe-local-file.docx"))
    assert reading.outcome == "failed"
    assert platform.node() not in repr(reading)


def test_dates_are_found(sample, read_here):
    assert read_here(sample("docx/借款合同-表格与修订.docx")).dates == (date(2024, 4, 30), date(2024, 7, 31), date(2024, 10, 31))


@pytest.mark.long
def test_no_sample_breaks_out(sample, reading_of):
    """Whatever is uploaded has an outcome, and a reason unless it was read."""
    folder = sample("MANIFEST.tsv").parent
    for line in (folder / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name = line.split("\t")[0]
        if name.startswith(("pdf/", "docx/", "xlsx/")):
            continue  # each has its row above
        reading = reading_of(folder / name, seconds=30)
        assert reading.outcome == "read" or reading.reason_zh, name
