"""The labels of document fields in both languages: data, one line a field, beside the names that law/documents.yaml gives.

A house test fails when a field of a document type has no line here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from casefiles.law import Words

_TABLE = """
acceleration | 加速到期条款 | Acceleration clause
accepted_by | 承兑人 | Accepted by
accepted_on | 受理/验收日期 | Accepted on
account_id | 账号 | Account
account_identity | 账号归属已证明 | Account proved to be theirs
accounting_entry | 会计处理 | Accounting entry
acknowledged_on | 确认日期 | Acknowledged on
address | 地址 | Address
administrator | 管理人 | Administrator
administrator_address | 管理人地址 | Administrator's address
against_invoice | 对应发票 | Against invoice
agents | 代理人 | Agents
amount | 金额（元） | Amount (CNY)
amount_demanded | 催告金额（元） | Amount demanded (CNY)
amount_excl_tax | 不含税金额（元） | Amount without tax (CNY)
amount_in_words | 大写金额 | Amount in words
announced_on | 公告日期 | Announced on
announcement_made | 已告知录音 | Recording was announced
annual_check_year | 年检年度 | Year of annual check
annual_revenue | 年度收入（元） | Annual revenue (CNY)
approved_on | 审批日期 | Approved on
approvers | 审批人 | Approvers
as_at | 对账截止日 | Balance as at
assigned_amount | 转让金额（元） | Amount assigned (CNY)
assignee | 受让人 | Assignee
assignor | 转让人 | Assignor
authorised_contacts | 约定联系人 | Authorised contacts
authorised_receivers | 约定收货人 | Authorised receivers
authority | 权限/机关 | Authority
bank | 银行 | Bank
bill_no | 票据号 | Bill no.
buyer | 购买方 | Buyer
callee | 被叫 | Called
caller | 主叫 | Caller
carrier | 承运人 | Carrier
case_no | 案号 | Case no.
certificate_no | 证书编号 | Certificate no.
certificate_valid | 证书有效 | Certificate is valid
channel | 方式 | Channel
checked_by | 校对人 | Checked by
claim_deadline | 债权申报截止日 | Deadline for claims
class | 债权类别 | Class of claim
collection_summary | 催收情况 | Summary of collection
commission | 仲裁委员会 | Arbitration commission
condition | 状况 | Condition
confirmed_amount | 确认金额（元） | Amount confirmed (CNY)
consignee | 收货人 | Consignee
content_named | 内件品名 | Content named on the slip
contract_no | 合同编号 | Contract no.
cost_clause | 费用承担条款 | Clause on costs
counts_as_interruption | 作为时效中断事由 | Counts as interruption
court | 法院 | Court
covers_all_deliveries | 覆盖全部送货 | Covers all deliveries
covers_documents | 涉及材料 | Documents covered
date | 日期 | Date
dated | 落款日期 | Dated
delivered_on | 送达日期 | Delivered on
delivery_date | 送货日期 | Delivered on
designated_invoice | 指定清偿发票 | Invoice it pays
device | 设备 | Device
direction | 收付方向 | Direction
dishonoured | 已被拒付 | Dishonoured
dispute_clause | 争议解决条款 | Clause on disputes
distribution_rate | 清偿比例 | Rate of distribution
document_date | 材料日期 | Document date
due_by | 要求付款日 | To be paid by
due_date | 到期日 | Due date
duration_s | 时长（秒） | Length (seconds)
e_service | 接受电子送达 | Agrees to electronic service
effective_on | 生效日期 | Effective on
email | 电子邮箱 | E-mail
established_on | 成立日期 | Established on
exported_on | 导出日期 | Exported on
fee | 费用（元） | Fee (CNY)
filed_on | 提交日期 | Filed on
former_names | 曾用名 | Former names
from | 发件人 | From
full_context | 完整导出 | Complete thread exported
ground | 情形 | Ground
guarantor | 保证人 | Guarantor
handed_over_on | 交接日期 | Handed over on
hash | 哈希值 | Hash
hash_recorded | 已记录哈希值 | Hash recorded
headers_kept | 保留邮件头 | Headers kept
held_by | 保管人 | Held by
id_no_masked | 证件号（已遮蔽） | ID no. (masked)
insurer | 保险人 | Insurer
interest_amount | 利息金额（元） | Interest (CNY)
interest_clause | 利息条款 | Clause on interest
invoice_code | 发票代码 | Invoice code
invoice_first | 先票后款 | Invoice before payment
invoice_no | 发票号码 | Invoice no.
issued_on | 开具日期 | Issued on
issuer | 出具人 | Issuer
items | 明细 | Items
kind | 种类 | Kind
late_payment_clause | 逾期付款违约条款 | Clause on late payment
law_firm | 律师事务所 | Law firm
legal_basis | 依据 | Legal basis
legal_representative | 法定代表人 | Legal representative
level | 级别 | Level
licence_no | 执业证号 | Licence no.
limit | 限额（元） | Limit (CNY)
lists | 列明的送货单 | Deliveries listed
measures | 保全措施 | Measures
medium | 载体 | Medium
meeting_on | 会议日期 | Meeting on
milestone | 节点 | Milestone
mode | 保证方式 | Kind of guarantee
n | 份数/序号 | Number of copies
name | 姓名 | Name
native_file | 原始文件 | Native file kept
newspaper | 报纸 | Newspaper
next_followup | 下次追索日 | Next follow-up
notary | 公证处 | Notary
note_kind | 借条/欠条/收条 | Kind of note
note_no | 送货单号 | Delivery note no.
notice_address | 通知地址 | Address for notices
number | 编号 | Number
numbers_masked | 已遮蔽号码 | Numbers masked
object | 担保物 | Object
objection_deadline | 异议截止日 | Deadline for objections
order_date | 下单日期 | Ordered on
order_no | 订单号 | Order no.
orders | 判项 | Orders
original_medium_kept | 原始载体已保存 | Original medium kept
overdue_rate | 逾期利率 | Overdue rate
overdue_since | 逾期起始日 | Overdue since
paid_on | 付款日期 | Paid on
party | 当事人 | Party
payee | 收款人 | Payee
payer | 付款人 | Payer
payer_account_masked | 付款账号（已遮蔽） | Payer's account (masked)
payment_requires_acceptance | 付款以验收为条件 | Payment needs acceptance
payment_terms | 付款条款 | Payment terms
performance_days | 履行期（天） | Days to perform
performance_last_day | 履行期届满日 | Last day to perform
period | 期间 | Period
period_agreed | 约定保证期间 | Period agreed
period_from | 期间起 | Period from
period_to | 期间止 | Period to
person | 人员 | Person
phone | 电话 | Telephone
place | 地点 | Place
place_of_performance | 履行地 | Place of performance
platform | 平台 | Platform
policy_no | 保单号 | Policy no.
position | 职务 | Position
posted_on | 记账日期 | Posted on
premium | 保险费（元） | Premium (CNY)
prepared_by | 整理人 | Prepared by
principal | 本金（元） | Principal (CNY)
printed_on | 打印日期 | Printed on
procedure | 破产程序 | Procedure
promise_amount | 承诺金额（元） | Amount promised (CNY)
promise_date | 承诺付款日 | Promised for
provider | 服务机构 | Provider
published_on | 刊登日期 | Published on
purpose | 款项用途 | Purpose
quantity | 数量 | Quantity
rate | 利率 | Rate
real_name_proof | 实名证明 | Proof of the real name
reason | 原因 | Reason
receipt_id | 回执编号 | Receipt
recipient | 收件人 | Recipient
recipient_address | 收件地址 | Recipient's address
recipient_id | 收件人标识 | Which recipient
recorded_on | 录音日期 | Recorded on
recording_id | 对应录音 | Recording
reduced_amount | 减免金额（元） | Amount reduced (CNY)
registered | 已登记 | Registered
registered_address | 登记住所 | Registered address
registered_on | 登记日期 | Registered on
registration_no | 登记编号 | Registration no.
registry | 登记机关 | Registry
remark | 附言 | Remark
rent_schedule | 租金支付表 | Rent schedule
repayment_date | 还款日期 | Repayment date
reservations | 保留意见 | Reservations
resolution_ref | 决议文号 | Resolution
responsible | 责任人 | Responsible
result | 结果 | Result
retention | 质保金 | Retention
returned_on | 归还日期 | Returned on
schedule | 付款计划 | Schedule
scope | 范围 | Scope
seal_kind | 印章种类 | Kind of seal
seller | 销售方 | Seller
sent_on | 发出日期 | Sent on
served_on | 送达日期 | Served on
settled_on | 结算日期 | Settled on
shareholders | 股东 | Shareholders
shipped_on | 发货日期 | Shipped on
signed_at | 签订地点 | Signed at
signed_by | 签字人 | Signed by
signed_on | 签署日期 | Signed on
signer_authority_ref | 签字授权依据 | Signer's authority
signer_position | 签字人职务 | Signer's position
signing_certificate | 签名证书 | Signing certificate
started_at | 开始时间 | Started at
states_interest | 载明利息 | States interest
status | 状态 | Status
status_date | 状态日期 | Date of status
subject | 事项 | Subject
system | 系统 | System
taken_on | 拍摄日期 | Taken on
tax | 税额（元） | Tax (CNY)
term | 期限 | Term
term_from | 期限起 | Term from
term_to | 期限止 | Term to
terms | 条款 | Terms
time | 时间 | Time
timestamp | 时间戳 | Timestamp
timestamps | 时间标记 | Time marks
title_zh | 材料名称 | Title
to | 收件人 | To
total | 总价（元） | Total (CNY)
transcript_id | 对应文字稿 | Transcript
uscc | 统一社会信用代码 | USCC
valid_from | 有效期起 | Valid from
valid_to | 有效期止 | Valid to
value | 价值（元） | Value (CNY)
verification_report | 验证报告 | Verification report
verified | 已查验 | Verified
voucher_no | 凭证号 | Voucher no.
waiver_terms | 减免条款 | Waiver terms
waybill_no | 运单号 | Waybill no.
year | 年度 | Year
"""

_LEDGER = """
name | 名称 | Name
no | 编号 | No.
against | 冲减发票 | Against invoice
effect | 影响 | Effect
debtor_seal | 债务人盖章 | Debtor's seal
signer_authorised | 签字人有权 | Signer authorised
address_matches | 地址相符 | Address matches
callee_identified_by | 身份依据 | Identified by
summary | 摘要 | Summary
announced | 已告知录音 | Announced
"""

_CHOICES = """
in | 收到 | received
out | 付出 | paid
price | 货款 | price
loan_disbursement | 出借款 | loan paid out
loan_repayment | 还款 | loan repaid
rent | 租金 | rent
recovery_cost | 实现债权费用 | cost of recovery
other | 其他 | other
debtor | 债务人 | debtor
guarantor | 保证人 | guarantor
third_party | 第三人 | third party
"""


def _read(table: str) -> Mapping[str, Words]:
    rows = (line.split(" | ") for line in table.strip().splitlines())
    return MappingProxyType({name: Words(zh, en) for name, zh, en in rows})


FIELD_WORDS = _read(_TABLE)
LEDGER_WORDS = _read(_LEDGER)  # keys of ledger, letter and recording entries that mean something else there
CHOICE_WORDS = _read(_CHOICES)
