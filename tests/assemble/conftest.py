"""An instance of its own, cases entered with small papers, and packets built from them once.

Copies of the examples that the rules let through: A with asset clues and a guarantee, A decided, B mended and taken to arbitration.
"""

import copy
import hashlib
import wave
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import yaml

from casefiles import assemble, db, exchange, runtime, schema
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.law import EXAMPLES, load_law
from casefiles.models import Case, Packet, Person, Role
from casefiles.policy import Actor

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


CLUES = [
    {"kind": "bank_account", "description": "中国示例银行无锡样本支行，户名示例北方装备制造有限公司", "identifier": "0000 1111 2222 3333", "source": "合同载明的开票信息"},
    {"kind": "immovable", "description": "工业用房一处", "location": "江苏省无锡市示例区样本路88号", "source": "企业信息公示", "value": "1500000.00"},
]
ACCOUNT = {"bank": "中国示例银行杭州测试支行", "number": "0000 9999 8888 7777"}


def example(letter: str) -> dict:
    """An example as it is, without what it expects."""
    case = yaml.safe_load(next(EXAMPLES.glob(f"case-{letter}-*.yaml")).read_text(encoding="utf-8"))
    del case["expected"]
    return case


def secured_a() -> dict:
    """A, about to ask for preservation before the suit: clues, a letter of guarantee for the whole sum, the reason for haste."""
    case = example("a") | {"case_id": "EX-A-SECURED", "packet_kind": "preservation", "asset_clues": copy.deepcopy(CLUES)}
    case["preservation"] = {"amount": "832946.41", "court": "杭州市示例区人民法院"}
    case["documents"] = [*case["documents"], {"id": "D21", "type": "guarantee_letter"}]
    return case


def decided_a() -> dict:
    """A with a judgment in force that the debtor did not perform."""
    case = example("a") | {"case_id": "EX-A-ENFORCE", "packet_kind": "enforcement", "as_of": "2026-12-01", "state": "enforcement"}
    case["creditor"] = case["creditor"] | {"bank_account": dict(ACCOUNT)}
    case["debtor"] = case["debtor"] | {"registry_extract_date": "2026-11-20"}
    case["asset_clues"] = copy.deepcopy(CLUES)
    case["judgment"] = {
        "id": "D21",
        "court": "杭州市示例区人民法院",
        "case_no": "（2026）示0106民初1001号",
        "effective_on": "2026-09-10",
        "performance_days": 10,
        "items": [
            {"kind": "principal", "amount": "750000.00"},
            {"kind": "liquidated_damages", "amount": "82946.41"},
            {"kind": "court_fee", "amount": "6064.73", "counts_in_doubled_base": False},
        ],
    }
    case["documents"] = [*case["documents"], {"id": "D22", "type": "effectiveness_certificate", "effective_on": "2026-09-10"}]
    return case


def mended_b() -> dict:
    """B after everything but its forum was put right: signed, sealed, served, and the sum of the ledger claimed."""
    case = example("b") | {"case_id": "EX-B-MENDED", "packet_kind": "arbitration"}
    case["deliveries"][1] |= {"signed_by": "壬九", "debtor_seal": True}
    case["reconciliations"][0] |= {"amount": "317400.00", "debtor_seal": "公章", "signed_by": "壬九", "signer_authorised": True}
    case["demands"][0] |= {
        "recipient": "debtor", "carrier": "EMS", "waybill_no": "EX000000003CN", "content_named": "催款函", "address_matches": True,
        "receipt": {"id": "D14", "delivered_on": "2025-06-12", "signed_by": "前台", "status": "签收"},
    }  # fmt: skip
    case["claim_entered_by_user"] = {"principal": "317400.00"}
    case["identity_documents"] = [*case["identity_documents"], "legal_rep_id_copy"]
    return case


@pytest.fixture(scope="session")
def case_of():
    """case_of("a"): a fresh example; "secured", "decided" and "mended" are the copies."""
    copies = {"secured": secured_a, "decided": decided_a, "mended": mended_b}
    return lambda name: copies[name]() if name in copies else example(name)


def small_pdf(words: str, pages: int = 1) -> bytes:
    """A readable PDF of so many A4 pages that says so on each."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for page in range(pages):
        text = f"BT /F1 18 Tf 72 700 Td ({words} - {page + 1}) Tj ET"
        objects.append(f"<< /Length {len(text)} >>\nstream\n{text}\nendstream")
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects)} 0 R >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {pages} /Kids [{' '.join(kids)}] >>"
    whole, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(whole))
        whole += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(whole)}\n%%EOF\n"
    return whole + end.encode()


def silence() -> bytes:
    """A recording of one second."""
    content = BytesIO()
    with wave.open(content, "wb") as track:
        track.setnchannels(1)
        track.setsampwidth(1)
        track.setframerate(8000)
        track.writeframes(bytes([128]) * 8000)
    return content.getvalue()


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    running = runtime.start(Config.embedded(tmp_path_factory.mktemp("assemble") / "data", "x" * 40))
    schema.upgrade(db.session.get_bind())
    yield running
    db.session.remove()


@pytest.fixture(scope="module")
def actor(instance):
    with saving():
        person = Person(email="manager@example.test", name="王主任", role=Role.LEGAL_MANAGER, password_hash="!", created_at=NOW)
        session.add(person)
        session.flush()
        return Actor(person_id=person.id, name=person.name, role=person.role, department="法务部", now=NOW, today=date(2026, 11, 22))


@pytest.fixture(scope="module")
def enter(instance, actor, tmp_path_factory):
    """enter(case): the case in the database, with a file of one page for each of its documents but things; gives its id."""

    def enter(case: dict, *, without: tuple[str, ...] = ()) -> str:
        written = tmp_path_factory.mktemp("case") / f"{case['case_id']}.yaml"
        written.write_text(yaml.safe_dump(case, allow_unicode=True), encoding="utf-8")
        with saving():
            row = exchange.enter(actor, exchange.read(written), {})
            for document in row.documents:
                if load_law().documents[document.type].formats and document.ref not in without:
                    sound = document.type == "call_recording"
                    content = silence() if sound else small_pdf(f"{document.ref} {document.type}")
                    give_file(document, content, *(("audio/wav", f"{document.ref}.wav") if sound else ("application/pdf", f"{document.ref}.pdf")))
            return row.case_id

    return enter


def give_file(document, content: bytes, media_type: str, name: str) -> None:
    """Lay bytes into the store and name them on the document."""
    store = runtime.store()
    store.keep(store.stage(BytesIO(content)))
    document.sha256, document.size = hashlib.sha256(content).hexdigest(), len(content)
    document.media_type, document.name, document.page_count = media_type, name, 1


@pytest.fixture(scope="module")
def build(instance, actor, tmp_path_factory):
    """build(case_id, kind): the packet made in a folder and finished; gives packet id, folder and what was made."""

    def build(case_id: str, kind: str, **said):
        with saving():
            packet_id = assemble.request(actor, session.get_one(Case, case_id), kind, as_of=None, queue=False, **said).id
        with saving():
            order = assemble.order_of(session.get_one(Packet, packet_id))
        folder = tmp_path_factory.mktemp(f"{case_id}-{kind}")
        made = assemble.produce(order, folder, runtime.fonts(), lambda *_told: None)
        with saving():
            assemble.finish(session.get_one(Packet, packet_id), made, assemble.keep(made, runtime.store()), NOW)
        return packet_id, folder, made

    return build
