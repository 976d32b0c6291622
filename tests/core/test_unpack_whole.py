"""From the uploaded bytes to rows and texts: an archive whose names are GBK, a mail in it, its attachments; an archive that holds itself."""

import base64
import io
import zipfile

import pytest
from sqlalchemy import select

from casefiles import intake, jobs, runtime, unpack
from casefiles.db import saving, session
from casefiles.models import Case, Document, TextStatus
from casefiles.readers.archive import read_zip
from casefiles.readers.reading import Told
from casefiles.unpack import KeptChild

MAIL = (
    "From: =?GBK?B?{name}?= <li@example.com>\r\nTo: zhang@example.com\r\nSubject: =?GBK?B?{subject}?=\r\nDate: Mon, 4 Mar 2024 10:00:00 +0800\r\n"
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n我司承诺于五月底前付清。\r\n"
    "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"=?GBK?B?{one}?=\"\r\n\r\n收货单：轴承座贰佰套\r\n"
    "--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=\"=?GBK?B?{two}?=\"\r\n\r\n发票号,金额\r\n12345678,1280000.50\r\n--b--\r\n"
)  # fmt: skip


def word(text):
    return base64.b64encode(text.encode("gbk")).decode()


@pytest.fixture
def read_all(instance, case_a, actor):
    """read_all("a.zip", bytes): upload them in a heap and work until nothing waits; every document that came out, by its whole path."""

    def upload(name, content):
        received = intake.inspect(instance.store.stage(io.BytesIO(content)), name, 1 << 24)
        instance.store.keep(received.staged)
        with saving():
            number = intake.receive(actor, session.get_one(Case, "EX-A-COMPLETE"), received, type="unsorted").id
        assert jobs.drain(120) == 0
        session.expire_all()
        found = {}
        for document in session.scalars(select(Document).where(Document.id >= number).order_by(Document.id)):
            path, above = [document.path_in_parent or name], document.parent
            while above is not None:
                path.append(above.path_in_parent or name)
                above = above.parent
            found["/".join(reversed(path))] = document
        return found

    return upload


def test_a_mail_with_two_attachments_in_a_gbk_zip_gives_four_documents(read_all):
    folder = "往来邮件/".encode("gbk")
    mail = MAIL.format(name=word("李四"), subject=word("回复：还款计划"), one=word("收货单.txt"), two=word("发票.csv")).encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("x" * len(folder) + "a.eml", mail)
    found = read_all("证据.zip", held.getvalue().replace(b"x" * len(folder), folder))
    assert list(found) == ["证据.zip", "证据.zip/往来邮件/a.eml", "证据.zip/往来邮件/a.eml/收货单.txt", "证据.zip/往来邮件/a.eml/发票.csv"]
    archive, letter, paper, table = found.values()
    assert {document.text_status for document in found.values()} == {TextStatus.READ}
    assert [document.sorted for document in found.values()] == [False] * 4
    assert archive.pages[0].text == "往来邮件/a.eml"
    assert "发件人：李四 <li@example.com>\n收件人：zhang@example.com\n主题：回复：还款计划" in letter.pages[0].text
    assert letter.told["details"]["mail"]["attachments"] == ["收货单.txt", "发票.csv"]
    assert "轴承座贰佰套" in paper.pages[0].text
    assert "1280000.50" in table.pages[0].text
    with runtime.store().open(letter.sha256) as kept:
        assert kept.read() == mail


def itself() -> bytes:
    """A zip with a picture and something called like itself; read again and again it stands for a zip that holds itself without end."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("droste.jpg", b"picture")
        made.writestr("droste.zip", b"PK")
    return held.getvalue()


def test_an_archive_that_holds_itself_stops_at_the_fifth_level(instance, case_a, actor, tmp_path):
    """The reader's answer for each level is entered as the job enters it; OCR of the picture has no part in it."""
    (tmp_path / "inside").mkdir()
    (tmp_path / "droste.zip").write_bytes(itself())
    said = Told(into=tmp_path / "inside")
    read_zip(tmp_path / "droste.zip", said)
    inside = [KeptChild(child.path, str(number) * 64, 1, "application/zip") for number, child in enumerate(said.children, 1)]
    with saving():
        case = session.get_one(Case, case_a.case_id)
        level = Document(case=case, ref="Z1", type="unsorted", fields={}, name="droste.zip", sha256="2" * 64, size=1, text_status=TextStatus.READ, received_at=actor.now)
        session.add(level)
        session.flush()
        entered = [level]
        while made := unpack.enter(actor.now, level, inside):
            entered += made
            level = made[1]
            assert len(entered) < 99
    assert len(entered) == 1 + 5 * 2  # a picture and itself on each level
    session.expire_all()
    assert (level.path_in_parent, "Nested 5 levels deep" in level.text_reason_en) == ("droste.zip", True)
