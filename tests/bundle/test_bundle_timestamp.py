"""Time stamps from a local authority made with openssl: what is granted is checked by two programs, and everything else is a sentence."""

from __future__ import annotations

import hashlib
import json
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

from casefiles.bundle.manifest import FORMAT, STAMP, verify_folder
from casefiles.bundle.timestamp import TimestampError, Token, request, verify

DIGEST = hashlib.sha256(b"manifest").digest()
OTHER = hashlib.sha256(b"another manifest").digest()
SETTINGS = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Test Root
[ca]
basicConstraints = critical, CA:true
[stamping]
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = one
[one]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
tsa_name = yes
ess_cert_id_alg = sha256
[strict]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha512
"""


class Authority(NamedTuple):
    """A time stamp authority: its folder, its address, its root certificate, and the requests it got."""

    folder: Path
    url: str
    root: bytes
    asked: list[bytes]


def openssl(folder, *words):
    return subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def certificate(folder, name, kind, key, issuer="ca"):
    openssl(folder, "req", "-newkey", *key, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN=Test {'TSA' if kind == 'stamping' else name}/O=Demo", "-config", "tsa.cnf")
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key", "-CAcreateserial", "-days", "30", "-extfile", "tsa.cnf", "-extensions", kind, "-out", f"{name}.pem")


def stamp(folder, query, *, signer="ec", section="one", chain=()):
    """What the authority answers to a query."""
    (folder / "query.tsq").write_bytes(query)
    openssl(folder, "ts", "-reply", "-config", "tsa.cnf", "-section", section, "-queryfile", "query.tsq", "-signer", f"{signer}.pem", "-inkey", f"{signer}.key", *chain, "-out", "answer.tsr")
    return (folder / "answer.tsr").read_bytes()


def query_for(folder, digest):
    openssl(folder, "ts", "-query", "-digest", digest.hex(), "-sha256", "-cert", "-out", "own.tsq")
    return (folder / "own.tsq").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "tsa.cnf").write_text(SETTINGS)
    (folder / "serial").write_text("01")
    curve = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
    for name in ("ca", "stranger"):
        openssl(folder, "req", "-x509", "-newkey", *curve, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "30", "-config", "tsa.cnf", "-extensions", "ca")
    certificate(folder, "ec", "stamping", curve)
    asked = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self):
            query = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(query)
            kind = "application/timestamp-reply"
            match self.path:
                case "/ok":
                    body = stamp(folder, query)
                case "/cut":
                    body = stamp(folder, query)[:-40]
                case "/other":
                    body = stamp(folder, query_for(folder, OTHER))
                case "/replay":
                    body = stamp(folder, query_for(folder, DIGEST))  # right digest, but not our request: the nonce differs
                case "/strict":
                    body = stamp(folder, query, section="strict")
                case "/page":
                    kind, body = "text/html", b"<p>sign in</p>"
                case "/huge":
                    body = b"\x30" * 70_000
                case _:
                    body = b""
            self.send_response({"/broken": 500, "/moved": 302}.get(self.path, 200))
            self.send_header("Content-Type", kind)
            if self.path == "/moved":
                self.send_header("Location", f"http://127.0.0.1:{self.server.server_address[1]}/ok")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Authority(folder, f"http://127.0.0.1:{server.server_address[1]}", (folder / "ca.pem").read_bytes(), asked)
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture(scope="module")
def granted(authority) -> Token:
    return request(f"{authority.url}/ok", DIGEST, roots=[authority.root])


def test_a_granted_stamp_says_when_and_by_whom(granted):
    assert (granted.authority, granted.policy, granted.rooted) == ("O=Demo,CN=Test TSA", "1.2.3.4.1", True)
    assert abs(datetime.now(UTC) - granted.time) < timedelta(minutes=5)
    assert granted.serial > 0


def test_it_is_read_back_with_and_without_roots(authority, granted):
    assert verify(granted.der, DIGEST, [authority.root]) == granted
    unrooted = verify(granted.der, DIGEST)
    assert (unrooted.time, unrooted.serial, unrooted.rooted) == (granted.time, granted.serial, False)


def test_openssl_reads_both_our_request_and_what_we_keep(authority, granted):
    (authority.folder / "kept.tsr").write_bytes(granted.der)
    (authority.folder / "asked.tsq").write_bytes(authority.asked[0])
    assert b"Verification: OK" in openssl(authority.folder, "ts", "-verify", "-digest", DIGEST.hex(), "-in", "kept.tsr", "-CAfile", "ca.pem").stdout
    shown = openssl(authority.folder, "ts", "-query", "-in", "asked.tsq", "-text").stdout.decode()
    assert "Hash Algorithm: sha256" in shown
    assert "Certificate required: yes" in shown
    assert "Nonce: unspecified" not in shown


def test_no_two_requests_have_one_nonce(authority):
    for _ in range(2):
        request(f"{authority.url}/ok", DIGEST)
    assert authority.asked[-1] != authority.asked[-2]


def test_a_signature_by_rsa_is_checked_too(authority):
    certificate(authority.folder, "rsa", "stamping", ("rsa:2048",))
    der = stamp(authority.folder, query_for(authority.folder, DIGEST), signer="rsa")
    assert verify(der, DIGEST, [authority.root]).rooted
    with pytest.raises(TimestampError, match="does not hold"):
        verify(der[:-1] + bytes([der[-1] ^ 1]), DIGEST)


def test_a_chain_over_an_intermediate_leads_to_the_root(authority):
    curve = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
    certificate(authority.folder, "between", "ca", curve)
    certificate(authority.folder, "below", "stamping", curve, issuer="between")
    query = query_for(authority.folder, DIGEST)
    assert verify(stamp(authority.folder, query, signer="below", chain=("-chain", "between.pem")), DIGEST, [authority.root]).rooted
    with pytest.raises(TimestampError, match="does not lead to a certificate that is trusted here"):
        verify(stamp(authority.folder, query, signer="below"), DIGEST, [authority.root])


@pytest.mark.parametrize(("path", "said"), [
    pytest.param("/broken", r"refused \(HTTP 500\)", id="an error of the server"),
    pytest.param("/moved", r"sends elsewhere, which is not followed \(HTTP 302\)", id="a redirect"),
    pytest.param("/cut", "cut off or no time stamp", id="an answer cut off"),
    pytest.param("/empty", "cut off or no time stamp", id="an empty answer"),
    pytest.param("/other", "belongs to something else", id="a stamp for another digest"),
    pytest.param("/replay", "answers another request", id="a stamp for another request"),
    pytest.param("/strict", r"did not grant a stamp \(status 2", id="a refusal in the protocol"),
    pytest.param("/page", "answered with text/html", id="a sign-in page"),
    pytest.param("/huge", "more than 65536 bytes", id="too large an answer"),
])  # fmt: skip
def test_an_answer_of_no_use_is_a_sentence(path, said, authority):
    asked = len(authority.asked)
    with pytest.raises(TimestampError, match=said):
        request(f"{authority.url}{path}", DIGEST)
    assert len(authority.asked) == asked + 1, "one question, and nobody else was asked"


def test_a_server_that_is_down_is_a_sentence():
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        port = server.server_address[1]
    with pytest.raises(TimestampError, match=r"cannot be reached.*try again later"):
        request(f"http://127.0.0.1:{port}/tsa", DIGEST, timeout=2)


def test_a_server_that_never_answers_is_given_up(tmp_path):
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server, pytest.raises(TimestampError, match=r"cannot be reached \(timed out\)"):
        request(f"http://127.0.0.1:{server.server_address[1]}/", DIGEST, timeout=0.2)  # it listens, and nobody serves


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "tsa", "", "http://127.0.0.1:port/"])
def test_an_address_of_another_kind_is_refused(url):
    with pytest.raises(TimestampError):
        request(url, DIGEST)


def test_a_password_in_the_address_is_not_told(authority):
    with pytest.raises(TimestampError) as told:
        request("ftp://anna:secret@127.0.0.1/x?token=hidden", DIGEST)
    assert "secret" not in str(told.value)
    assert "hidden" not in str(told.value)


def test_a_stranger_is_no_root(authority, granted):
    with pytest.raises(TimestampError, match="does not lead to a certificate that is trusted here"):
        verify(granted.der, DIGEST, [(authority.folder / "stranger.pem").read_bytes()])


def test_a_certificate_for_other_work_gives_no_time(authority):
    der = stamp(authority.folder, query_for(authority.folder, DIGEST))  # openssl itself refuses to stamp with such a certificate
    purpose = bytes.fromhex("06082b06010505070308")  # id-kp-timeStamping in the certificate of the signer
    assert purpose in der
    with pytest.raises(TimestampError, match=r"not one for time stamps|does not hold"):
        verify(der.replace(purpose, bytes.fromhex("06082b06010505070301")), DIGEST)


def test_every_changed_bit_of_what_is_signed_is_noticed(authority, granted):
    der = granted.der
    signed = der.index(DIGEST)
    for at in range(signed, der.index(b"Test TSA", signed + 40), 3):  # the content of the token: digest, serial, time, nonce, name
        with pytest.raises(TimestampError):
            verify(der[:at] + bytes([der[at] ^ 1]) + der[at + 1 :], DIGEST)


def test_no_end_makes_it_fall_over(granted):
    for length in range(0, len(granted.der), 7):
        with pytest.raises(TimestampError):
            verify(granted.der[:length], DIGEST)


@pytest.mark.parametrize(("told", "roots", "wrong"), [
    pytest.param(b"", "ca.pem", False, id="the manifest as it was stamped"),
    pytest.param(b"", None, False, id="without roots"),
    pytest.param(b" ", None, True, id="a manifest with a blank more"),
    pytest.param(b"", "stranger.pem", True, id="roots of somebody else"),
])  # fmt: skip
def test_the_stamp_beside_a_manifest_is_checked_with_the_folder(told, roots, wrong, authority, tmp_path):
    volume = {"file": "bundle.pdf", "sha256": "", "bytes": 0, "pages": 0, "volume": 1}
    content = json.dumps({"format": FORMAT, "files": [], "internal": [], "volumes": [volume], "pages": 0, "parts": [], "catalogue": {}}).encode()
    token = request(f"{authority.url}/ok", hashlib.sha256(content).digest())
    (tmp_path / STAMP).write_bytes(token.der)
    (tmp_path / "manifest.json").write_bytes(content + told)
    found = verify_folder(tmp_path, [(authority.folder / roots).read_bytes()] if roots else None)
    assert [difference.where for difference in found if difference.code == "stamp"] == [STAMP] * wrong
    assert ("extra", STAMP) not in {(difference.code, difference.where) for difference in found}


def test_a_digest_has_32_bytes():
    with pytest.raises(ValueError, match="32 bytes"):
        verify(b"", b"short")
