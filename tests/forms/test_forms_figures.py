from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from forms.figures import article, chinese_number, daily_rate, day, in_words, percent, yuan


@pytest.mark.parametrize(
    ("amount", "words"),  # the table of calculators.md, and its rules said in figures
    [
        pytest.param("750000.00", "柒拾伍万元整", id="full groups"),
        pytest.param("10010.05", "壹万零壹拾元零伍分", id="skipped places and no jiao"),
        pytest.param("100000000.00", "壹亿元整", id="one hundred million"),
        pytest.param("1286000.30", "壹佰贰拾捌万陆仟元叁角整", id="no yuan digit before jiao"),
        pytest.param("0.50", "伍角整", id="jiao alone"),
        pytest.param("0.05", "伍分", id="fen alone"),
        pytest.param("20003.00", "贰万零叁元整", id="three skipped places leave one zero"),
        pytest.param("1000050.06", "壹佰万零伍拾元零陆分", id="lower group under a thousand"),
        pytest.param("0.00", "零元整", id="nothing"),
        pytest.param("107000.00", "壹拾万柒仟元整", id="lower group full"),
        pytest.param("10001000.00", "壹仟万壹仟元整", id="both groups full"),
        pytest.param("1200000000000.00", "壹万贰仟亿元整", id="above ten to the twelfth"),
        pytest.param("100000050.00", "壹亿零伍拾元整", id="a whole group is zero"),
        pytest.param("832946.41", "捌拾叁万贰仟玖佰肆拾陆元肆角壹分", id="the total of example A"),
    ],
)
def test_amount_in_words(amount, words):
    assert in_words(Decimal(amount)) == words


@pytest.mark.parametrize("amount", [pytest.param("-1.00", id="negative"), pytest.param("1.005", id="part of a fen"), pytest.param("1E16", id="too high")])
def test_amount_in_words_is_refused(amount):
    with pytest.raises(ValueError, match="cannot be written in words"):
        in_words(Decimal(amount))


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        pytest.param("0.00015", "日万分之一点五", id="1.5 in ten thousand"),
        pytest.param("0.0005", "日万分之五", id="whole number"),
        pytest.param("0.001", "日千分之一", id="one in a thousand"),
        pytest.param("0.000175", "日万分之一点七五", id="two decimals"),
        pytest.param("0.0012", "日千分之一点二", id="above one in a thousand"),
        pytest.param("0.00005", "日万分之零点五", id="below one in ten thousand"),
    ],
)
def test_daily_rate(rate, words):
    assert daily_rate(Decimal(rate)) == words


@pytest.mark.parametrize(
    ("made", "printed"),
    [
        pytest.param(yuan(Decimal("1234.5")), "1,234.50 元", id="thousands and two decimals"),
        pytest.param(day("2026-06-15"), "2026年6月15日", id="ISO date"),
        pytest.param(day(date(2026, 11, 2)), "2026年11月2日", id="date"),
        pytest.param(day(None), "无", id="no date"),
        pytest.param(percent(Decimal("0.05325")), "5.325%", id="percent"),
        pytest.param(percent(Decimal("0.50")), "50%", id="percent without decimals"),
        pytest.param(article(509), "第五百零九条", id="article with a skipped place"),
        pytest.param(article(18), "第十八条", id="article in the teens"),
        pytest.param(article(110), "第一百一十条", id="article with ten inside"),
        pytest.param(chinese_number(20), "二十", id="tens"),
    ],
)
def test_other_figures(made, printed):
    assert made == printed
