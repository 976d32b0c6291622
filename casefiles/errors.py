"""What can go wrong, in the words of the work.

CasefilesError
    WrongSetting        a setting stops the start
    NotVisible          the person may not know that the thing exists
    NotAllowed          the person sees it but may not do this
    Refused             the rules of the work forbid it now
        ChainBroken     findings block; carries them
        CaseSealed      the case is archived: read-only for all
        NotUsable       what was given cannot be taken over (empty, too large, wrong value)
            TooLarge    a file is larger than this instance takes
            NotFitting  values of a form do not fit; carries them by place
        FileRefused     a case file or document is refused; carries file, line and reason
        IndexAway       the search index is lost or damaged and has to be made again first
    Conflict            someone saved first
    StoreUnavailable    document bytes cannot be read or written

Every message says what happened, what was kept and what to do. `zh` holds the same sentence in Chinese for pages.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class CasefilesError(Exception):
    """The root: anything the product itself reports."""

    def __init__(self, message: str, zh: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.zh = zh or message


class WrongSetting(CasefilesError):
    """A setting stops the start."""


class NotVisible(CasefilesError):
    """The person may not know that the thing exists; answered like a thing that does not."""

    def __init__(self, what: str = "") -> None:
        super().__init__(f"There is no such thing, or it is not yours to see: {what}".rstrip(": "), f"不存在，或您无权知悉：{what}".rstrip("："))


class NotAllowed(CasefilesError):
    """The person sees the thing but may not do this."""

    def __init__(self, role: str, action: str) -> None:
        super().__init__(
            f"Your role ({role}) may not do this ({action}). Nothing was changed. Ask the legal manager.",
            f"您的角色（{role}）无权进行此操作（{action}）。未作任何改动。请联系法务经理。",
        )
        self.role, self.action = role, action


class Refused(CasefilesError):
    """The rules of the work forbid it now."""


class ChainBroken(Refused):
    """Findings block the packet; carries the check mapping."""

    def __init__(self, check: dict[str, Any]) -> None:
        count = sum(f["severity"] == "blocking" and not f.get("waived") for f in check["findings"])
        super().__init__(
            f"The evidence chain of {check['case']} has {count} blocking finding{'s' if count != 1 else ''}: no packet was built. "
            "Mend them, or let the legal manager override with a reason.",
            f"{check['case']} 的证据链有 {count} 项阻断，未生成文书包。请补正，或由法务经理写明理由后强制生成。",
        )
        self.check = check


class CaseSealed(Refused):
    """The case is archived: read-only for all."""

    def __init__(self, case_id: str) -> None:
        super().__init__(
            f"{case_id} is archived and read-only. Nothing was changed. The legal manager can reopen it.",
            f"{case_id} 已归档，只读。未作任何改动。法务经理可重启案件。",
        )


class NotUsable(Refused):
    """What was given cannot be taken over."""


class TooLarge(NotUsable):
    """A file is larger than this instance takes."""


class NotFitting(NotUsable):
    """Values of a form do not fit the format: each with its place (`judgment.items.0.amount`) and what is wrong, as (zh, en)."""

    def __init__(self, reasons: Mapping[str, tuple[str, str]]) -> None:
        self.reasons = dict(reasons)
        count = len(reasons)
        told, told_zh = "; ".join(f"{at}: {en}" for at, (_, en) in reasons.items()), "；".join(f"{at}：{zh}" for at, (zh, _) in reasons.items())
        super().__init__(f"{count} entries cannot be taken over, nothing was changed: {told}", f"{count} 处填写无法保存，未作任何改动：{told_zh}")


class IndexAway(Refused):
    """The search index is lost or damaged: "nothing found" would be a lie."""

    def __init__(self) -> None:
        super().__init__(
            "The search index is being made again; documents and cases are all there. Try again in a moment.",
            "检索索引正在重建，案件和材料均完好，请稍后再试。",
        )


class FileRefused(Refused):
    """A case file is refused: all its reasons, each with file and line; nothing of that case is kept."""

    def __init__(self, file: str, reasons: Sequence[tuple[int | None, str]]) -> None:
        self.file, self.reasons = file, tuple(reasons)
        lines = "\n".join(f"{file}:{line or '?'}: {reason}" for line, reason in reasons)
        super().__init__(f"{lines}\nNothing of this case was kept. Correct the file and import it again.", f"{lines}\n该案件未保留任何内容，请更正后重新导入。")


class Conflict(CasefilesError):
    """Someone saved first."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"Someone changed {what} after you opened the page. Your change was not saved; reload and enter it again.",
            f"您打开页面后，{what} 已被他人修改。您的改动未保存；请刷新后重新填写。",
        )


class StoreUnavailable(CasefilesError):
    """Document bytes cannot be read or written."""
