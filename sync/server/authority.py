"""The centre's own certificate authority and the certificate that it serves with (X.509, RFC 5280).

A chain that has no certificate of a public authority makes one of its own: the authority's key stays in the
centre's folder, tills know it by its pin, the SHA-256 of its public key (RFC 7469, section 2.4; here in
hexadecimal digits). A new server certificate under the same authority needs no touch of any till.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sync.durable_files import force_names
from sync.server.settings import Settings

AUTHORITY_FILE: Final = "authority.pem"
AUTHORITY_KEY_FILE: Final = "authority.key"
CERTIFICATE_FILE: Final = "server.pem"
SERVER_KEY_FILE: Final = "server.key"
AUTHORITY_DAYS: Final = 3650
SERVER_DAYS: Final = 397
"""What browsers take at most of a public authority (CA/Browser Forum, ballot SC22)."""

BACKDATED: Final = dt.timedelta(days=1)
"""A till whose clock is a little behind takes a new certificate all the same."""


class Made(msgspec.Struct, frozen=True):
    """What `make_certificate` left in the folder."""

    certificate: Path
    private_key: Path
    pin: str


def make_certificate(folder: Path, names: Sequence[str], *, days: int = SERVER_DAYS) -> Made:
    """Write a server certificate for these names and addresses, under the folder's own authority.

    The authority is made at the first call and kept; whatever served before is replaced. Raises `ValueError`
    for a name that no certificate can have.
    """
    wanted = [_general_name(name) for name in names]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority_key = _key_in(folder / AUTHORITY_KEY_FILE)
    authority = _authority_in(folder / AUTHORITY_FILE, authority_key)
    key = ec.generate_private_key(ec.SECP256R1())
    served = (
        _begun(names[0], authority.subject, key.public_key(), days)
        .add_extension(x509.SubjectAlternativeName(wanted), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    _write(folder / SERVER_KEY_FILE, _key_pem(key), 0o600)
    chain = served.public_bytes(serialization.Encoding.PEM) + _pem(authority)
    _write(folder / CERTIFICATE_FILE, chain, 0o644)
    return Made(folder / CERTIFICATE_FILE, folder / SERVER_KEY_FILE, pin_of(authority))


def pin_of(certificate: x509.Certificate) -> str:
    """Return the pin of an authority: SHA-256 of its public key as it stands in the certificate."""
    public = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(public).hexdigest()


def authority_of(settings: Settings) -> str:
    """Return the PEM text of the centre's own authority, empty when it has none."""
    file = settings.data / AUTHORITY_FILE
    return file.read_text("ascii") if file.exists() else ""


def pin_in(folder: Path) -> str:
    """Return the pin of a folder's authority, empty when it has none."""
    file = folder / AUTHORITY_FILE
    return pin_of(x509.load_pem_x509_certificate(file.read_bytes())) if file.exists() else ""


def _authority_in(path: Path, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    if path.exists():
        return x509.load_pem_x509_certificate(path.read_bytes())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Evertill centre's own authority")])
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    made = (
        _begun("", name, key.public_key(), AUTHORITY_DAYS)
        .subject_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(path, _pem(made), 0o644)
    return made


def _begun(
    name: str, issuer: x509.Name, public: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    begun = (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + dt.timedelta(days=days))
    )
    if not name:
        return begun
    return begun.subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])]))


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        if not name or any(letter not in _HOST_LETTERS for letter in name.lower()):
            raise ValueError(name) from None
        return x509.DNSName(name)


_HOST_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789.-*"


def _key_in(path: Path) -> ec.EllipticCurvePrivateKey:
    if path.exists():
        found = serialization.load_pem_private_key(path.read_bytes(), password=None)
        assert isinstance(found, ec.EllipticCurvePrivateKey)
        return found
    key = ec.generate_private_key(ec.SECP256R1())
    _write(path, _key_pem(key), 0o600)
    return key


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a file whole or not at all."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    force_names(path.parent)
