"""What every answer says to the browser: no foreign content, no inline script or style, no framing, no guessing of types, no caching of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask, Response

    from casefiles.config import Config

# data: only for images: Bootstrap's stylesheet draws its arrows and ticks that way
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {}"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # the CSRF check over TLS needs it within the site; nothing leaves it
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def framed(response: Response) -> Response:
    """Let the product's own pages show this answer in a frame: the bundle beside its list."""
    response.headers["Content-Security-Policy"] = POLICY.format("'self'")
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def protect(response: Response) -> Response:
    """Add what the view did not say itself."""
    for name, value in (ALWAYS | {"Content-Security-Policy": POLICY.format("'none'"), "X-Frame-Options": "DENY"}).items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"  # a shared machine must not show a case after sign-out
    return response


def init_app(app: Flask, _config: Config) -> None:
    """Every answer passes here, errors too."""
    app.after_request(protect)
