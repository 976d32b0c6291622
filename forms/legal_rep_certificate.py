"""法定代表人身份证明书 (certificate of the legal representative) of the side that files."""

from __future__ import annotations

from datetime import date

from forms.claim import Case
from forms.figures import day
from forms.form import Field, Form, Paragraphs, Section, Signature, Strong, line
from forms.parties import UNKNOWN_OWN, position, said


def legal_rep_certificate(case: Case, issued_on: date) -> Form:
    """The certificate of the creditor. Raises KeyError without a name or a legal representative: `missing_fields` of the complaint asks for both."""
    creditor = case["creditor"]
    name, person, office = str(creditor["name"]), str(creditor["legal_representative"]), position(creditor)
    served = "" if office == "法定代表人" else f"现任我单位{office}职务，"
    return Form(
        id="legal_rep_certificate_creditor",
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
                    Field("联系电话", (line(said(creditor, "phone", UNKNOWN_OWN)),)),
                ),
            ),
            Paragraphs((line("附：法定代表人身份证复印件一份。"),), flush=True),
            Signature("单位全称（公章）", name, day(issued_on)),
        ),
    )
