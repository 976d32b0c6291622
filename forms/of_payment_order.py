"""The papers of a payment order packet (支付令), by the id of the item in its contents."""

from __future__ import annotations

from collections.abc import Mapping

from forms import payment_order_application
from forms.of_every_kind import PAPERS as COMMON
from forms.papers import Paper

PAPERS: Mapping[str, Paper] = {
    **COMMON,
    "application": Paper(payment_order_application.payment_order_application, payment_order_application.missing_fields),
}
