from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from forms.fonts import NoFonts, find_fonts
from forms.typeset import NotTypeset, typeset

SOURCE = '#set text(font: sys.inputs.serif)\n#let d = json("data.json")\n#d.text\n#text(font: sys.inputs.sans, d.text)'
DATA = {"text": "甲 #b <&> $x$ \\ ☑"}
AGAIN = f"""
import hashlib
from forms.fonts import find_fonts
from forms.typeset import typeset
print(hashlib.sha256(typeset({SOURCE!r}, find_fonts(), {DATA!r})).hexdigest())
"""


def test_bytes_repeat_in_this_process_and_in_another(fonts):
    first, second = typeset(SOURCE, fonts, DATA), typeset(SOURCE, fonts, DATA)
    assert first == second
    root = Path(__file__).parents[2]
    other = subprocess.run([sys.executable, "-c", AGAIN], cwd=root, capture_output=True, text=True, check=True).stdout.strip()
    assert other == hashlib.sha256(first).hexdigest()


def test_no_date_is_written(fonts):
    content = typeset(f"{SOURCE} #datetime.today().display()", fonts, DATA)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert "/CreationDate" not in document.docinfo
        assert b"CreateDate" not in (document.Root.Metadata.read_bytes() if "/Metadata" in document.Root else b"")
    with pypdfium2.PdfDocument(content) as document:
        assert "1970-01-01" in document[0].get_textpage().get_text_range()  # what Typst is told to take for today


def test_every_font_is_embedded(fonts):
    with pikepdf.open(io.BytesIO(typeset(SOURCE, fonts, DATA))) as document:
        files = [item for item in document.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"]
        assert len(files) >= 2
        assert all(any(key in item for key in ("/FontFile", "/FontFile2", "/FontFile3")) for item in files)


def test_data_is_text_and_never_source(fonts):
    with pypdfium2.PdfDocument(typeset(SOURCE, fonts, DATA)) as document:
        assert DATA["text"] in re.sub(r"\s+", " ", document[0].get_textpage().get_text_range())


def test_pictures(fonts):
    draft = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(draft, "PNG")
    assert len(typeset('#image("seal.png")', fonts, images={"seal.png": draft.getvalue()})) > len(typeset("x", fonts)) - 5000


@pytest.mark.parametrize("name", ["../seal.png", "main.typ", "data.json", "/etc/x.png"])
def test_a_picture_name_must_be_its_own_and_plain(fonts, name):
    with pytest.raises(NotTypeset, match="picture name"):
        typeset("x", fonts, images={name: b"x"})


def test_a_wrong_source_says_what_is_wrong(fonts):
    with pytest.raises(NotTypeset, match="could not be set"):
        typeset("#unknown-word", fonts)


def test_an_unfit_folder_is_not_silently_left(tmp_path):
    with pytest.raises(NoFonts, match="holds no font"):
        find_fonts(str(tmp_path))
    with pytest.raises(NoFonts, match="does not exist"):
        find_fonts(str(tmp_path / "none"))


def test_the_wheel_serves_as_a_named_folder_and_counts_as_substitute():
    wheel = pytest.importorskip("pylopdf_fonts_zh_cn")
    folder = Path(wheel.__file__).parent
    chosen = find_fonts(str(folder))
    assert chosen.folders == (folder,)
    assert (chosen.serif, chosen.sans, chosen.substitute) == ("Noto Serif SC", "Noto Sans SC", True)


def test_a_broken_font_file_is_no_font(tmp_path):
    (tmp_path / "broken.otf").write_bytes(b"OTTO" + b"\0" * 40)
    with pytest.raises(NoFonts, match="holds no font"):
        find_fonts(str(tmp_path))
