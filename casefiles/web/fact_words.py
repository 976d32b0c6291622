"""The words of the facts page in both languages: every key of an editable section, and what its silence means for the check.

Data, one line a key: name | 中文 | English | what an empty field means, 中文 | the same, English ('-' where the key is needed). A test
demands a line for every key of every section and a word for every choice, so a key the schema gains cannot be shown without words.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from casefiles.law import Words


class KeyWords(NamedTuple):
    """Label of a key, and what its silence means; `silence` is None where the key is needed."""

    label: Words
    silence: Words | None


_KEYS = """
case.title | 案件名称 | Title | 由当事人名称组成 | made from the names of the parties
case.dispute_type | 纠纷类型 | Type of dispute | - | -
case.packet_kind | 默认文书包 | Packet tested by default | - | -
case.court | 受理法院或仲裁机构 | Court or arbitration body | 待选定；起诉状不能定稿 | to be chosen; the pleading cannot be made final
case.planned_filing_date | 计划提交日期 | Planned day of filing | 按检查当日计算 | the day of the check
case.claim_assigned | 债权受让取得 | Claim acquired by assignment | 否，不检查债权转让 | no: the chain of assignment is not checked
case.creditor | 债权人 | Creditor | - | -
case.debtor | 债务人 | Debtor | - | -
case.debtors | 其他债务人 | Further debtors | 仅一名债务人 | only one debtor
case.third_parties | 第三人 | Third parties | 无第三人 | none
case.agents | 代理人 | Agents | 由债权人自行签署 | none: the creditor signs itself
case.contract | 合同 | Contract | 无书面合同：基础合同须由其他材料证明 | no written contract: other papers must prove it
case.claim | 主张 | Claim | 本金按账面余额，无费用 | principal is the ledger balance, no costs
case.security | 担保 | Security | 无担保；破产申报须明确说明有无担保 | no security; a claim in insolvency must say whether there is any
case.running_account | 连续滚动账 | Running account | 否，诉讼时效按每张发票分别计算 | no: limitation runs per invoice
case.quality_dispute | 质量异议 | Quality dispute | 未提出；仍须有声明或检验期届满 | none raised; a declaration or the end of the inspection period is needed
case.payment_order_conditions | 支付令条件 | Conditions of a payment order | 没有不符合的条件 | no condition is violated
case.declarations | 声明 | Declarations | 无声明：付款与质量须以材料证明 | none: payment and quality must be proved by papers
case.asset_clues | 财产线索 | Asset clues | 未掌握；申请保全须有财产信息或线索 | none known; preservation needs assets or clues
case.preservation | 财产保全 | Preservation of property | 未申请保全 | none applied for
case.proceedings | 其他程序 | Other proceedings | 无其他程序 | no other proceeding
case.judgment | 生效法律文书 | Effective instrument | 无生效文书：不能申请执行 | none: enforcement cannot be applied for
case.enforcement | 执行 | Enforcement | 未申请执行 | nothing filed
case.insolvency | 破产程序 | Insolvency | 无；申报债权须先录入 | none; needed to file a claim in insolvency
case.write_off | 核销 | Write-off | 无；核销归档须先录入 | none; needed for the write-off archive
party.id | 当事人标识 | Id of the party | 按其地位：creditor、debtor | by its role: creditor, debtor
party.name | 全称 | Full registered name | - | -
party.uscc | 统一社会信用代码 | Unified social credit code | 自然人或未知，不核对代码 | a natural person or not known: no code is compared
party.address | 住所地 | Address | 未知；无法生成起诉状 | not known; the pleading cannot be built
party.registered_address | 登记住所 | Registered address | 同住所地 | same as the address
party.legal_representative | 法定代表人 | Legal representative | 未知；无法生成起诉状 | not known; the pleading cannot be built
party.position | 职务 | Position | 法定代表人 | legal representative (法定代表人)
party.phone | 联系电话 | Telephone | 文书中留空 | left blank where the form allows
party.type | 企业类型 | Kind of entity | 无代码时视为自然人，否则未知 | a natural person where there is no code either, else not known
party.ownership | 所有制 | Ownership | 民营 | private (民营)
party.size | 企业规模 | Size | 未知，不适用中小企业规则 | not known: the rules for small enterprises are not applied
party.registry_status | 登记状态 | Status in the registry | 未知，须有登记查询打印件 | not known: the registry extract is needed
party.registry_extract_date | 登记查询打印日 | Registry extract printed on | 不视为 30 日内的查询结果 | the extract does not count as fresh (30 days)
party.former_names | 曾用名（每行一个） | Former names (one a line) | 无曾用名 | none recorded
party.gender | 性别 | Gender | 文书中留空 | left blank
party.birth_date | 出生日期 | Date of birth | 文书中留空 | left blank
party.ethnicity | 民族 | Ethnicity | 文书中留空 | left blank
party.employer | 工作单位 | Employer | 文书中留空 | left blank
party.id_kind | 证件类型 | Kind of identity document | 文书中留空 | left blank
party.id_number | 证件号码 | Number of the identity document | 文书中留空 | left blank
party.service_address | 送达地址 | Address for service | 同住所地 | same as the address
party.e_service | 接受电子送达 | Accepts electronic service | 不接受 | not accepted
party.email | 电子邮箱 | E-mail | 文书中留空 | left blank
party.bank_account | 收款账户 | Bank account | 未知；不能生成催款函和收款账户确认书 | not known; no letter of demand and no receiving account form
party.bank_account.name | 户名 | Account name | 同当事人全称 | the name of the party
party.bank_account.bank | 开户银行 | Bank | - | -
party.bank_account.number | 账号 | Account number | - | -
asset_clue.kind | 财产种类 | Kind of asset | - | -
asset_clue.description | 具体信息 | What exactly | - | -
asset_clue.location | 所在地 | Where it is | 未知 | not known
asset_clue.identifier | 权利证号 | Number of the title or registration | 未知 | not known
asset_clue.source | 线索来源 | Source of the clue | 未说明 | not told
asset_clue.value | 估值（元） | Estimated value (CNY) | 未估值 | not estimated
asset_clue.owner | 权利人 | Owner | 债务人 | the debtor
agent.kind | 代理人类别 | Kind of agent | - | -
agent.name | 姓名 | Name | - | -
agent.firm | 律师事务所 | Law firm | 无 | none
agent.phone | 电话 | Telephone | 文书中留空 | left blank
agent.authority | 代理权限 | Authority | 一般授权 | general authority
contract.id | 合同材料 | Paper of the contract | - | -
contract.no | 合同编号 | Contract no. | 合同无编号 | the contract has no number
contract.name | 合同名称 | Name of the contract | - | -
contract.signed_on | 签订日期 | Signed on | - | -
contract.signed_at | 签订地点 | Signed at | 未知 | not known
contract.total | 总价（元） | Total (CNY) | 无固定总价，不与交付总额比较 | no fixed total: it is not compared with what was delivered
contract.currency | 币种 | Currency | 人民币 | CNY
contract.payment_terms | 付款条款 | Payment terms | 无约定：到期日依法确定，至多部分证明 | none agreed: the statute gives the due date, proved in part at most
contract.payment_terms.rule | 条款内容 | What is agreed | - | -
contract.payment_terms.days_after_delivery | 交付后天数 | Days after delivery | 到期日以发票所载为准 | due dates come from the invoices
contract.invoice_first | 先票后款 | Invoice before payment | 否，付款不以开票为条件 | no such condition
contract.payment_requires_acceptance | 付款以验收为条件 | Payment needs acceptance | 否，付款不以验收为条件 | no such condition
contract.deemed_acceptance_clause | 视为验收条款 | Clause on deemed acceptance | 无此条款 | no such clause
contract.back_to_back | 背靠背付款条款 | Pay-when-paid clause | 无此条款 | no such clause
contract.retention | 质保金 | Retention money | 无质保金 | no retention money
contract.retention.amount | 金额（元） | Amount (CNY) | - | -
contract.retention.due_date | 到期日 | Due date | 以条件为准 | depends on the condition
contract.retention.condition | 返还条件 | Condition of release | 仅以日期为准 | the date alone decides
contract.inspection_period_days | 检验期（天） | Inspection period (days) | 合理期间，最长二年 | a reasonable time, two years at most (Civil Code 621)
contract.late_payment_clause | 逾期付款违约条款 | Clause on late payment | 无约定：按法定标准计算违约金 | no clause: damages by the statutory rule
contract.interest_clause | 利息条款 | Clause on interest | 借期内不计利息（民法典680条） | no interest during the term (Civil Code 680)
contract.repayment_date | 还款日期 | Repayment date | 未约定：须先送达催告 | no agreed term: a served demand is needed
contract.rent_schedule | 租金支付表 | Rent schedule | 无：租金到期不能证明 | none: rent cannot be shown to be due
contract.rent_schedule.period_from | 期间起 | Period from | - | -
contract.rent_schedule.period_to | 期间止 | Period to | - | -
contract.rent_schedule.amount | 租金（元） | Rent (CNY) | - | -
contract.rent_schedule.due_date | 到期日 | Due date | - | -
contract.cost_clause | 费用承担条款 | Clause on costs | 无：律师费等不能主张 | no clause: recovery costs cannot be claimed
contract.cost_clause.text | 条款原文 | Wording | - | -
contract.cost_clause.clause | 条款序号 | Clause no. | 不引用序号 | not printed
contract.dispute_clause | 争议解决条款 | Clause on disputes | 无：按法定管辖；不能申请仲裁 | no clause: the statutory court; no arbitration
contract.dispute_clause.type | 解决方式 | Way of resolution | - | -
contract.dispute_clause.text | 条款原文 | Wording | - | -
contract.dispute_clause.clause | 条款序号 | Clause no. | 不引用序号 | not printed
contract.dispute_clause.court | 约定法院 | Court agreed | 以条款原文为准 | named by the wording only
contract.dispute_clause.connection | 与争议的实际联系 | Connection with the dispute | 检查将提示补充 | the check asks for it
contract.place_of_performance | 履行地 | Place of performance | 未约定 | not agreed
contract.notice_address | 通知地址 | Address for notices | 登记住所 | the registered address
contract.authorised_receivers | 约定收货人（每行一人） | Authorised receivers (one a line) | 未指定收货人 | nobody is named
contract.authorised_contacts | 约定联系人（每行一人） | Authorised contacts (one a line) | 未指定联系人 | nobody is named
contract.object_kind | 标的物种类 | Kind of object | 其他 | other
contract.object_location | 标的物所在地 | Place of the object | 未知 | not known
contract.debtor_seal_or_signature | 债务人盖章或签字 | Sealed or signed by the debtor | 是：视为双方已签章 | yes: silence means sealed by both sides
contract.debtor_seal | 债务人盖章 | Debtor's seal | 与“盖章或签字”相同 | as sealed or signed
contract.creditor_seal | 债权人盖章 | Creditor's seal | 是 | yes
contract.signature_or_seal | 签字或盖章 | Signature or seal | 是 | yes
contract.electronic_signature_reliable | 电子签名可靠 | Electronic signature is reliable | 否 | no
clause_rate.type | 计算方式 | How it is reckoned | - | -
clause_rate.rate | 利率 | Rate | 按日、按年计算时必填 | needed for a daily or yearly rate
clause_rate.basis | 年基数（天） | Days of a year | 365；仅年利率使用 | 365; used by a yearly rate
clause_rate.markup | 加成 | Markup | 按LPR计算时必填（0.5 即加50%） | needed for a rate by LPR (0.5 = plus 50 %)
clause_rate.clause | 条款序号 | Clause no. | 不引用序号 | not printed
clause_rate.text | 条款原文 | Wording | 不引用原文 | not quoted
claim.principal | 主张本金（元） | Principal claimed (CNY) | 账面余额 | the ledger balance
claim.by_invoice | 按发票主张 | By invoice | 违约金按各发票账面余额计算 | damages on the ledger of each invoice
claim.recovery_costs | 实现债权费用（元） | Costs of recovery (CNY) | 0.00，不检查费用 | 0.00: costs are not checked
claim.interest_cut_off | 利息计算截止日 | Interest reckoned to | 检查当日 | the day of the check
claim.note | 备注 | Note | 无 | none
security.real_security | 有物的担保 | Real security exists | 未回答：破产申报缺此说明 | not answered: a claim in insolvency lacks the statement
security.joint_debt | 连带债务 | Joint debt | 未回答：破产申报缺此说明 | not answered: a claim in insolvency lacks the statement
security.guarantors | 保证人 | Guarantors | 无保证人 | no guarantor
security.collaterals | 抵押、质押 | Mortgages and pledges | 无抵押质押 | none
guarantor.id | 当事人标识 | Id of the party | guarantor | guarantor
guarantor.name | 名称 | Name | - | -
guarantor.uscc | 统一社会信用代码 | Unified social credit code | 自然人 | a natural person
guarantor.type | 企业类型 | Kind of entity | 自然人 | a natural person
guarantor.address | 住所地 | Address | 未知 | not known
guarantor.mode | 保证方式 | Kind of guarantee | 未约定，按一般保证 | not agreed: a general guarantee
guarantor.period_agreed | 约定保证期间 | Guarantee period agreed | 六个月 | six months
guarantor.contract_id | 保证合同 | Guarantee contract | 保证条款在主合同中 | the clause stands in the main contract
guarantor.signed_on | 签订日期 | Signed on | 未知 | not known
guarantor.resolution_ref | 决议文号 | Company resolution | 无决议：公司担保将提示 | none: missing for a company
guarantor.statutory_exception | 无须决议的法定情形 | Lawful exception from the resolution | 无 | none
collateral.contract_id | 担保合同 | Mortgage or pledge contract | - | -
collateral.kind | 担保种类 | Kind of security | 未知 | not known
collateral.object | 担保物 | Object | - | -
collateral.value | 价值（元） | Value (CNY) | 未知：全部债权按有担保申报，由律师核对 | unknown: the whole claim is filed as secured, a lawyer checks
collateral.owner | 担保物所有人 | Owner of the object | 债务人 | the debtor
collateral.registered | 已登记 | Registered | 否 | no
collateral.registration_id | 登记证明 | Proof of registration | 无登记：担保证明不完整 | no registration: the security is not fully proved by it
collateral.registered_on | 登记日期 | Registered on | 未知 | not known
running_account.value | 双方为连续滚动账 | The parties keep a running account | - | -
quality_dispute.raised_on | 提出日期 | Raised on | - | -
quality_dispute.by | 提出方 | Raised by | 债务人 | the debtor
quality_dispute.delivery | 涉及送货单 | Delivery concerned | 全部 | all
quality_dispute.form | 提出方式 | Form | 未知 | not known
quality_dispute.content | 内容 | Content | 未知 | not known
quality_dispute.resolved | 已解决 | Resolved | 否 | no
quality_dispute.resolved_on | 解决日期 | Resolved on | 未解决 | not resolved
payment_order_conditions.counter_obligation | 债权人有其他对待给付义务 | The creditor owes something in return | 否 | no
payment_order_conditions.other_dispute | 双方有其他债务纠纷 | There is another dispute about debts | 否 | no
payment_order_conditions.debtor_outside_mainland | 债务人不在境内 | The debtor is outside the mainland | 否 | no
payment_order_conditions.debtor_not_servable | 支付令无法送达债务人 | The debtor cannot be served | 否 | no
payment_order_conditions.pre_suit_preservation | 已申请诉前保全 | Preservation before suit was applied for | 否 | no
payment_order_conditions.debt_not_due_or_uncertain | 债权未到期或数额不确定 | The debt is not due or its sum not certain | 否 | no
declaration.statement | 声明内容 | Statement | - | -
declaration.by | 声明部门 | By | - | -
declaration.on | 声明日期 | On | 检查当日 | the day of the check
preservation.court | 法院 | Court | 未知 | not known
preservation.case_no | 案号 | Case no. | 无 | none
preservation.security_exempt | 免予担保 | Exempt from security | 否 | no
preservation.amount | 保全金额（元） | Amount (CNY) | 争议标的额 | the amount in dispute
preservation.measures | 保全措施 | Measures | 尚无措施 | none
preservation.measures.asset | 财产种类 | Kind of property | - | -
preservation.measures.measure_date | 采取日期 | Taken on | - | -
preservation.measures.expires_on | 到期日 | Expires on | 法定最长期限届满日 | the latest day the law allows
preservation.measures.rank | 轮候顺位 | Rank | 1 | 1
preservation.measures.description | 财产说明 | Description | 无 | none
proceeding.id | 标识 | Own reference | 无 | none
proceeding.kind | 程序种类 | Kind of proceeding | - | -
proceeding.court | 法院或机构 | Court or body | 未知 | not known
proceeding.case_no | 案号 | Case no. | 尚无 | none yet
proceeding.filed_on | 提交日期 | Filed on | - | -
proceeding.ended_on | 结束日期 | Ended on | 仍在进行：时效停止计算 | still open: limitation is stopped
proceeding.result | 结果 | Result | 尚无 | none yet
proceeding.same_claim | 同一债权 | Same claim | 是：进行中或已裁判的，构成重复起诉 | yes: while open or decided a new suit is a duplicate
judgment.id | 文书材料 | Paper of the instrument | - | -
judgment.type | 文书种类 | Kind of instrument | 判决书 | judgment
judgment.court | 作出机关 | Court or body | - | -
judgment.case_no | 案号 | Case no. | - | -
judgment.dated | 文书日期 | Dated | 未知 | not known
judgment.served_on_last_party | 最后一方送达日 | Served on the last party | 未知 | not known
judgment.effective_on | 生效日期（以生效证明为准） | Effective on (by the certificate) | 未生效，视为无生效文书 | not effective: counts as none
judgment.effective_on_source | 生效日期依据 | Source of that day | 未记录 | not recorded
judgment.items | 金钱判项 | Monetary items | 无数额：金额核对与执行金额无法计算 | no figures: amounts cannot be compared and enforcement sums not computed
judgment.performance_days | 履行期（天） | Days to perform | 以履行期届满日为准 | the last day to perform decides
judgment.performance_last_day | 履行期届满日 | Last day to perform | 生效日加履行期；均无则为生效日 | effective day plus days to perform, or that day itself
instrument_item.kind | 项目 | Item | - | -
instrument_item.form | 形式 | Form | 固定数额 | a fixed sum
instrument_item.amount | 金额（元） | Amount (CNY) | 固定数额的必填 | needed for a fixed sum
instrument_item.from | 起算日 | From | 持续计算的必填 | needed for a running item
instrument_item.to | 截止日 | To | 不限于某日 | the sum is not tied to a day
instrument_item.base | 计算基数 | Base | 本金 | principal
instrument_item.annual_rate | 年利率 | Yearly rate | 或填日利率 | or a daily rate
instrument_item.daily_rate | 日利率 | Daily rate | 或填年利率 | or a yearly rate
instrument_item.basis | 年基数（天） | Days of a year | 365 | 365
instrument_item.until | 计算至 | Until | 实际清偿之日 | until paid
instrument_item.counts_in_doubled_base | 计入加倍利息基数 | Counts in the doubled base | 一般利息不计入，其余计入 | general interest does not, the others do
instrument_item.note | 备注 | Note | 无 | none
enforcement.application_filed | 申请执行日 | Application filed on | 未申请：按计划提交日期检查时效 | not filed: the planned day of filing is tested
enforcement.case_no | 执行案号 | Case no. | 尚无 | none yet
enforcement.recovered | 已执行款项 | Sums recovered | 未受偿 | nothing recovered
enforcement.recovered.id | 收款凭证 | Proof of payment | 无凭证 | no paper
enforcement.recovered.date | 日期 | Date | - | -
enforcement.recovered.amount | 金额（元） | Amount (CNY) | - | -
enforcement.recovered.how | 方式 | How | 未知 | not known
enforcement.recovered.voluntary | 自动履行 | Paid voluntarily | 否：法院执行所得，时效不中断 | no: taken by the court, restarts no period
enforcement.terminated_current_procedure | 终结本次执行程序 | End of the current enforcement procedure | 未终结 | not ended
enforcement.terminated_current_procedure.id | 终本裁定 | The ruling | - | -
enforcement.terminated_current_procedure.kind | 文书名称 | Name of the paper | 终结本次执行程序裁定 | ruling ending the current procedure
enforcement.terminated_current_procedure.date | 裁定日期 | Date | - | -
insolvency.court | 受理法院 | Court | - | -
insolvency.case_no | 案号 | Case no. | - | -
insolvency.procedure | 程序种类 | Procedure | 未知 | not known
insolvency.acceptance_date | 受理日期 | Accepted on | - | -
insolvency.announcement_date | 公告日期 | Announced on | 未知：不检查期限是否合理 | not known: the deadline is not tested for plausibility
insolvency.claim_deadline | 申报截止日 | Deadline for claims | - | -
insolvency.administrator | 管理人 | Administrator | 未知 | not known
insolvency.administrator_address | 管理人地址 | Administrator's address | 未知 | not known
insolvency.first_creditors_meeting | 第一次债权人会议 | First creditors' meeting | 未知 | not known
write_off.approval_id | 核销审批表 | Approval of the write-off | 未指明审批材料 | no paper is named
write_off.approved_on | 审批日期 | Approved on | 未审批 | not approved
write_off.approved_by | 审批人 | Approved by | 未知 | not known
write_off.ground | 核销情形 | Ground | - | -
write_off.booked_principal | 账面本金（元） | Booked principal (CNY) | - | -
write_off.recourse_statement_id | 保留追索权声明 | Statement of recourse kept | 保留追索权的证明不完整 | recourse kept is not fully proved
write_off.special_report | 专项报告 | Special report | 无 | none
write_off.next_followup | 下次追索日 | Next follow-up | 未设定：保留追索权的证明不完整 | not set: recourse kept is not fully proved
write_off.followup_rule | 追索安排 | Rule of follow-up | 每六个月 | every six months
write_off.annual_revenue | 年度收入（元） | Annual revenue (CNY) | 小额标准仅按 5 万元 | the small debt is tested by 50,000 only
write_off.posted_on | 记账日期 | Posted on | 未记账 | not posted
"""

_CHOICES = """
bank_account | 银行账户 | bank account
vehicle | 车辆 | vehicle
receivable | 应收账款 | receivable
equipment_stock | 设备、存货 | equipment or stock
micro | 微型 | micro
small | 小型 | small
medium | 中型 | medium
large | 大型 | large
public_body | 机关、事业单位 | public body
lawyer | 律师 | lawyer
employee | 员工 | employee
一般授权 | 一般授权 | general authority
特别授权 | 特别授权 | special authority
daily_rate | 约定日利率 | agreed daily rate
annual_rate | 约定年利率 | agreed yearly rate
fixed_lpr | 按违约时LPR固定 | LPR fixed at the breach
floating | 按LPR浮动 | floating with LPR
360 | 360 | 360
365 | 365 | 365
court | 法院 | court
arbitration | 仲裁 | arbitration
either_or | 或裁或审 | court or arbitration
house | 房屋 | house
movable | 动产 | movable
other | 其他 | other
一般保证 | 一般保证 | general guarantee
连带责任保证 | 连带责任保证 | joint liability
未约定 | 未约定 | not agreed
debtor | 债务人 | debtor
creditor | 债权人 | creditor
third_party | 第三人 | third party
no payment received | 未收到付款 | no payment received
no quality objection received | 未收到质量异议 | no quality objection received
own funds; not a professional lender | 自有资金，非职业放贷人 | own funds; not a professional lender
finance | 财务 | finance
sales | 销售 | sales
legal | 法务 | legal
bank_deposit | 银行存款 | bank deposit
immovable | 不动产 | immovable
equity | 股权 | equity
other_right | 其他财产权 | other right
principal | 本金 | principal
liquidated_damages | 违约金（固定数额） | liquidated damages, fixed as a sum
general_interest | 一般债务利息及按利息计算的违约金 | general interest, and damages reckoned like interest
recovery_costs | 实现债权费用 | costs of recovery
court_fee | 诉讼费 | court fee
fixed | 固定数额 | fixed sum
running | 持续计算 | running
重整 | 重整 | reorganisation
和解 | 和解 | composition
破产清算 | 破产清算 | liquidation
bankrupt | 债务人破产 | the debtor is bankrupt
judgment_or_enforcement_ended | 裁判或执行终结后仍未收回 | judgment given or enforcement ended, not recovered
ceased_business | 停止营业、注销或吊销 | business ceased, struck off or licence revoked
death_or_missing | 死亡或失踪 | death or missing
restructuring | 债务重组 | debt restructuring
force_majeure | 自然灾害、不可抗力 | force majeure
overdue_3y | 逾期三年以上 | overdue for three years or more
small_1y | 逾期一年以上的小额债权 | small and overdue for one year or more
"""

SECTION_WORDS: Mapping[str, Words] = MappingProxyType({
    "case": Words("案件", "Case"), "creditor": Words("债权人", "Creditor"), "debtors": Words("债务人", "Debtors"),
    "third_parties": Words("第三人", "Third parties"), "agents": Words("代理人", "Agents"), "contract": Words("合同条款", "Contract and its clauses"),
    "claim": Words("主张", "Claim"), "security": Words("担保与保证人", "Security and guarantors"), "running_account": Words("连续滚动账", "Running account"),
    "quality_dispute": Words("质量异议", "Quality dispute"), "payment_order_conditions": Words("支付令条件", "Conditions of a payment order"),
    "declarations": Words("声明", "Declarations"), "preservation": Words("财产保全", "Preservation of property"),
    "asset_clues": Words("财产线索", "Asset clues"),
    "proceedings": Words("其他程序", "Other proceedings"), "judgment": Words("生效法律文书", "Effective instrument"),
    "enforcement": Words("执行", "Enforcement"), "insolvency": Words("破产程序", "Insolvency"), "write_off": Words("核销", "Write-off"),
})  # fmt: skip
GROUPS: tuple[tuple[Words, tuple[str, ...]], ...] = (
    (Words("案件与当事人", "Case and parties"), ("case", "creditor", "debtors", "third_parties", "agents")),
    (Words("债权", "The debt"), ("contract", "claim", "security", "running_account", "quality_dispute", "payment_order_conditions", "declarations")),
    (Words("法院、执行、破产与核销", "Court, enforcement, insolvency and write-off"),
     ("asset_clues", "preservation", "proceedings", "judgment", "enforcement", "insolvency", "write_off")),
)  # fmt: skip
HINTS: Mapping[str, Words] = MappingProxyType({
    "clause_rate.rate": Words("如 0.00015、0.015% 或 万分之1.5", "like 0.00015 or 0.015%"),
    "instrument_item.annual_rate": Words("如 0.0555 或 5.55%", "like 0.0555 or 5.55%"),
    "guarantor.period_agreed": Words("如 6个月、2年、至2027-03-01、至主债务清偿完毕", "6 months, 2 years, until 2027-03-01, until the debt is fully repaid"),
    "party.registry_status": Words("以登记状态开头：存续、在业、吊销、注销、迁出、停业", "begins with the registry's word: 存续, 在业, 吊销, 注销, 迁出, 停业"),
})  # fmt: skip


def _keys() -> Mapping[str, KeyWords]:
    rows = (line.split(" | ") for line in _KEYS.strip().splitlines())
    return MappingProxyType({name: KeyWords(Words(zh, en), None if none == "-" else Words(none, none_en)) for name, zh, en, none, none_en in rows})


def _choices() -> Mapping[str, Words]:
    rows = (line.split(" | ") for line in _CHOICES.strip().splitlines())
    return MappingProxyType({name: Words(zh, en) for name, zh, en in rows})


KEY_WORDS = _keys()
CHOICE_WORDS = _choices()
