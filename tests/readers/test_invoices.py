"""Fields of electronic VAT invoices. The amounts of each example add up by hand: 1,200.00 at 6 % is 72.00, together 1,272.00 (壹仟贰佰柒拾贰圆整)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from casefiles.readers import media_type, read
from casefiles.readers.invoice_xml import read_xml
from casefiles.readers.invoices import agreed, checked, differing, fields_of, in_words_agree
from casefiles.readers.reading import Told
from casefiles.rules.uscc import check_character

NUMBER = "26312000000012345678"
BUYER, SELLER = (base + str(check_character(base)) for base in ("91310115MA1K35J4X", "9133010607731234X"))
WHOLE = {
    "invoice_no": NUMBER, "issued_on": "2026-03-09", "buyer": "上海示例贸易有限公司", "buyer_uscc": BUYER, "seller": "杭州样例科技有限公司", "seller_uscc": SELLER,
    "amount_excl_tax": "1200.00", "tax": "72.00", "amount": "1272.00", "kind": "数电专票",
}  # fmt: skip
DIGITAL = f"""电子发票（增值税专用发票） 发票号码：{NUMBER}
开票日期：2026年03月09日
购 名称：上海示例贸易有限公司 销 名称：杭州样例科技有限公司
买 售
方 统一社会信用代码/纳税人识别号：{BUYER} 方 统一社会信用代码/纳税人识别号：{SELLER}
项目名称 规格型号 单 位 数 量 单 价 金 额 税率/征收率 税 额
*信息技术服务*软件维护 项 1 1200 1200.00 6% 72.00
合 计 ¥1200.00 ¥72.00
价税合计（大写） 壹仟贰佰柒拾贰圆整 （小写）¥1272.00
"""
OLD = """机器编号：499098765432 上海增值税电子普通发票 发票代码：031001900211
发票号码：12345678
开票日期：2019年11月05日
校 验 码：12345 67890 12345 67890
购 名    称：上海示例贸易有限公司 密 03-8>+9/<71
买 纳税人识别号：
方 地 址、电 话：
合    计 ￥1,200.00 ￥72.00
价税合计（大写） 壹仟贰佰柒拾贰圆整 （小写）￥1,272.00
销 名    称：杭州样例科技有限公司 备
售 纳税人识别号：91330106ABC
"""


def without(*names: str, **changed: str) -> dict[str, str]:
    return {name: value for name, value in WHOLE.items() if name not in names} | changed


@pytest.mark.parametrize(("text", "expected"), [
    pytest.param(DIGITAL, WHOLE, id="fully digital"),
    pytest.param(DIGITAL.replace("名称：", "名 称 ：").replace("：", ":").replace("¥", "￥"), WHOLE, id="signs apart, other widths"),
    pytest.param(OLD, without("buyer_uscc", "seller_uscc", invoice_no="12345678", invoice_code="031001900211", issued_on="2019-11-05", kind="增值税普通发票"),
                 id="older, a private buyer, a seller's number without check digit"),
    pytest.param(DIGITAL.replace("购 名称", "销 名称", 1).replace("公司 销 名称", "公司 购 名称", 1),
                 without(buyer=WHOLE["seller"], seller=WHOLE["buyer"], buyer_uscc=SELLER, seller_uscc=BUYER), id="the seller stands left and is named so"),
    pytest.param(DIGITAL.replace("¥", "¥-").replace("壹仟贰佰", "（负数）壹仟贰佰"),
                 without(amount_excl_tax="-1200.00", tax="-72.00", amount="-1272.00", kind="红字发票"), id="red letter"),
    pytest.param(DIGITAL.replace("¥1200.00 ¥72.00", "¥1200.00 ¥73.00"), without("amount_excl_tax", "tax", "amount"), id="net and tax are not the total"),
    pytest.param(DIGITAL.replace("壹仟贰佰", "壹仟叁佰"), without("amount_excl_tax", "tax", "amount"), id="the sum in words is another"),
    pytest.param(DIGITAL.replace("合 计 ¥1200.00 ¥72.00\n", ""), without("amount_excl_tax", "tax"), id="the total by its words alone"),
    pytest.param(DIGITAL.replace("¥72.00", "***"), without("amount_excl_tax", "tax"), id="free of tax: no net is said for certain"),
    pytest.param(DIGITAL.replace(BUYER, BUYER[:-1] + ("0" if BUYER[-1] != "0" else "1")), without("buyer_uscc"), id="a wrong check digit"),
    pytest.param(DIGITAL.replace("2026年03月09日", "2026年02月30日"), without("issued_on"), id="a day that is none"),
    pytest.param(DIGITAL + DIGITAL.replace(NUMBER, "26312000000012345679"), {}, id="two invoices"),
    pytest.param("甲方收到乙方开具的增值税专用发票后30日内付款，发票号码：见附件。", {}, id="a contract that speaks of invoices"),
    pytest.param("", {}, id="nothing"),
])  # fmt: skip
def test_fields_of_a_text(text, expected):
    assert fields_of(text) == expected


def test_a_long_text_of_labels_is_read_in_a_moment():
    assert fields_of("发 票 号 码 名 称 : 合 计 " * 20_000) == {}


@pytest.mark.parametrize(("total", "words", "agrees"), [
    pytest.param("1272", "壹仟贰佰柒拾贰圆整", True, id="圆整"),
    pytest.param("1272", "壹仟贰佰柒拾贰元正", True, id="元正"),
    pytest.param("-310", "叁佰壹拾圆整", True, id="red letter"),
    pytest.param("0.5", "伍角整", True, id="only 角"),
    pytest.param("1272.00", "壹仟贰佰柒拾叁圆整", False, id="another"),
])  # fmt: skip
def test_the_sum_in_words(total, words, agrees):
    assert in_words_agree(Decimal(total), words) is agrees


@pytest.mark.parametrize(("raw", "expected"), [
    pytest.param({"invoice_no": "1234567"}, {}, id="seven digits"),
    pytest.param({"buyer_uscc": "0" * 18}, {}, id="all zeros pass the check digit and are nobody"),
    pytest.param({"amount_excl_tax": "99.09", "tax": "12.88"}, {"amount_excl_tax": "99.09", "tax": "12.88", "amount": "111.97"}, id="the total is the sum"),
    pytest.param({"amount_excl_tax": "1.00", "tax": "0.06", "amount": "1.07"}, {}, id="a total that is not"),
    pytest.param({"amount": "￥1,272.00"}, {"amount": "1272.00"}, id="a sign and commas"),
    pytest.param({"amount": "1e99"}, {}, id="no sum of money"),
    pytest.param({"issued_on": "20201010"}, {"issued_on": "2020-10-10"}, id="a day without signs"),
])  # fmt: skip
def test_checked(raw, expected):
    assert checked(raw) == expected


def test_what_two_places_say_differently_is_left_out():
    page, data = WHOLE, without(amount="1300.00")
    assert agreed(page, data) == without("amount_excl_tax", "tax", "amount")
    assert differing(page, data) == ("amount",)
    assert agreed({}, WHOLE) == WHOLE
    assert agreed({"buyer": "甲公司"}) == {}


XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<EInvoice><Header><EIid>{NUMBER}</EIid><InherentLabel><GeneralOrSpecialVAT><LabelCode>01</LabelCode><LabelName>增值税专用发票</LabelName></GeneralOrSpecialVAT>
</InherentLabel></Header><EInvoiceData>
<SellerInformation><SellerIdNum>{SELLER}</SellerIdNum><SellerName>杭州样例科技有限公司</SellerName></SellerInformation>
<BuyerInformation><BuyerIdNum>{BUYER}</BuyerIdNum><BuyerName>上海示例贸易有限公司</BuyerName></BuyerInformation>
<BasicInformation><TotalAmWithoutTax>1200.00</TotalAmWithoutTax><TotalTaxAm>72.00</TotalTaxAm><TotalTax-includedAmount>1272.00</TotalTax-includedAmount>
<TotalTax-includedAmountInChinese>壹仟贰佰柒拾贰圆整</TotalTax-includedAmountInChinese></BasicInformation>
<IssuItemInformation><ItemName>*信息技术服务*软件维护</ItemName><Amount>1200.00</Amount><ComTaxAm>72.00</ComTaxAm></IssuItemInformation></EInvoiceData>
<TaxSupervisionInfo><InvoiceNumber>{NUMBER}</InvoiceNumber><IssueTime>2026-03-09 10:11:12</IssueTime></TaxSupervisionInfo></EInvoice>"""


def told_of(path) -> Told:
    told = Told()
    read_xml(path, told)
    return told


@pytest.mark.parametrize(("content", "expected"), [
    pytest.param(XML, WHOLE, id="as it came"),
    pytest.param(XML.replace("UTF-8", "GBK").encode("gb18030"), WHOLE, id="in GBK"),
    pytest.param(XML.replace("壹仟贰佰", "壹仟叁佰"), without("amount_excl_tax", "tax", "amount"), id="the sum in words is another"),
    pytest.param(XML.replace("</EInvoiceData>", "<BuyerName>另一家公司</BuyerName></EInvoiceData>"), without("buyer"), id="two buyers"),
])  # fmt: skip
def test_fields_of_xml(make_file, content, expected):
    told = told_of(make_file("发票.xml", content if isinstance(content, bytes) else content.encode()))
    assert told.details["invoice"] == expected
    assert told.pages[0].text.startswith(f"发票种类：数电专票\n发票号码：{NUMBER}\n")
    assert "*信息技术服务*软件维护" in told.pages[0].text


@pytest.mark.parametrize(("content", "texts", "noted"), [
    pytest.param('<?xml version="1.0"?><smses><sms address="13800000000" body="货已收到，下周付款"/></smses>', ["body：货已收到，下周付款"], False, id="attributes"),
    pytest.param('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>正文&b;</a>', ["正文&b;"], True, id="an entity is never followed"),
    pytest.param('<?xml version="1.0"?><a><b>正文', ["正文"], True, id="cut off"),
])  # fmt: skip
def test_other_xml_is_read_as_text(make_file, content, texts, noted):
    told = told_of(make_file("a.xml", content.encode()))
    assert [text for text in texts if text not in told.pages[0].text] == []
    assert bool(told.notes) is noted
    assert "invoice" not in told.details


def test_an_xml_file_comes_to_its_reader(make_file):
    path = make_file("dzfp.xml", XML.encode())
    reading = read(path, media_type(path, path.name))
    assert (reading.outcome, reading.reader, reading.details["invoice"]["invoice_no"]) == ("read", "xml", NUMBER)


PDF = """#set page(width: 210mm, height: 140mm, margin: 0mm)
#set text(size: 9pt, font: "%s")
#let at(x, y, words) = place(dx: x * 1mm, dy: y * 1mm, words)
#at(150, 8, "发票号码：") #at(150, 14, "开票日期：") #at(70, 8, "电子发票（增值税专用发票）")
#at(12, 34, "名称：") #at(112, 34, "名称：") #at(12, 44, "统一社会信用代码/纳税人识别号：") #at(112, 44, "统一社会信用代码/纳税人识别号：")
#at(20, 92, "合 计") #at(16, 98, "价税合计（大写）") #at(150, 98, "（小写）")
#at(168, 8, "%s") #at(168, 14, "2026年03月09日") #at(24, 34, "上海示例贸易有限公司") #at(124, 34, "杭州样例科技有限公司")
#at(64, 44, "%s") #at(164, 44, "%s") #at(120, 92, "¥1200.00") #at(180, 92, "¥72.00") #at(60, 98, "壹仟贰佰柒拾贰圆整") #at(165, 98, "¥1272.00")
"""


def test_a_pdf_that_writes_its_labels_first_and_its_values_after(make_file):
    """As the programs of the tax offices make them: by the order of the file no value stands behind its label."""
    typst = pytest.importorskip("typst")
    from forms.fonts import find_fonts

    fonts = find_fonts()
    source = make_file("a.typ", (PDF % (fonts.serif, NUMBER, BUYER, SELLER)).encode())
    path = make_file("a.pdf", typst.compile(str(source), font_paths=[str(folder) for folder in fonts.folders]))
    reading = read(path, "application/pdf")
    assert reading.details["invoice"] == WHOLE
