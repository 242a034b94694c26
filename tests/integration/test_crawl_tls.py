"""Certificates are verified, a source may say otherwise with a reason, and every capture tells which it was."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawl_kit import Crawls, TruthSite, serving
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def _certificate(folder: Path) -> ssl.SSLContext:
    """A server context with a certificate that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    alternative = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternative), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_a_certificate_that_nobody_signed(tmp_path: Path) -> None:
    with serving(TruthSite(), tls=_certificate(tmp_path)) as site:
        site.add(2)
        home = f"https://localhost:{site.port}/"
        fields: dict[str, Any] = {
            "home": home,
            "hosts": ["localhost"],
            "private": True,
            "discovery": {"sections": [f"{home}thoi-su"]},
            "pace": {"delay_s": 0, "autothrottle": False, "retries": 0},
        }
        strict = Crawls(tmp_path / "a", site, fields)
        result = strict.run("latest", host_map={})
        assert result["finish_reason"] == "robots-unreachable"
        assert {c.outcome for c in strict.captures()} <= {"tls", "robots"}
        assert "tls" in result["errors"]
        assert site.log == []

        lenient = {"tls": {"verify": False, "reason": "chứng chỉ tự ký, đã hỏi toà soạn"}}
        lax = Crawls(tmp_path / "b", site, fields | lenient)
        result = lax.run("latest", host_map={})
        assert result["finish_reason"] == "finished"
        assert {c.headers["tintinh-tls"] for c in lax.captures()} == {"unverified"}
        assert {c.headers.get("content-type") for c in lax.captures() if c.purpose == "robots"} == {"text/plain"}
