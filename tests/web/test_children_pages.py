"""Files inside files on the pages: on the file they came in, in the list, for those who may know of them; and the password of an encrypted one."""

from __future__ import annotations

import io
import logging
from types import SimpleNamespace

import docx
import pikepdf
import pytest
from markupsafe import escape
from msoffcrypto.format.ooxml import OOXMLFile
from sqlalchemy import select

from casefiles import unlock
from casefiles.db import saving, session
from casefiles.errors import NotUsable
from casefiles.models import AuditEntry, Document, Job, TextStatus

SECRET = "geheim-密码-123"


def at(document, tail: str = "") -> str:
    return f"/cases/{document.case_id}/documents/{document.id}{tail}"


@pytest.fixture
def make_inside(make_case, make_document):
    """make_inside("意见.eml", "a.txt"): a document and one that came out of it, as plain values."""

    def make(name: str = "往来.zip", *paths: str, type: str = "photos", case=None, **columns):  # noqa: A002 - the column's name
        case = case or make_case()
        parent = make_document(case, type=type, content=b"outer " + name.encode(), name=name, text_status=TextStatus.READ)
        rows = [
            make_document(case, type="unsorted", listed_in=None, content=path.encode(), name=path.rpartition("/")[2], parent_id=parent.id, path_in_parent=path,
                          text_status=TextStatus.READ, **columns)
            for path in paths
        ]  # fmt: skip
        return [SimpleNamespace(id=row.id, case_id=row.case_id, ref=row.ref, sha256=row.sha256, version=row.version) for row in (parent, *rows)]

    return make


def test_the_file_says_what_is_inside_and_the_file_inside_where_it_came_from(signed_in, make_inside):
    parent, child, other = make_inside("往来.zip", "往来/<b>回复</b>.eml", "往来/单.pdf")
    clerk = signed_in("legal_staff")
    page = clerk.get(at(parent)).text
    assert '<bdi class="path">往来/&lt;b&gt;回复&lt;/b&gt;.eml</bdi>' in page
    assert at(other) in page
    page = clerk.get(at(child)).text
    assert f'href="{at(parent)}">{parent.ref} <bdi>往来.zip</bdi></a>' in page


def test_a_list_is_not_flooded(signed_in, make_inside):
    parent, *children = make_inside("往来.zip", *(f"{n}.txt" for n in range(12)))
    clerk = signed_in("legal_staff")
    page = clerk.get(f"/cases/{parent.case_id}/documents").text
    assert at(parent) in page
    assert not any(f'{at(child)}"' in page for child in children)
    assert "+ 12 files inside" in page
    assert "12 not sorted yet" in page


def test_a_sorted_one_stands_by_itself_in_the_list(signed_in, make_inside):
    parent, child, _other = make_inside("往来.zip", "往来/单.pdf", "b.txt")
    clerk = signed_in("legal_staff")
    assert clerk.post(at(child), data={"version": child.version, "type": "photos"}).status_code == 302
    page = clerk.get(f"/cases/{parent.case_id}/documents").text
    assert f'{at(child)}"' in page
    assert "<bdi>往来/单.pdf</bdi>" in page
    assert "1 not sorted yet" in page


@pytest.mark.parametrize(("role", "status"), [("legal_staff", 200), ("external_lawyer", 404), ("collector", 404), ("finance", 404)])
def test_what_came_in_a_privileged_note_stays_closed(signed_in, make_inside, make_case, make_grant, role, status):
    case = make_case()
    visitor = signed_in(role)
    if role in {"external_lawyer", "collector"}:
        make_grant(case, visitor.person)
    parent, child = make_inside("意见.eml", "底线.docx", type="privileged_note", case=case)
    assert (visitor.get(at(parent)).status_code, visitor.get(at(child)).status_code) == (status, status)
    listed = visitor.get(f"/cases/{parent.case_id}/documents").text
    assert ("底线.docx" in listed, f"{at(child)}" in listed) == (False, False)


@pytest.mark.parametrize(("role", "status"), [("legal_staff", 200), ("external_lawyer", 200), ("collector", 200), ("finance", 403)])
def test_a_heap_is_offered_to_those_who_may_add_evidence(signed_in, make_case, make_grant, role, status):
    case, visitor = make_case(), signed_in(role)
    if role in {"external_lawyer", "collector"}:
        make_grant(case, visitor.person)
    answer = visitor.get(f"/cases/{case.case_id}/documents/upload")
    assert (answer.status_code, 'value="unsorted"' in answer.text) == (status, status == 200)


def locked_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(out, encryption=pikepdf.Encryption(user=SECRET, owner=SECRET))
    return out.getvalue()


def locked_office() -> bytes:
    plain, out = io.BytesIO(), io.BytesIO()
    docx.Document().save(plain)
    OOXMLFile(plain).encrypt(SECRET, out)
    return out.getvalue()


@pytest.fixture
def make_locked(make_case, make_document):
    def make(content: bytes, name: str, kind: str):
        row = make_document(make_case(), content=content, name=name, media_type=kind, text_status=TextStatus.ENCRYPTED)
        return SimpleNamespace(id=row.id, case_id=row.case_id, ref=row.ref, sha256=row.sha256)

    return make


PDF = pytest.param(locked_pdf, "合同.pdf", "application/pdf", b"%PDF", id="a PDF")
DOCX = pytest.param(locked_office, "合同.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK", id="a Word file")


@pytest.mark.parametrize(("make", "name", "kind", "beginning"), [PDF, DOCX])
def test_a_password_gives_a_decrypted_copy(app, signed_in, make_locked, log_of, caplog, make, name, kind, beginning):
    document = make_locked(make(), name, kind)
    clerk = signed_in("legal_staff")
    assert 'name="password"' in clerk.get(at(document)).text
    with caplog.at_level(logging.DEBUG):
        answer = clerk.post(at(document, "/unlock"), data={"password": "wrong"}, follow_redirects=True)
        assert "The password is not right" in answer.text
        answer = clerk.post(at(document, "/unlock"), data={"password": SECRET}, follow_redirects=True)
    assert "Decrypted: the copy is" in answer.text
    assert 'name="password"' not in answer.text
    session.remove()
    (copy,) = session.get_one(Document, document.id).children
    assert (copy.path_in_parent, copy.type, copy.media_type, copy.received_by_id) == (f"解密副本/{name}", "unsorted", kind, clerk.person.id)
    with app.extensions["casefiles"].store.open(copy.sha256) as kept:
        assert kept.read(len(beginning)) == beginning
    assert session.get_one(Document, document.id).sha256 == document.sha256
    assert session.scalar(select(Job.id).where(Job.document_id == copy.id)) is not None
    assert ("unlock", document.ref) in log_of()
    with pytest.raises(NotUsable, match="decrypted already"), saving():  # of two who were at it at once, the second
        unlock.enter(None, session.get_one(Document, document.id), [])
    told = "".join(str(entry.detail) for entry in session.scalars(select(AuditEntry)))
    assert SECRET not in told + caplog.text + answer.text


def test_a_password_for_nothing_changes_nothing(signed_in, make_inside):
    parent, _child = make_inside("往来.zip", "a.txt")
    clerk = signed_in("legal_staff")
    assert "has no password to open" in clerk.post(at(parent, "/unlock"), data={"password": "x"}, follow_redirects=True).text


ODD = [
    pytest.param("往来/甲\u202efdp.exe", id="turned around"), pytest.param("a\nb\r\n.pdf", id="line ends"), pytest.param("a\u2028\u200bb\x1b[31m.pdf", id="signs nobody sees"),
    pytest.param("章" * 85 + ".pdf", id="85 Chinese signs"), pytest.param("x" * 251 + ".pdf", id="255 bytes"), pytest.param("CON", id="a device of Windows"),
    pytest.param("a. ", id="a dot and a blank at the end"), pytest.param("-rf", id="an option"), pytest.param("/".join(["深"] * 400), id="a deep path"),
    pytest.param("=cmd|'/c calc'!A1.csv", id="a formula"), pytest.param("a\"><script>alert(1)</script>'.txt", id="a script"), pytest.param("dir/", id="no name at all"),
]  # fmt: skip


def test_names_inside_are_data_on_every_page(signed_in, make_inside):
    """The path stands escaped and isolated on both pages; the header of a download is one line, its name a safe one."""
    paths = [param.values[0] for param in ODD]
    parent, *children = make_inside("往来.zip", *paths)
    clerk = signed_in("legal_staff")
    page = clerk.get(at(parent)).text
    for path, child in zip(paths, children, strict=True):
        own = clerk.get(at(child))
        assert own.status_code == 200, path
        assert "<script>alert" not in own.text + page
        assert f'<bdi class="path">{escape(path)}</bdi>' in page.replace("\r\n", "\n") or "\r" in path or len(path) > 255, path
        answer = clerk.get(at(child, "/original"))
        assert answer.status_code == 200, path
        assert not set("\r\n\u202e\u2028\x1b") & set("".join(f"{key}{value}" for key, value in answer.headers)), path
