"""法定代表人身份证明书 (certificate of the legal representative) of the side that files; a natural person states who it is instead."""

from __future__ import annotations

from datetime import date

from forms.claim import Case
from forms.figures import day
from forms.form import Field, Form, Paragraphs, Section, Signature, Strong, line
from forms.papers import MissingField
from forms.parties import UNKNOWN_OWN, is_person, party_lines, position, said

ID = "legal_rep_certificate_creditor"


def legal_rep_certificate(case: Case, issued_on: date) -> Form:
    """The certificate of the creditor. Raises KeyError without a name or a legal representative: see `missing_fields`."""
    creditor = case["creditor"]
    if is_person(creditor):
        return _natural_person(case, issued_on)
    name, person, office = str(creditor["name"]), str(creditor["legal_representative"]), position(creditor)
    served = "" if office == "法定代表人" else f"现任我单位{office}职务，"
    return Form(
        id=ID,
        title="法定代表人身份证明书",
        parts=(
            Paragraphs((line("兹证明", Strong(person), f"{served}系我单位法定代表人。"), line("特此证明。")), size=15),
            Section(
                "单位信息",
                (
                    Field("单位全称", (line(name),)),
                    Field("统一社会信用代码", (line(said(creditor, "uscc", UNKNOWN_OWN)),)),
                    Field("住所地", (line(said(creditor, "address", UNKNOWN_OWN)),)),
                    Field("法定代表人", (line(f"{person}　职务：{office}"),)),
                    *((Field("联系电话", (line(str(creditor["phone"])),)),) if creditor.get("phone") else ()),
                ),
            ),
            Paragraphs((line("附：法定代表人身份证复印件一份。"),), flush=True),
            Signature("单位全称（公章）", name, day(issued_on)),
        ),
    )


def missing_fields(case: Case) -> list[MissingField]:
    """Name and legal representative of the creditor."""
    creditor = case.get("creditor") or {}
    wanted = [("name", "单位全称", "name of the creditor")]
    if not is_person(creditor):
        wanted.append(("legal_representative", "法定代表人", "legal representative of the creditor"))
    found = [MissingField(f"creditor.{key}", zh, en, f"creditor.{key}") for key, zh, en in wanted if not creditor.get(key)]
    if not is_person(creditor) and not creditor.get("position"):
        zh, en = "法定代表人的职务（未填时写“法定代表人”）", "office of the legal representative (printed as 法定代表人 when empty)"
        found.append(MissingField("creditor.position", zh, en, "creditor.position", blocking=False))
    return found


def _natural_person(case: Case, issued_on: date) -> Form:
    creditor = case["creditor"]
    return Form(
        id=ID,
        title="当事人身份说明",
        parts=(
            Paragraphs((line("本人", Strong(str(creditor["name"])), "系自然人，以自己的名义参加本案程序，没有法定代表人。"), line("特此说明。")), size=15),
            Section("身份信息", (Field("自然人", party_lines(creditor, own=True)),)),
            Paragraphs((line("附：本人身份证复印件一份。"),), flush=True),
            Signature("说明人（签名）", str(creditor["name"]), day(issued_on)),
        ),
    )
