"""The other papers of a lawsuit packet, and what holds for every paper: same bytes, headings that repeat, odd names that break nothing."""

from __future__ import annotations

import io
import re
from datetime import date

import docx as word
import pypdfium2
import pytest
from docx.oxml.ns import qn

from forms.calculation_sheet import calculation_sheet
from forms.complaint import complaint
from forms.docx import docx
from forms.evidence_catalogue import evidence_catalogue
from forms.internal_cover import internal_cover
from forms.legal_rep_certificate import legal_rep_certificate
from forms.pdf import pdf, unprintable
from forms.power_of_attorney import power_of_attorney
from forms.service_address import service_address

WHEN = date(2026, 6, 15)
OVERRIDE = {"reason": "客户书面确认先行提交草稿，缺陷于开庭前补正", "person": "王主任"}
PAPERS = ["complaint", "legal_rep_certificate", "service_address", "evidence_catalogue", "calculation_sheet", "internal_cover", "power_of_attorney"]


@pytest.fixture
def paper(groups):
    def make(name, case, check):
        agents = {"agents": [{"kind": "lawyer", "name": "赵律师", "firm": "示例律师事务所", "authority": "特别授权"}]}
        return {
            "complaint": lambda: complaint(case, check, 17, WHEN),
            "legal_rep_certificate": lambda: legal_rep_certificate(case, WHEN),
            "service_address": lambda: service_address(case, WHEN),
            "evidence_catalogue": lambda: evidence_catalogue(case, groups, WHEN),
            "calculation_sheet": lambda: calculation_sheet(case, check),
            "internal_cover": lambda: cover(case, check),
            "power_of_attorney": lambda: power_of_attorney(case | agents, WHEN),
        }[name]()

    return make


@pytest.fixture
def make_paper(paper, case_a, check_a):
    """A paper of example A whose creditor has another name."""
    return lambda name, creditor: paper(name, case_a | {"creditor": case_a["creditor"] | {"name": creditor}}, check_a)


def cover(case, check, **said):
    known = {"missing_uploads": [], "override": None, "substitute_font": False, "sets": 3, "made_at_text": "2026年6月15日 09:30"}
    return internal_cover(case, check, **(known | said))


@pytest.mark.parametrize("name", PAPERS)
def test_bytes_repeat(paper, case_a, check_a, fonts, name):
    form = paper(name, case_a, check_a)
    assert pdf(form, fonts) == pdf(form, fonts)
    assert docx(form) == docx(form)


def test_nothing_unfilled_is_printed(paper, case_b, check_b, rendered, placeholder):
    found = {name: [placeholder.findall(text) for text in rendered(paper(name, case_b, check_b)).values()] for name in PAPERS}
    assert found == {name: [[], []] for name in PAPERS}


ODD = [
    pytest.param("示例<公司>&有限\"责任\"'公司'#[]$*_@\\", "示例<公司>&有限\"责任\"'公司'#[]$*_@\\", id="signs of XML and Typst"),
    pytest.param("示例\x00公\x1b司\x07\u202e有限\ud800", "示例公司有限", id="control signs, direction signs and half a character fall away"),
    pytest.param("示例" + "很长的名称" * 120 + "终", "示例" + "很长的名称" * 120 + "终", id="six hundred characters"),
    pytest.param("A" * 300 + "终", "A" * 300 + "终", id="three hundred letters without a space"),
    pytest.param("=1+2 公司", "=1+2公司", id="looks like a formula"),
]


@pytest.mark.parametrize("name", ["legal_rep_certificate", "evidence_catalogue"])
@pytest.mark.parametrize(("given", "printed"), ODD)
def test_odd_names_break_no_renderer(make_paper, rendered, name, given, printed):
    for text in rendered(make_paper(name, given)).values():
        assert printed in text


@pytest.mark.parametrize("name", PAPERS)
def test_one_very_odd_name_breaks_no_paper(make_paper, rendered, name):
    for text in rendered(make_paper(name, "<甲>\x00&#[$" + "W" * 80 + "很长" * 90)).values():
        assert "<甲>&#[$" + "W" * 80 + "很长" * 90 in text


def test_signs_without_a_glyph_are_told_and_marked(make_paper, fonts, rendered, case_a, check_a):
    form = make_paper("legal_rep_certificate", "示例😀公司\U00020bb7")
    signs = unprintable(form, fonts)
    assert "😀" in signs
    text = rendered(form)
    assert "示例😀公司\U00020bb7" in text["docx"]
    assert "示例〓公司" in text["pdf"]
    for each in rendered(cover(case_a, check_a, unprintable=signs)).values():
        assert "U+1F600" in each
    assert unprintable(make_paper("complaint", "示例公司"), fonts) == ()


def test_a_long_word_stays_inside_the_page(paper, case_a, check_a, fonts):
    case_a["creditor"]["name"] = "W" * 300
    with pypdfium2.PdfDocument(pdf(paper("complaint", case_a, check_a), fonts)) as document:
        for page in document:
            text = page.get_textpage()
            boxes = [text.get_charbox(number) for number in range(text.count_chars())]
            assert max(right for _, _, right, _ in boxes) <= page.get_width() - 2.4 * 28.34


def test_column_titles_repeat_on_every_page(paper, case_a, check_a, fonts):
    form = paper("evidence_catalogue", case_a, check_a)
    with pypdfium2.PdfDocument(pdf(form, fonts)) as document:
        pages = [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in document]
    assert len(pages) >= 2
    assert all("序号证据名称" in page for page in pages if "送货单" in page)
    table = word.Document(io.BytesIO(docx(form))).tables[0]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:tblHeader")) is None for row in table.rows[1:])


def test_a_group_heading_never_ends_a_page(case_a, fonts):
    row = {"name": "送货单", "source_form": "书证", "purpose": "交货", "pages": "1-1", "copies": 2, "original": "原件"}
    for rows in range(24, 36):  # somewhere in this range the second heading meets the foot of the first page
        groups = [
            {"title": "第一组", "purpose": "甲", "rows": [row | {"seq": n} for n in range(rows)]},
            {"title": "第二组", "purpose": "乙", "rows": [row | {"seq": 99}]},
        ]
        with pypdfium2.PdfDocument(pdf(evidence_catalogue(case_a, groups, WHEN), fonts)) as document:
            for page in document:
                text = re.sub(r"\s", "", page.get_textpage().get_text_range())
                assert not text.endswith("第二组乙"), rows


def test_word_file_uses_styles_and_names_chinese_faces(paper, case_a, check_a):
    document = word.Document(io.BytesIO(docx(paper("complaint", case_a, check_a))))
    assert (document.paragraphs[0].style.name, document.paragraphs[0].text) == ("Title", "民事起诉状")
    faces = {name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in ("Normal", "Title", "Heading 2", "Form Label", "Form Cell")}
    assert faces == {"Normal": "仿宋", "Title": "宋体", "Heading 2": "黑体", "Form Label": "黑体", "Form Cell": "仿宋"}
    assert [round(document.sections[0].page_width.cm, 1), round(document.sections[0].page_height.cm, 1)] == [21.0, 29.7]
    spacers = [paragraph for paragraph in document.paragraphs if not paragraph.text and paragraph.paragraph_format.line_spacing is None]
    assert spacers == []


def test_certificate(case_a, rendered):
    for text in rendered(legal_rep_certificate(case_a, WHEN)).values():
        assert "兹证明甲一系我单位法定代表人。特此证明。" in text
        assert "附：法定代表人身份证复印件一份。" in text
    case_a["creditor"]["position"] = "执行董事"
    for text in rendered(legal_rep_certificate(case_a, WHEN)).values():
        assert "兹证明甲一现任我单位执行董事职务，系我单位法定代表人。" in text


def test_service_address(case_a, rendered):
    case_a["creditor"] |= {"service_address": "杭州市示例区戊路5号", "phone": "0571-000", "e_service": True, "email": "a@example.com"}
    for text in rendered(service_address(case_a, WHEN)).values():
        assert "送达地址：杭州市示例区戊路5号收件人：甲一联系电话：0571-000" in text
        assert "是☑否□方式：短信□微信□传真□邮箱☑其他□a@example.com" in text
        assert "对方当事人示例北方装备制造有限公司" in text


def test_power_of_attorney_ticks_powers_only_for_special_authority(case_a, rendered):
    agent = {"kind": "employee", "name": "戊五"}
    for authority, ticked in (("一般授权", False), ("特别授权", True)):
        form = power_of_attorney(case_a | {"agents": [agent | {"authority": authority}]}, WHEN)
        for text in rendered(form).values():
            assert ("进行和解☑" in text, "代收执行款项☑" in text) == (ticked, ticked)
            assert "参加债权人会议并表决□" in text  # not a power of a lawsuit
            assert "工作单位：示例江南精密机械有限公司" in text
    with pytest.raises(ValueError, match="no agent"):
        power_of_attorney(case_a, WHEN)


def test_calculation_sheet_says_what_the_check_computed(case_a, check_a, rendered):
    wanted = [
        "1FP-0186,000.002024年4月15日2024年8月14日122日万分之一点五1,573.80", "2FP-02340,500.002024年5月21日2024年6月4日15日万分之一点五766.13",
        "3FP-0290,500.002024年6月5日2026年6月15日741日万分之一点五10,059.08", "FP-02小计10,825.21", "4FP-03379,500.002024年6月18日2026年6月15日728日万分之一点五41,441.40",
        "5FP-04280,000.002024年7月23日2026年6月15日693日万分之一点五29,106.00", "合计82,946.41", "82,946.41元（大写：人民币捌万贰仟玖佰肆拾陆元肆角壹分）",
        "第9.2条：逾期付款的，按日万分之一点五支付违约金", "2026年6月15日（含当日）", "自2026年6月16日起至实际清偿之日止，以750,000.00元为基数，按日万分之一点五的标准另行计算",
    ]  # fmt: skip
    for text in rendered(calculation_sheet(case_a, check_a)).values():
        assert [value for value in wanted if value not in text] == []


def test_calculation_sheet_without_a_clause_names_the_rate_and_the_law(case_b, check_b, rendered):
    for text in rendered(calculation_sheet(case_b, check_b)).values():
        assert "年利率5.325%（LPR3.55%加计50%）" in text
        assert "合同未约定逾期付款违约金" in text
        assert "317,400.00元为基数" in text


def test_calculation_sheet_turns_the_page_for_large_sums(case_a, check_a):
    assert not calculation_sheet(case_a, check_a).landscape
    check_a["damages"]["segments"][0]["base"] = "12345678901.00"
    assert calculation_sheet(case_a, check_a).landscape


def test_internal_cover_shows_findings_uploads_and_override(case_b, check_b, rendered):
    check_b["findings"][0] |= {"remedy_zh": "取得收货人签字的送货单", "remedy_en": "obtain a signed copy", "documents": ["D03"], "amount": "158400.00"}
    form = cover(case_b, check_b, missing_uploads=["legal_rep_id_copy", "some_other_paper"], names={"legal_rep_id_copy": "法定代表人身份证复印件"}, override=OVERRIDE, substitute_font=True, sets=4)
    wanted = [
        "不得提交法院", "EX-B-FIVE-DEFECTS", "1.法定代表人身份证复印件", "some_other_paper", "批准人：王主任", f"理由：{OVERRIDE['reason']}", "替代字体", "4套",
        "取得收货人签字的送货单", "D03", "涉及金额：158,400.00元", "证据链允许生成：是□否☑", "材料齐备：是□否☑", "完整度：83%", "2026年6月15日09:30",
        *[finding.get("element") or finding["check"] for finding in check_b["findings"] if not finding.get("title_zh")],
    ]  # fmt: skip
    for text in rendered(form).values():
        assert "obtain" not in text  # a remedy in Chinese needs no English beside it
        assert [value for value in wanted if value not in text] == []
        assert (text.count("阻断"), text.count("警告")) == (4 + 1, 4)  # four findings each; one more 阻断 in the label 越过阻断生成


def test_internal_cover_of_a_sound_case(case_a, check_a, rendered):
    for text in rendered(cover(case_a, check_a)).values():
        assert "全部已上传" in text
        assert "发现的问题无" in text
        assert "替代字体" not in text


def test_page_numbers_only_where_asked(paper, case_a, check_a, fonts):
    for name, numbered in (("complaint", False), ("internal_cover", True)):
        with pypdfium2.PdfDocument(pdf(paper(name, case_a, check_a), fonts)) as document:
            assert ("页　共" in document[0].get_textpage().get_text_range()) is numbered
