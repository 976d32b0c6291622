"""Time stamps of a trusted third party (RFC 3161): asked for over HTTP, and read back.

What is kept is the whole answer (manifest.tsr), which `openssl ts -verify` reads as well. Without root certificates the check says that
the token is whole and signed by the certificate it carries; that this certificate deserves trust is proved only against roots.
"""

from __future__ import annotations

import hashlib
import http.client
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MOST_BYTES = 64 * 1024  # an answer with a chain of certificates has a few thousand
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
SHA256_OID = "2.16.840.1.101.3.4.2.1"
# TimeStampReq (RFC 3161, 2.4.1) in DER up to the digest: version 1, messageImprint of SHA-256; then nonce and certReq TRUE.
BEFORE_DIGEST = bytes.fromhex("020101 3031 300d 0609608648016503040201 0500 0420".replace(" ", ""))
NONCE_BYTES = 8
HASHES = {SHA256_OID: "sha256", "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512"}
CERTIFICATE_HASHES = ("sha256", "sha384", "sha512", "sha1")  # sha1 in ESSCertID of the older form (RFC 2634): it names, it does not sign
MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")  # id-messageDigest (RFC 5652, 11.2)
OID, OCTETS, SEQUENCE, SET, TAGGED = 0x06, 0x04, 0x30, 0x31, 0xA0


class TimestampError(Exception):
    """No usable time stamp; the message says what happened and what to do. The packet itself is not touched."""


@dataclass(frozen=True)
class Token:
    """A time stamp: the answer as it came, its time (UTC), who signed, under which policy and serial; `rooted` when checked against roots."""

    der: bytes
    time: datetime
    authority: str
    policy: str
    serial: int
    rooted: bool = False


def request(url: str, digest: bytes, *, timeout: float = 20.0, roots: Sequence[bytes] | None = None) -> Token:
    """Ask the authority at `url` to stamp a SHA-256 digest (32 bytes) and check the answer; `timeout` is in seconds for the whole exchange.

    Raises TimestampError with a sentence: not reachable, refused, too large, an answer to something else, a signature that does not hold.
    """
    _needs_sha256(digest)
    nonce = secrets.randbits(8 * NONCE_BYTES - 2) | 1 << (8 * NONCE_BYTES - 2)  # positive and of full length: DER writes it in 8 bytes
    der = _fetched(url, _query(digest, nonce), timeout)
    return _read(der, digest, roots, nonce)


def verify(der: bytes, digest: bytes, roots: Sequence[bytes] | None = None) -> Token:
    """Check a kept answer against a SHA-256 digest; `roots` are certificates (PEM or DER) it must lead to.

    The certificates must have been valid at the time of the stamp, not today. Raises TimestampError with a sentence.
    """
    _needs_sha256(digest)
    return _read(der, digest, roots, None)


def _needs_sha256(digest: bytes) -> None:
    if len(digest) != hashlib.sha256().digest_size:
        raise ValueError(f"a SHA-256 digest has 32 bytes, this has {len(digest)}")


def _query(digest: bytes, nonce: int) -> bytes:
    body = BEFORE_DIGEST + digest + bytes((2, NONCE_BYTES)) + nonce.to_bytes(NONCE_BYTES, "big") + b"\x01\x01\xff"
    return bytes((SEQUENCE, len(body))) + body


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Who was configured shall stamp, not whom he names."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def _fetched(url: str, query: bytes, timeout: float) -> bytes:
    """The body of the answer, with a limit on its size and on the time it may take."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise TimestampError(f"{_shown(url)} is no address of a time stamp authority: it must begin with http:// or https://. Nothing was stamped.")
    asked = urllib.request.Request(url, data=query, headers={"Content-Type": QUERY, "Accept": REPLY}, method="POST")  # noqa: S310 - the scheme is checked above
    end = time.monotonic() + timeout
    try:
        with urllib.request.build_opener(_NoRedirect).open(asked, timeout=timeout) as answer:
            kind = answer.headers.get_content_type()
            content = b""
            while len(content) <= MOST_BYTES and time.monotonic() < end and (chunk := answer.read1(MOST_BYTES)):
                content += chunk
    except urllib.error.HTTPError as error:
        error.close()
        said = "sends elsewhere, which is not followed" if 300 <= error.code < 400 else "refused"
        raise TimestampError(f"The time stamp authority {_shown(url)} {said} (HTTP {error.code}). Nothing was stamped; check the address.") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise TimestampError(f"The time stamp authority {_shown(url)} cannot be reached ({reason}). Nothing was stamped; try again later.") from error
    if len(content) > MOST_BYTES:
        raise TimestampError(f"The time stamp authority {_shown(url)} answered with more than {MOST_BYTES} bytes, which is no time stamp. Check the address.")
    if time.monotonic() >= end:
        raise TimestampError(f"The time stamp authority {_shown(url)} did not answer within {timeout:g} seconds. Nothing was stamped; try again later.")
    if kind != REPLY:
        raise TimestampError(f"The time stamp authority {_shown(url)} answered with {kind}, not with a time stamp. Check the address.")
    return content


def _shown(url: str) -> str:
    """The address without user name, password and query, which are nobody's business in a log."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _read(der: bytes, digest: bytes, roots: Sequence[bytes] | None, nonce: int | None) -> Token:
    """The token of an answer whose every part agrees."""
    from rfc3161_client import PKIStatus, decode_timestamp_response

    if len(der) > MOST_BYTES:
        raise TimestampError(f"The time stamp has more than {MOST_BYTES} bytes, which is no time stamp.")
    try:
        answer = decode_timestamp_response(_ordered(der))
    except ValueError as error:
        raise TimestampError(f"The time stamp cannot be read: it is cut off or no time stamp at all ({error}).") from error
    if answer.status != PKIStatus.GRANTED:  # GRANTED_WITH_MODS is something else than what was asked for
        said = "; ".join(answer.status_string) or "no reason given"
        raise TimestampError(f"The time stamp authority did not grant a stamp (status {answer.status}: {said}).")
    try:
        info = answer.tst_info
        imprint = info.message_imprint
        signer = _signer(answer)
        if imprint.hash_algorithm.dotted_string != SHA256_OID or imprint.message != digest:
            raise TimestampError("The time stamp belongs to something else: it was given for another SHA-256 than the one of this file.")
        if nonce is not None and info.nonce != nonce:
            raise TimestampError("The time stamp answers another request than ours (its nonce differs). Nothing was stamped; try again.")
        _check_signature(answer.time_stamp_token(), signer, digest)
        if roots:
            _check_chain(answer, digest, roots)
        return Token(der, info.gen_time, signer.subject.rfc4514_string(), info.policy.dotted_string, info.serial_number, bool(roots))
    except TimestampError:
        raise
    except Exception as error:  # the libraries have a dozen ways to say that a certificate or token is malformed
        raise TimestampError(f"The time stamp cannot be read: {error}.") from error


def _signer(answer: Any) -> Certificate:
    """The certificate in the answer that signed it, made for time stamping alone (RFC 3161, 2.3)."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    signers = list(answer.signed_data.signer_infos)
    if len(signers) != 1:
        raise TimestampError(f"The time stamp has {len(signers)} signatures; it must have one.")
    held = [x509.load_der_x509_certificate(certificate) for certificate in answer.signed_data.certificates]
    found = next((each for each in held if (each.issuer, each.serial_number) == (signers[0].issuer, signers[0].serial_number)), None)
    if found is None:
        raise TimestampError("The time stamp does not carry the certificate of its signer, although it was asked for.")
    try:
        purpose = found.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        purpose = None
    if purpose is None or not purpose.critical or list(purpose.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise TimestampError("The certificate that signed the time stamp is not one for time stamps.")
    time_of = answer.tst_info.gen_time
    if not found.not_valid_before_utc <= time_of <= found.not_valid_after_utc:
        raise TimestampError(f"The certificate that signed the time stamp was not valid at {time_of:%Y-%m-%d %H:%M} UTC.")
    return found


def _check_chain(answer: Any, digest: bytes, roots: Sequence[bytes]) -> None:
    """The signer's certificate leads to one of the roots (PEM or DER)."""
    from cryptography import x509
    from rfc3161_client import VerificationError, VerifierBuilder

    trusted = []
    for root in roots:
        trusted += x509.load_pem_x509_certificates(root) if b"-----BEGIN" in root else [x509.load_der_x509_certificate(root)]
    try:
        VerifierBuilder(roots=trusted).build().verify(answer, digest)
    except VerificationError as error:
        raise TimestampError(f"The time stamp does not lead to a certificate that is trusted here ({error}).") from error


# --- the signature of the token against the certificate it carries: the library checks it only together with a chain to a root


class _Value(NamedTuple):
    """One DER value: tag, content, and the whole of it."""

    tag: int
    content: bytes
    whole: bytes


def _values(content: bytes) -> Iterator[_Value]:
    """The DER values that stand one after the other; ValueError when one reaches beyond the end."""
    at = 0
    while at < len(content):
        if at + 2 > len(content):
            raise ValueError("a value is cut off")
        length, head = content[at + 1], 2
        if length & 0x80:
            count = length & 0x7F
            length, head = int.from_bytes(content[at + 2 : at + 2 + count], "big"), 2 + count
        end = at + head + length
        if end > len(content):
            raise ValueError("a value is cut off")
        yield _Value(content[at], content[at + head : end], content[at:end])
        at = end


def _signed_data(token: bytes) -> _Value:
    """The SignedData of a token (RFC 5652, 5.1)."""
    return next(_values(next(value for value in _values(next(_values(token)).content) if value.tag == TAGGED).content))


def _ordered(der: bytes) -> bytes:
    """The answer with its certificates in the order of DER. Some authorities send them as they come, which the library refuses; they are not signed."""
    try:
        token = list(_values(next(_values(der)).content))[1].whole
        held = next(value for value in list(_values(_signed_data(token).content))[3:] if value.tag == TAGGED)
        return der.replace(held.content, b"".join(sorted(value.whole for value in _values(held.content))), 1)
    except (StopIteration, IndexError, ValueError):
        return der  # the library says what is wrong with it


def _check_signature(token: bytes, signer: Certificate, digest: bytes) -> None:
    """The signature is over the signed attributes (RFC 5652, 5.4), and these hold the hash of the content and that of the certificate (RFC 5816)."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding

    broken = "The signature of the time stamp does not hold: the token was changed after it was given."
    try:
        parts = list(_values(_signed_data(token).content))
        wrapped = next(v for v in _values(parts[2].content) if v.tag == TAGGED)
        content = next(_values(wrapped.content)).content
        info = list(_values(next(_values(parts[-1].content)).content))
        attributes = next(v for v in info if v.tag == TAGGED)
        signature = next(v for v in info if v.tag == OCTETS).content
        name = HASHES[_oid(next(_values(info[2].content)))]
        said = next(v.content for v in _values(attributes.content) if v.content.startswith(MESSAGE_DIGEST))
        kept = next(_values(list(_values(said))[1].content)).content
    except (StopIteration, IndexError, KeyError) as error:
        raise TimestampError("The signature of the time stamp is of a kind that cannot be checked here.") from error
    own = signer.public_bytes(Encoding.DER)
    bound = any(hashlib.new(each, own).digest() in attributes.content for each in CERTIFICATE_HASHES)
    if hashlib.new(name, content).digest() != kept or digest not in content or not bound:
        raise TimestampError(broken)
    signed = bytes((SET,)) + attributes.whole[1:]  # signed as a SET, sent under an implicit tag
    try:
        _check_key(signer, signature, signed, name)
    except InvalidSignature as error:
        raise TimestampError(broken) from error
    except UnsupportedAlgorithm as error:
        raise TimestampError(f"The signature of the time stamp is of a kind that cannot be checked here ({error}).") from error


def _check_key(signer: Certificate, signature: bytes, signed: bytes, name: str) -> None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

    known: dict[str, hashes.HashAlgorithm] = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
    key, algorithm = signer.public_key(), known[name]
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(algorithm))
    elif isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, signed)
    else:
        raise UnsupportedAlgorithm(type(key).__name__)


def _oid(value: _Value) -> str:
    """The dotted form of an object identifier (X.690, 8.19)."""
    if value.tag != OID or not value.content:
        raise IndexError("no object identifier")
    numbers, held = [value.content[0] // 40, value.content[0] % 40], 0
    for byte in value.content[1:]:
        held = held << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(held)
            held = 0
    return ".".join(map(str, numbers))
