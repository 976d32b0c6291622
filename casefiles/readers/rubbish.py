"""Whether the text layer of a page is no writing at all: signs without meaning, or bytes read in the wrong encoding."""

from __future__ import annotations

import unicodedata

from casefiles.readers.ocr_lines import is_han

LOOKED_AT = 2_000  # signs of a page
FEWEST = 20  # signs: of less nothing can be said
MEANINGLESS = 0.2  # part of the signs: bullets and symbols of office fonts stay far below
STRANGE = 0.4  # part of the letters: a page in German or French has a tenth with accents
RARE = 0.02  # part of the Han characters: every text in Chinese has many more of the common ones
# Words without which hardly a page in Chinese is written, the numerals, and those of papers and tables of goods.
COMMON = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可后小多天而能好都然没日于起还发成事只作当看文无开手十用"
    "主行方又如前所本见经头面公同三已从动两长知现分将外但身些与高意进把法此实回二理点月明其种全工己情部正名定女问力机给等几业最间新什因重被电四门相次东"
    "政教使西再平真信北少关并内加化由却代产入先五太水万市体别处总场书比住员九性通目华报立件安原车白应路期死常提感金何更反合放做系计或司利受光王及京务各任"
    "至清物台记边风干接它许八特服题建南度统色字请交认算论六指思每青管连资条院变联言权展该传留决保达办运武半七必强步完即求品士量元单价数号收货款付签章乙甲"
    "這個來國時會說對為學過還後發見經頭動兩長現將與進實點種間業門東車開關電數號單價貨款簽"
)


def rubbish(text: str) -> bool:
    """True for private-use, replacement and control characters in number, for GBK read as Latin-1, and for UTF-8 read as GBK."""
    signs = "".join(text[:LOOKED_AT].split())
    if len(signs) < FEWEST:
        return False
    if sum(sign == "\ufffd" or unicodedata.category(sign) in {"Cc", "Co", "Cn"} for sign in signs) > MEANINGLESS * len(signs):
        return True
    if sum("\x80" <= sign <= "\xff" for sign in signs) > STRANGE * len(signs):
        return True
    han = [sign for sign in signs if is_han(sign) and sign.isalpha()]
    return len(han) > 3 * FEWEST and len(han) > len(signs) / 2 and sum(sign in COMMON for sign in han) < RARE * len(han)
