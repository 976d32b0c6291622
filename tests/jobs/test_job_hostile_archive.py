"""An archive with names made to do harm, taken out while the disk is full and the worker breaks down: all of it in the end, each file once, nothing half."""

import io
import zipfile

from sqlalchemy import select

from casefiles import jobs, runtime, unpack, work
from casefiles.db import session
from casefiles.models import Document, Job, JobState, TextStatus
from storage import NoRoom

KEPT = [
    "往来/甲\u202efdp.exe", "a\nb.txt", "a\u200b\x1b[31m.txt", "章" * 85 + ".txt", "x" * 251 + ".txt", "CON", "a. ", "-rf", "=cmd|' /c calc'!A1.csv", "same.txt", "SAME.txt",
    "e\u0301.txt", "\u00e9.txt", "🙂.txt", "accept/a.txt", "reject/a.txt",
]  # fmt: skip
LEFT = ["../out.txt", "/etc/out.txt", "C:/out.txt", "..\\out.txt", "a/../../out.txt", "  "]


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for number, name in enumerate([*KEPT, *LEFT]):
            info = zipfile.ZipInfo("placeholder")
            info.filename = name
            made.writestr(info, f"第 {number} 份".encode())
    return out.getvalue()


def inside(document_id):
    session.rollback()
    rows = session.scalars(select(Document).where(Document.parent_id == document_id).order_by(Document.id))
    return [(row.path_in_parent, row.name, row.media_type) for row in rows]


class Fails:
    """Does what the real thing does until its nth call, which goes wrong."""

    def __init__(self, real, call, error):
        self.real, self.left, self.error = real, call, error

    def __call__(self, *args, **options):
        self.left -= 1
        if self.left == 0:
            raise self.error
        return self.real(*args, **options)


def test_hostile_names_come_out_whole_or_not_at_all(add, fresh, monkeypatch):
    document_id, job_id = add(archive(), "往来.zip", "photos")
    store = runtime.store()
    for place, name, call, error in ((store, "keep", 3, NoRoom("no space left")), (unpack.audit, "record", 1, RuntimeError("broke down"))):
        with monkeypatch.context() as patch:
            patch.setattr(place, name, Fails(getattr(place, name), call, error))
            jobs.run(work.READ_DOCUMENT, job_id)
        assert (fresh(Job, job_id).state, fresh(Document, document_id).text_status, inside(document_id)) == (JobState.WAITING, TextStatus.WAITING, [])
    jobs.run(work.READ_DOCUMENT, job_id)
    found = inside(document_id)
    assert [path for path, _, _ in found] == KEPT
    assert [name for _, name, _ in found] == [path.rpartition("/")[2] for path in KEPT]
    document = fresh(Document, document_id)
    assert document.text_status is TextStatus.PARTLY
    assert document.text_reason_en.count("leads out") == 1
    assert not set("\n\u202e\x1b") & set(document.text_reason_en + document.text_reason_zh)
    assert list(runtime.config().data.rglob("*out.txt")) == []
