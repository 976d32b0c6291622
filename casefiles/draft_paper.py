"""Single papers: what can be written of a case outside a packet, what each still lacks, and the paper itself as Word file and PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from casefiles import audit, runtime
from casefiles.case_mapping import case_mapping, day_of, waivers_of
from casefiles.errors import NotUsable, Refused
from casefiles.law import Words, load_law
from casefiles.law.days import day_of as day_said
from casefiles.models import Case
from casefiles.policy import Actor
from casefiles.rules import report
from casefiles.rules.evidence import assess
from casefiles.rules.facts import read_case
from forms import docx, pdf
from forms.claim import debtors, guarantors
from forms.kinds import ALONE
from forms.papers import MissingField, Subject
from forms.power_of_attorney import POWERS

ASKED = "answers."  # where a missing field is for the person who writes the paper to say, not for the case file
LONGEST = 500
SIGNS_SHOWN = 12
AUTHORITIES = ("一般授权", "特别授权")


@dataclass(frozen=True)
class Option:
    """What a person chooses for a paper, and what silence means. `kind`: text, date, recipient, procedure (a packet kind), choice or several
    (comma-separated) of `values`."""

    label: Words
    kind: str = "text"
    silence: Words | None = None
    values: Mapping[str, str] = field(default_factory=dict)


AS_IN_FILE = Words("不填则按案件资料", "empty: as in the case file")
AS_PROCEDURE = Words("不填则按程序", "empty: as the procedure has it")
OPTIONS: Mapping[str, Option] = {
    "recipient": Option(Words("收件人", "To whom"), "recipient"),
    "pay_by": Option(Words("付款期限", "To be paid by"), "date"),
    "contact": Option(Words("联系人及电话", "Person to answer to, telephone"), silence=AS_IN_FILE),
    "cut_off": Option(Words("截至日期", "Account up to"), "date", Words("不填则为出具当日", "empty: the day of the paper")),
    "opening_on": Option(Words("本期自何日起", "First day of the period"), "date", Words("不填则自始", "empty: from the beginning")),
    "procedure": Option(Words("用于何种程序", "For which procedure"), "procedure"),
    "authority": Option(Words("代理权限", "Authority"), "choice", AS_IN_FILE, {each: each for each in AUTHORITIES}),
    "powers": Option(Words("特别授权事项", "Special powers"), "several", Words("不选则按程序", "none: those that fit the procedure"), POWERS),
    "term": Option(Words("期限", "Term"), silence=AS_PROCEDURE),
    "postcode": Option(Words("邮政编码", "Postcode")),
}


@dataclass(frozen=True)
class Kind:
    """One paper: its name, what it is for, what a person chooses for it; `packet` is the packet whose check it needs, the case's own where empty."""

    name: Words
    purpose: Words
    options: tuple[str, ...] = ()
    packet: str = ""


KINDS: Mapping[str, Kind] = {
    "demand_letter": Kind(
        Words("催款函", "Demand letter"),
        Words("要求债务人或保证人在确定日期前付款，送达后诉讼时效中断；附回执。",
              "Asks the debtor or a guarantor to pay by a definite day; once served it interrupts limitation. With a reply slip."),
        ("recipient", "pay_by", "contact"),
    ),
    "reconciliation_statement": Kind(
        Words("对账单", "Reconciliation statement"),
        Words("请债务人盖章确认欠款金额，不影响合同约定的违约金。", "Has the debtor confirm the balance under seal; agreed damages stay as they are."),
        ("cut_off", "opening_on"),
    ),
    "legal_rep_certificate_creditor": Kind(
        Words("法定代表人身份证明书", "Certificate of the legal representative"),
        Words("证明谁有权代表债权人签署。", "Says who may sign for the creditor."),
    ),
    "power_of_attorney": Kind(
        Words("授权委托书", "Power of attorney"),
        Words("委托代理人；特别授权须逐项勾选。", "Authorises the agents; special powers are ticked one by one."),
        ("procedure", "authority", "term", "powers"),
    ),
    "service_address_confirmation": Kind(
        Words("送达地址确认书", "Address for service"),
        Words("确认文书送达的地址、收件人和电子送达方式。", "Confirms where papers are served, who takes them in, and electronic service."),
        ("procedure", "postcode"),
    ),
    "asset_clue_list": Kind(
        Words("财产线索清单", "List of asset clues"),
        Words("列明债务人可供保全或执行的财产。", "Lists what the debtor is known to own, for preservation or enforcement."),
    ),
    "performance_statement": Kind(
        Words("履行情况说明", "Statement of performance"),
        Words("说明生效法律文书的履行情况及尚欠金额的计算。", "Tells what was paid on the effective instrument and how the rest is reckoned."),
        packet="enforcement",
    ),
    "receiving_account": Kind(
        Words("收款账户确认书", "Receiving account"),
        Words("确认款项付至债权人的哪个账户。", "Confirms the account to which money for the creditor is paid."),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """A paper on offer: what the case file lacks for it, and the options that a person must choose. `ready`: nothing of the case file blocks it."""

    id: str
    kind: Kind
    gaps: tuple[MissingField, ...]
    asked: tuple[str, ...]

    @property
    def ready(self) -> bool:
        return not any(gap.blocking for gap in self.gaps)


@dataclass(frozen=True)
class Draft:
    """A paper as it is handed out; `gaps` were left out of it, `unprintable` are signs that the PDF shows as 〓 because no font at hand has them."""

    id: str
    name: Words
    docx: bytes
    pdf: bytes
    day: date
    gaps: tuple[MissingField, ...]
    unprintable: tuple[str, ...]


def offered(case: Case, as_of: date | None, today: date) -> list[Offer]:
    """Every paper that can stand alone, with what it lacks in this case."""
    found = []
    mapping = case_mapping(case)
    checks: dict[str, dict[str, Any]] = {}
    for name in ALONE:
        kind = kind_of(name)
        packet = kind.packet or case.packet_kind
        checks[packet] = checks.get(packet) or _check(case, mapping, packet, as_of, today)
        missing = ALONE[name].missing(_subject(mapping, checks[packet], kind, {}))
        asked = tuple(gap.key for gap in missing if gap.where.startswith(ASKED) and gap.blocking)
        found.append(Offer(name, kind, tuple(gap for gap in missing if gap.key not in asked), asked))
    return found


def recipients(case: Case) -> list[tuple[str, str]]:
    """To whom a letter can go: the value of the option, and the name."""
    mapping = case_mapping(case)
    first, *others = debtors(mapping)
    return [
        ("debtor", str(first["name"])), *((f"debtor:{party['name']}", str(party["name"])) for party in others),
        *((f"guarantor:{party['name']}", str(party["name"])) for party in guarantors(mapping)),
    ]  # fmt: skip


def kind_of(name: str) -> Kind:
    """The paper of this name. Raises NotUsable with the known ones."""
    if name not in ALONE or name not in KINDS:
        known = ", ".join(ALONE)
        raise NotUsable(f"There is no paper {name[:40]!r}; nothing was made. Known: {known}.", f"没有“{name[:40]}”这种文书，未生成。可选：{known}。")
    return KINDS[name]


def make(actor: Actor, case: Case, name: str, options: Mapping[str, str], as_of: date | None) -> Draft:
    """Write the paper in the caller's transaction, which keeps the audit entry. Raises Refused where it lacks something, NotUsable for a wrong option.

    The caller has loaded the case with the right to take papers of it away.
    """
    kind = kind_of(name)
    chosen = _chosen(kind, options)
    mapping = case_mapping(case)
    check = _check(case, mapping, kind.packet or case.packet_kind, as_of, actor.today)
    subject = _subject(mapping, check, kind, chosen)
    missing = ALONE[name].missing(subject)
    _refuse(kind, [gap for gap in missing if gap.blocking])
    form, fonts = ALONE[name].make(subject), runtime.fonts()
    draft = Draft(name, kind.name, docx.docx(form), pdf.pdf(form, fonts), subject.day, tuple(missing), pdf.unprintable(form, fonts))
    audit.record(actor, "draft", name, case_id=case.case_id, as_of=subject.day, options=chosen)
    return draft


def signs_words(draft: Draft) -> Words | None:
    """What must be told of signs that the PDF cannot show; None where it shows all."""
    if not draft.unprintable:
        return None
    codes = ", ".join(f"U+{ord(sign):04X}" for sign in draft.unprintable[:SIGNS_SHOWN])
    return Words(
        f"本机字体没有下列字符，PDF 中以〓代替：{codes}。请使用 Word 文件，或安装含有这些字符的字体。",
        f"The fonts at hand cannot draw these signs, so the PDF would show 〓 for them: {codes}. Use the Word file, or install a font that has them.",
    )


def _chosen(kind: Kind, options: Mapping[str, str]) -> dict[str, Any]:
    """The options that were said, tested by name, length and kind; an empty one was not said."""
    said = {key: value.replace("\0", "").strip() for key, value in options.items()}
    for key, value in said.items():
        if key not in kind.options:
            may = ", ".join(kind.options) or "none"
            raise NotUsable(
                f"{kind.name.en} has no option {key[:40]!r} (it has: {may}); nothing was made.", f"{kind.name.zh}没有选项“{key[:40]}”，未生成。"
            )
        if len(value) > LONGEST:
            raise NotUsable(f"{key} is longer than {LONGEST} characters; nothing was made.", f"“{key}”超过 {LONGEST} 字，未生成。")
    return {key: _tested(key, value) for key, value in said.items() if value}


def _tested(key: str, value: str) -> str | list[str]:
    """The option as the papers take it. Raises NotUsable for what is no date, no procedure or no known choice."""
    option = OPTIONS[key]
    known = load_law().packet_names if option.kind == "procedure" else option.values
    several = [each.strip() for each in value.split(",") if each.strip()] if option.kind == "several" else [value]
    if known and not set(several) <= set(known):
        raise NotUsable(f"{key}: {value[:40]!r} is not among {', '.join(known)}; nothing was made.", f"“{value[:40]}”不在可选项之内，未生成。")
    if option.kind == "date":
        try:
            day_said(value)
        except ValueError:
            raise NotUsable(
                f"{key}: {value[:20]!r} is no date; nothing was made. Write it like 2026-12-31.", f"“{value[:20]}”不是日期，未生成。格式如 2026-12-31。"
            ) from None
    return several if option.kind == "several" else value


def _refuse(kind: Kind, empty: Sequence[MissingField]) -> None:
    if empty:
        en, zh = ", ".join(gap.en for gap in empty), "、".join(gap.zh for gap in empty)
        raise Refused(
            f"{kind.name.en}: this is lacking: {en}. Nothing was made; enter it and try again.", f"{kind.name.zh}缺少：{zh}。未生成，请补录后重试。"
        )


def _check(case: Case, mapping: Mapping[str, Any], packet: str, as_of: date | None, today: date) -> dict[str, Any]:
    return report.to_mapping(assess(read_case(mapping), packet, day_of(case, as_of, today), load_law(), waivers_of(case)))


def _subject(mapping: Mapping[str, Any], check: Mapping[str, Any], kind: Kind, options: Mapping[str, Any]) -> Subject:
    """Papers that serve a procedure speak in its words: the chosen one, else the case's own."""
    procedure = str(options.get("procedure") or mapping["packet_kind"]) if "procedure" in kind.options else kind.packet
    cause = load_law().dispute_types[mapping["dispute_type"]].zh
    return Subject(case=mapping, check=check, kind=procedure, day=date.fromisoformat(check["as_of"]), cause=cause, options=options)
