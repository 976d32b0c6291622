"""What short texts in the style of real papers propose: everything each proposes is written down, so that a wrong value more fails like a value less.

`unsorted` papers give kinds (the first is written here) and general fields; a paper of a known kind gives that kind's fields. The texts are made up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from casefiles.readers import Page
from casefiles.readers.proposals import propose
from casefiles.rules import uscc

CODE_A = "91000000MA0CCCC37" + str(uscc.check_character("91000000MA0CCCC37"))
PARTIES = {"示例钢铁贸易有限公司": "creditor", "南方示例机械有限公司": "debtor", "李保": "guarantor"}


@dataclass(frozen=True)
class Given:
    """A paper of a kind and all that it must propose: field -> value."""

    kind: str
    text: str
    expected: dict[str, str]
    name: str = "scan.pdf"
    media_type: str = "application/pdf"
    details: dict[str, object] = field(default_factory=dict)


def proposed(given: Given) -> dict[str, str]:
    pages = [Page(at, str(at), text) for at, text in enumerate(given.text.split("\f"), start=1)]
    found: dict[str, str] = {}
    for one in propose(pages, name=given.name, media_type=given.media_type, kind=given.kind, details=given.details, parties=PARTIES):
        found.setdefault(one.field, one.value)  # of kinds the first is the best
    return found


DELIVERY = """示例钢铁贸易有限公司
送 货 单
No. 0012345
收货单位：南方示例机械有限公司   送货日期：2024年3月5日
收货地址：南方市示例路8号       合同编号：HT-2024-018
序号 货物名称 规格型号 单位 数量 单价（元） 金额（元）
1 圆钢 Φ20 吨 3 4,000.00 12,000.00
合计金额（大写）：壹万贰仟元整 （小写）¥12,000.00
说明：收货人核对无误后在本单签字并加盖印章。
送货人：  复核：  收货人（签字）：
车号：示A12345  收货单位（盖章）："""
INVOICE = """电子发票（增值税专用发票）
发票号码：24312000000012345678
开票日期：2024年06月01日
购买方信息 名称：南方示例机械有限公司
统一社会信用代码/纳税人识别号：
销售方信息 名称：示例钢铁贸易有限公司
项目名称 规格型号 单位 数量 单价 金额 税率 税额
*黑色金属*圆钢 吨 3 3539.823 10619.47 13% 1380.53
合 计 ¥10619.47 ¥1380.53
价税合计（大写） ⊗壹万贰仟圆整 （小写）¥12000.00
备注 合同编号 HT-2024-018"""

PAPERS = [
    pytest.param(Given("unsorted", DELIVERY, {
        "type": "delivery_note_unsigned", "number": "0012345", "document_date": "2024-03-05", "amount": "12000.00"}), id="a delivery note nobody sorted"),
    pytest.param(Given("delivery_note_unsigned", DELIVERY, {"note_no": "0012345", "delivery_date": "2024-03-05", "amount": "12000.00"}), id="a delivery note"),
    pytest.param(Given("unsorted", DELIVERY.replace("收货人（签字）：", "收货人（签字）：王强"), {
        "type": "delivery_note_signed", "number": "0012345", "document_date": "2024-03-05", "amount": "12000.00"}), id="a delivery note with a name on the receiver's line"),
    pytest.param(Given("delivery_note_unsigned", DELIVERY.replace("¥12,000.00", "¥21,000.00"), {
        "note_no": "0012345", "delivery_date": "2024-03-05", "amount": "21000.00"}), id="figures and capitals that contradict each other"),
    pytest.param(Given("unsorted", INVOICE, {
        "type": "vat_invoice", "number": "24312000000012345678", "document_date": "2024-06-01", "amount": "12000.00", "buyer": "南方示例机械有限公司",
        "seller": "示例钢铁贸易有限公司"}), id="an electronic invoice"),
    pytest.param(Given("vat_invoice", INVOICE, {
        "invoice_no": "24312000000012345678", "issued_on": "2024-06-01", "amount_excl_tax": "10619.47", "tax": "1380.53", "amount": "12000.00",
        "buyer": "南方示例机械有限公司", "seller": "示例钢铁贸易有限公司", "kind": "数电专票"}), id="the fields of an electronic invoice"),
    pytest.param(Given("vat_invoice", "浙江增值税专用发票\n发票代码 3300194130\n发票号码：O1234567\n开票日期：2023 年 12 月 8 日\n价税合计（大写） ⊗叁仟元整 （小写）￥3,000.00", {
        "invoice_code": "3300194130", "issued_on": "2023-12-08", "amount": "3000.00", "kind": "增值税专用发票"}), id="an invoice whose number begins with an O of the OCR"),
    pytest.param(Given("unsorted", "对账单\n编号：DZ-2024-06\n致：南方示例机械有限公司\n截至2024年6月30日，贵公司尚欠我公司货款余额人民币 350,000.00 元（大写：叁拾伍万元整）。\n"
                       "以上余额核对无误后请盖章确认。\n2024年7月5日", {
        "type": "reconciliation_statement", "number": "DZ-2024-06", "document_date": "2024-07-05", "amount": "350000.00"}), id="a reconciliation statement"),
    pytest.param(Given("reconciliation_statement", "往来对账函\n截止 2024 年 6 月 30 日 结欠货款 350000 元\n单位（盖章）：\n2024年7月5日", {
        "as_at": "2024-06-30", "signed_on": "2024-07-05", "amount": "350000.00"}), id="the fields of a reconciliation letter"),
    pytest.param(Given("demand_letter", "催款函\n编号：催字〔2024〕第01号\n南方示例机械有限公司：\n截至2024年7月8日，贵公司尚欠货款人民币 1,250,000.00 元（大写：壹佰贰拾伍万元整）。\n"
                       "请贵公司于2024年7月23日前将上述款项支付至我公司账户。\n特此函告。\n示例钢铁贸易有限公司\n2024年7月8日", {
        "number": "催字〔2024〕第01号", "dated": "2024-07-08", "due_by": "2024-07-23", "amount_demanded": "1250000.00", "recipient": "debtor"}), id="a demand letter"),
    pytest.param(Given("unsorted", "示例律师事务所\n律 师 函\n（2024）示律函字第0407号\n致：南方示例机械有限公司\n示例律师事务所接受示例钢铁贸易有限公司的委托，就贵公司拖欠货款一事，郑重致函如下。\n"
                       "承办律师：亥律师\n二〇二四年八月九日", {"type": "lawyers_letter", "document_date": "2024-08-09"}), id="a lawyer's letter"),
    pytest.param(Given("lawyers_letter", "示例律师事务所\n律师函\n致：南方示例机械有限公司\n贵公司仍欠货款本金人民币 800,000.00 元。\n2024年8月9日", {
        "dated": "2024-08-09", "law_firm": "示例律师事务所", "amount_demanded": "800000.00", "recipient": "debtor"}), id="the fields of a lawyer's letter"),
    pytest.param(Given("unsorted", "EMS 特快专递邮件详情单\nEA123456785CN\n寄件人 示例钢铁贸易有限公司\n收件人 南方示例机械有限公司\n内件品名 催款函\n收寄日期 2024年7月9日", {
        "type": "ems_tracking", "document_date": "2024-07-09", "waybill_no": "EA123456785CN"}), id="an EMS slip"),
    pytest.param(Given("ems_tracking", "邮件全程跟踪查询\n邮件号：1234567890123\n2024-07-09 16:20 已收寄\n2024-07-11 10:05 已签收", {"waybill_no": "1234567890123"}), id="an EMS tracking page"),
    pytest.param(Given("logistics_waybill", "货物托运单\n顺丰速运 运单号：SF1234567890123\n发货日期：2024.03.04\n收货人：王强\n件数 3", {
        "carrier": "顺丰", "waybill_no": "SF1234567890123", "shipped_on": "2024-03-04", "consignee": "王强"}), id="a waybill of a known carrier"),
    pytest.param(Given("unsorted", "工业品买卖合同\n合同编号：HT-2024-018\n签订日期：2024年1月10日\n出卖人（甲方）：示例钢铁贸易有限公司\n买受人（乙方）：南方示例机械有限公司\n"
                       "合同总价：人民币1,250,000.00元（大写：壹佰贰拾伍万元整）\n第一条 违约责任", {
        "type": "contract", "number": "HT-2024-018", "document_date": "2024-01-10", "amount": "1250000.00"}), id="a contract"),
    pytest.param(Given("contract", "产品购销合同\n合同号 : XS2024O18\n签 订 时 间 ： 2O24年1月1O日\n总价款 1,250,0O0.00元", {
        "contract_no": "XS2024018", "signed_on": "2024-01-10", "total": "1250000.00"}), id="a contract as OCR reads it"),
    pytest.param(Given("guarantee_contract", "保证合同\n编号：BZ-2024-07\n债权人：示例钢铁贸易有限公司\n保证人：李保\n主合同编号：HT-2024-018\n保证人自愿承担连带责任保证。", {
        "number": "BZ-2024-07", "guarantor": "李保", "mode": "连带责任保证"}), id="a guarantee contract keeps its own number"),
    pytest.param(Given("unsorted", "保证合同\n债权人：示例钢铁贸易有限公司\n保证人：李保\n主债权为《买卖合同》项下货款，保证期间三年", {"type": "guarantee_contract"}), id="a guarantee contract is no contract of sale"),
    pytest.param(Given("loan_contract", "借款合同\n借款金额：人民币500,000.00元（大写：伍拾万元整）\n借款期限自2023年1月1日起至2023年12月31日止。", {
        "principal": "500000.00", "term_from": "2023-01-01", "term_to": "2023-12-31"}), id="a loan contract"),
    pytest.param(Given("unsorted", "借 条\n今借到张三人民币伍万元整（¥50,000.00），于2024年12月31日前归还。\n借款人：李四\n2024年2月1日", {
        "type": "iou", "document_date": "2024-02-01", "amount": "50000.00"}), id="a loan note"),
    pytest.param(Given("unsorted", "北京市第一中级人民法院\n民事判决书\n（2024）京01民初1号\n原告：示例钢铁贸易有限公司\n被告：南方示例机械有限公司\n判决如下：\n审判长 甲\n二〇二四年九月十日\n书记员 乙", {
        "type": "judgment", "number": "（2024）京01民初1号", "document_date": "2024-09-10"}), id="a judgment"),
    pytest.param(Given("judgment", "中华人民共和国\n浙江省示例市人民法院\n民事判决书\n(2024)浙0106民初12345号\n原告：示例钢铁贸易有限公司", {
        "court": "浙江省示例市人民法院", "case_no": "（2024）浙0106民初12345号"}), id="court and case number"),
    pytest.param(Given("unsorted", "浙江省示例市中级人民法院\n民事判决书\n（2024）浙01民终99号\n上诉人：南方示例机械有限公司\n本判决为终审判决。\n二〇二五年一月六日", {
        "type": "second_instance_judgment", "number": "（2024）浙01民终99号", "document_date": "2025-01-06"}), id="a judgment on appeal"),
    pytest.param(Given("unsorted", "浙江省示例市人民法院\n民事裁定书\n（2024）浙0106财保7号\n申请人申请财产保全，冻结被申请人银行存款。\n二〇二四年五月六日", {
        "type": "preservation_ruling", "number": "（2024）浙0106财保7号", "document_date": "2024-05-06"}), id="a preservation ruling"),
    pytest.param(Given("unsorted", f"营业执照\n（副本）\n统一社会信用代码 {CODE_A}\n名称 南方示例机械有限公司\n法定代表人 丁一\n成立日期 2015年04月02日", {
        "type": "business_licence_debtor", "uscc": CODE_A}), id="the debtor's licence"),
    pytest.param(Given("unsorted", f"营业执照\n统一社会信用代码 {CODE_A}\n名称 示例钢铁贸易有限公司\n成立日期 2015年04月02日", {
        "type": "business_licence_creditor", "uscc": CODE_A}), id="the creditor's licence"),
    pytest.param(Given("business_licence_creditor", f"营业执照\n统一社会信用代码 {CODE_A[:4]}O{CODE_A[5:]}\n住所 南方市示例路8号\n法定代表人 丁一\n成立日期 2015年04月02日", {
        "uscc": CODE_A, "established_on": "2015-04-02", "legal_representative": "丁一", "registered_address": "南方市示例路8号"}), id="a licence with an O for a 0 in its code"),
    pytest.param(Given("business_licence_debtor", f"营业执照\n统一社会信用代码 {CODE_A[:17]}{'A' if CODE_A[17] != 'A' else 'B'}", {}), id="a code with a wrong check digit"),
    pytest.param(Given("unsorted", "示例银行\n电子回单（转账）\n回单编号：20240701000123\n交易日期：2024年07月01日 交易时间：10:21:33\n付\n款\n人\n户名 南方示例机械有限公司\n收\n款\n人\n户名 示例钢铁贸易有限公司\n"
                       "金额（小写） ¥100,000.00\n金额（大写） 人民币壹拾万元整\n用途 / 附言 货款", {
        "type": "bank_payment", "number": "20240701000123", "document_date": "2024-07-01", "amount": "100000.00"}), id="a bank slip"),
    pytest.param(Given("bank_payment", "网上银行电子回单\n付款人户名：南方示例机械有限公司\n收款人户名：示例钢铁贸易有限公司\n金额：100,000.00元\n交易日期：2024-07-01", {
        "paid_on": "2024-07-01", "amount": "100000.00", "payer": "南方示例机械有限公司", "payee": "示例钢铁贸易有限公司", "direction": "in"}), id="who paid whom"),
    pytest.param(Given("wechat_record", "2024-05-03 10:12:11  张三: 货款什么时候付？\n2024-05-03 10:15:40  李四: 月底前付10万\n2024-05-03 10:16:02  张三: 好", {
        "promise_date": "2024-05-31", "promise_amount": "100000.00"}), id="a promise in a chat, by the message's day"),
    pytest.param(Given("sms", "5月31日前付清", {}), id="a promise without a day to reckon from"),
    pytest.param(Given("email", "主题：货款\n李经理：我司将于2024年5月31日前支付80,000元。", {
        "promise_date": "2024-05-31", "promise_amount": "80000.00"}), id="a promise with its year in a mail"),
    pytest.param(Given("wechat_record", "2024-05-03 10:12:11  张三: 请于5月31日前付10万\n2024-05-03 10:15:40  李四: 5月31日前付不了", {}), id="a demand and a refusal are no promise"),
    pytest.param(Given("email", "主题：货款\n5月31日前付清全部货款。", {"promise_date": "2024-05-31"}, details={"mail": {"shanghai": "2024-05-20 09:00:00"}}), id="a promise by the mail's own day"),
    pytest.param(Given("unsorted", "", {"type": "call_recording"}, name="20240531 李总.m4a", media_type="audio/mp4"), id="sound"),
    pytest.param(Given("unsorted", "发件人：a@example.test\n送货单见附件", {"type": "email"}, media_type="message/rfc822"), id="a mail that speaks of a delivery note"),
    pytest.param(Given("unsorted", "", {"type": "vat_invoice", "number": "24312000000012345678", "amount": "113.00"}, details={
        "invoice": {"invoice_no": "24312000000012345678", "amount": "113.00"}}), id="an invoice by its own fields"),
    pytest.param(Given("unsorted", "兹有我公司员工前往贵处办理业务，请予接洽。\n2024年3月1日", {}), id="a paper that is nothing known"),
    pytest.param(Given("unsorted", "证据目录\n序号 证据名称\n1 送货单\n2 增值税专用发票\n3 催款函", {}), id="a list that names papers"),
    pytest.param(Given("unsorted", "关于贵公司送货单、对账单的情况说明\n根据双方签订的买卖合同，2024年3月1日我司收到货物。", {}), id="a letter that speaks of papers"),
    pytest.param(Given("delivery_note_unsigned", "送货单\nNo. 0000001\n合计 100.00\n送货单\nNo. 0000002\n合计 200.00", {}), id="two notes on a sheet: neither is proposed"),
    pytest.param(Given("purchase_order", "采购订单\n订单编号：PO-2024-0099\n下单日期：2024/2/9\n总金额：¥66,000", {
        "order_no": "PO-2024-0099", "order_date": "2024-02-09", "amount": "66000.00"}), id="a purchase order"),
    pytest.param(Given("unsorted", "受理案件通知书\n（2024）京0105民初8号\n示例钢铁贸易有限公司：\n本院决定立案受理。", {
        "type": "court_acceptance_notice", "number": "（2024）京0105民初8号"}), id="a court's notice of acceptance"),
]  # fmt: skip


@pytest.mark.parametrize("given", PAPERS)
def test_all_that_a_paper_proposes(given: Given):
    assert proposed(given) == given.expected
