"""A mailbox over an encrypted connection: certificates are checked. And the beat's knock."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from cases.mail.imap import CannotConnect
from cases.models import Case
from cases.tasks import read_mail
from entitlements.models import Mailbox
from tests import servers
from tests.mail.letters import letter
from tests.mail.post_box import PostBox

pytestmark = pytest.mark.django_db
USER = "ada"


def certificate(folder: Path) -> Path:
    """One for “localhost” that it signs itself, with its key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(pem)
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    return folder / "cert.pem"


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def tls_server(trusted: Path) -> Iterator[int]:
    """The IMAP server that the other one is made of: it speaks STARTTLS."""
    port = servers.free_port()
    options = ["--host", "127.0.0.1", "--port", port]
    options += ["--cert", trusted, "--key", trusted.with_name("key.pem")]
    user = ["dict", "--demo-data", "--demo-user", USER, "--demo-password", servers.IMAP_PASSWORD]
    command = [Path(sys.executable).parent / "pymap", *options, *user]
    with servers.running(command, trusted.parent, {}, lambda: connect(port)):
        yield port


def connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port)).close()


@pytest.fixture
def box(tls_server: int, desk: None) -> PostBox:
    box = PostBox(tls_server)
    Mailbox.objects.update(security="starttls", host="localhost", user=USER, folder="Sent")
    return box


def test_a_certificate_that_is_trusted_opens_the_mailbox(
    box: PostBox, trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    box.mailbox.refresh_from_db()
    assert sum(box.read().values()) > 0


def test_a_certificate_that_is_not_trusted_is_refused(box: PostBox) -> None:
    with pytest.raises(CannotConnect, match="certificate is not trusted"):
        box.read()


def test_a_certificate_of_another_name_is_refused(
    box: PostBox, trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    Mailbox.objects.update(host="127.0.0.1")
    with pytest.raises(CannotConnect, match="certificate is not trusted"):
        box.read()


def test_the_beats_knock_reads_what_is_due(imap_server: int, desk: None) -> None:
    box = PostBox(imap_server)
    box.post(letter())
    read_mail()
    assert Case.objects.count() == 1
