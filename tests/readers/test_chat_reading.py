"""Exports of chats and short messages: each form gives the same messages; what is no chat stays what it is."""

from __future__ import annotations

import pytest

from casefiles.readers.chat import PAGE, SIGNS, from_lines, from_rows, tell
from casefiles.readers.html import read_html
from casefiles.readers.reading import Told
from casefiles.readers.tables import read_csv
from casefiles.readers.text import read_text

SAID = "2024-05-31 10:02  张三: 货已发出\n请查收\n2024-05-31 10:05  李四: 收到\n2024-05-31 15:40  张三: 款何时付"

FORMS = [
    pytest.param("张三  2024-05-31 10:02\n货已发出\n请查收\n\n李四  2024-05-31 10:05\n收到\n\n张三  2024-05-31 15:40\n款何时付\n", id="name and time, text below"),
    pytest.param("张三 2024/5/31 10:02\n货已发出\n请查收\n李四 2024/5/31 10:05\n收到\n张三 2024/5/31 下午3:40\n款何时付", id="one blank, slashes, afternoon"),
    pytest.param("2024-05-31 10:02 张三\n货已发出\n请查收\n2024-05-31 10:05 李四\n收到\n2024-05-31 15:40 张三\n款何时付", id="time and name, text below"),
    pytest.param("[2024-05-31 10:02] 张三: 货已发出\n请查收\n[2024-05-31 10:05] 李四: 收到\n[2024-05-31 15:40] 张三: 款何时付", id="one line, brackets"),
    pytest.param("2024年5月31日 10:02 - 张三：货已发出\n请查收\n2024年5月31日 10:05 - 李四：收到\n2024年5月31日 3:40 PM - 张三：款何时付", id="one line, year in words"),
    pytest.param("张三(2024-05-31 10:02)：货已发出\n请查收\n李四(2024-05-31 10:05)：收到\n张三(2024-05-31 15:40)：款何时付", id="time in brackets behind the name"),
    pytest.param("—————  2024-05-31  —————\n\n张三  10:02\n\n货已发出\n请查收\n\n李四  10:05\n\n收到\n\n张三  15:40\n\n款何时付", id="mailed from a phone: the day in a line"),
    pytest.param("张三\n2024-05-31 10:02\n货已发出\n请查收\n李四\n2024-05-31 10:05\n收到\n张三\n2024-05-31 15:40\n款何时付", id="the time below the name"),
    pytest.param("2024-05-31 10:02\n张三\n货已发出\n请查收\n2024-05-31 10:05\n李四\n收到\n2024-05-31 15:40\n张三\n款何时付", id="the time above the name"),
]


@pytest.mark.parametrize("export", FORMS)
def test_each_form_gives_the_same_messages(export, make_file):
    told = Told()
    read_text(make_file("a.txt", export.encode()), told)
    assert [(page.label, page.text) for page in told.pages] == [("2024-05-31 10:02 至 15:40", SAID)]
    assert told.details["chat"] == {"messages": 3, "from": "2024-05-31 10:02", "to": "2024-05-31 15:40", "people": ["张三", "李四"]}


@pytest.mark.parametrize("text", [
    pytest.param("甲方：某某\n乙方：某某\n签订时间：2024-05-31 10:00\n地点：北京", id="a contract"),
    pytest.param("已签收 2024-05-31 10:02\n派送中 2024-05-31 08:02\n到达 2024-05-30 22:10", id="where a parcel has been: nobody speaks twice"),
    pytest.param("张三  2024-05-31 10:02\n好\n李四  2024-05-31 10:05\n好", id="two messages are too few"),
    pytest.param("[2024-13-31 10:02] 张三: 一\n[2024-05-32 10:02] 张三: 二\n[2024-05-31 25:02] 张三: 三", id="times that do not exist"),
    pytest.param("前言\n" * 500 + "[2024-05-31 10:02] 张三: 一\n[2024-05-31 10:03] 张三: 二\n[2024-05-31 10:04] 张三: 三", id="a long text that quotes a chat"),
    pytest.param("", id="nothing"),
])  # fmt: skip
def test_what_is_no_chat(text):
    assert from_lines(text.split("\n")) is None


def test_what_somebody_says_is_no_head():
    """A line in another form than the heads of the file belongs to the message, and so does a bare day."""
    lines = ["—— 2024-05-31 ——", "张三  10:02", "签收时间 2024-05-30 08:00", "2024-05-30", "明天 10:30", "李四  10:05", "好", "张三  10:06", "嗯"]
    chat = from_lines(lines)
    assert chat is not None
    assert chat.messages[0].lines == ["签收时间 2024-05-30 08:00", "2024-05-30", "明天 10:30"]
    assert len(chat.messages) == 3


def test_what_stands_before_the_first_message_is_kept(make_file):
    told = Told()
    read_text(make_file("a.txt", ("以下为微信聊天记录\n导出人：王五\n" + "\n".join(f"[2024-05-31 10:0{at}] 张三: 第{at}条" for at in range(3))).encode()), told)
    assert told.pages[0].text.startswith("以下为微信聊天记录\n导出人：王五\n2024-05-31 10:00  张三: 第0条")


def test_a_long_chat_is_read_in_pages():
    lines = [f"[2024-0{1 + at // 150}-15 10:00:{at % 60:02d}] {'张三' if at % 2 else '李四'}: 第{at}条" for at in range(PAGE + 50)]
    chat = from_lines(lines)
    assert chat is not None
    told = Told()
    tell(chat, told)
    assert [page.text.count("\n") + 1 for page in told.pages] == [PAGE, 50]
    assert [page.label for page in told.pages] == ["2024-01-15 至 2024-02-15", "2024-02-15 10:00 至 10:00"]
    assert told.details["chat"]["messages"] == PAGE + 50


@pytest.mark.parametrize(("table", "first"), [
    pytest.param("时间,发送人,内容\n2024-05-31 10:02:11,张三,货已发出\n2024-05-31 10:05:00,李四,收到\n2024-05-31 10:06:00,张三,好", "2024-05-31 10:02:11  张三: 货已发出", id="Chinese heads"),
    pytest.param("date,sender,message\n2024/5/31 10:02,Zhang,sent\n2024/5/31 10:03,Li,ok\n2024/5/31 10:04,Li,thanks", "2024-05-31 10:02  Zhang: sent", id="English heads"),
    pytest.param("localId,IsSender,CreateTime,StrContent,StrTime,Remark,NickName,Sender\n1,1,1717120931,在吗,2024-05-31 10:02:11,,我,wxid_1\n"
                 "2,0,1717120931,在,2024-05-31 10:02:12,张总,张三,wxid_2\n3,0,1717120931,说,2024-05-31 10:02:13,张总,张三,wxid_2",
                 "2024-05-31 10:02:11  我（我 / wxid_1）: 在吗", id="a WeChat export: who is who is kept"),
    pytest.param("号码;类型;时间;短信内容\n13800000000;接收;2024-05-31 10:02;请付款\n13800000000;发送;2024-05-31 10:03;好\n13800000000;接收;2024-05-31 10:04;谢谢",
                 "2024-05-31 10:02  13800000000 → 我: 请付款", id="short messages with their direction"),
    pytest.param("时间\t发件人\t收件人\t内容\n2024-05-31 10:02\t张三\t李四\t一\n2024-05-31 10:02\t李四\t张三\t二\n2024-05-31 10:02\t张三\t李四\t三", "2024-05-31 10:02  张三 → 李四: 一", id="with a receiver"),
    pytest.param("createtime,sender,text\n1717120931,a,x\n1717120931,b,y\n1717120931,a,z", "2024-05-31 10:02:11  a: x", id="seconds since 1970, in China's time"),
])  # fmt: skip
def test_a_table_of_messages(table, first, make_file):
    told = Told()
    read_csv(make_file("a.csv", table.encode("gb18030")), told)
    assert told.pages[0].text.split("\n")[0] == first
    assert told.details["chat"]["messages"] == 3


@pytest.mark.parametrize("rows", [
    pytest.param([["日期", "联系人", "内容"], *[["2024-05-31", "张三", "送货"]] * 4], id="days, not times: a list of deliveries"),
    pytest.param([["时间", "发送人", "内容", "金额"], *[["2024-05-31 10:02", "张三", "货款", "100"]] * 4], id="a column that no chat has"),
    pytest.param([["时间", "内容"], *[["2024-05-31 10:02", "货款"]] * 4], id="nobody speaks"),
    pytest.param([["时间", "发送人", "内容"]], id="only heads"),
    pytest.param([], id="nothing"),
])  # fmt: skip
def test_a_table_that_is_no_chat(rows):
    assert from_rows(rows) is None


def test_a_chat_as_a_web_page(make_file):
    said = [("张三", "2024-05-31 10:02", "货已发出<br>请查收"), ("李四", "2024-05-31 10:05", "收到"), ("张三", "2024-05-31 15:40", "款何时付")]
    blocks = "".join(f"<div class=m><div class=nickname>{who}</div><div class=time>{at}</div><div class=content>{text}</div></div>" for who, at, text in said)
    told = Told()
    read_html(make_file("a.html", f"<html><head><style>x</style></head><body>{blocks}</body></html>".encode()), told)
    assert [(page.label, page.text) for page in told.pages] == [("2024-05-31 10:02 至 15:40", SAID)]


@pytest.mark.parametrize("line", [
    pytest.param("张" * 5_000, id="a name without end"),
    pytest.param("[2024-05-31 10:02] " * 400, id="times without end"),
    pytest.param("-" * 5_000 + "2024-05-31", id="rules without end"),
    pytest.param("2024-05-31 10:02" + " " * 5_000, id="blanks without end"),
    pytest.param("a " * 2_500 + "2024-05-31 10:02:", id="words without end"),
])  # fmt: skip
def test_lines_that_would_keep_a_pattern_busy(line, make_file):
    """Hundreds of such lines are looked at within the time of a test; a pattern that tries every split would take hours."""
    told = Told()
    read_text(make_file("a.txt", "\n".join([line] * (2_000_000 // len(line))).encode()), told)
    assert 0 < max(len(page.text) for page in told.pages) <= SIGNS * 1.2
