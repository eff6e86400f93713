"""Webhooks over TLS, against a real server with a certificate of our own making."""

import logging
import socket
import ssl
import subprocess
import threading

import pytest

from cms.models import WebhookDelivery
from cms.permissions import roles
from cms.services import safe_post, webhooks
from cms.services.deliver_webhooks import deliver_due
from cms.services.safe_post import UnreachableError, check_address, post
from tests.factories.guide import person, published_experience
from tests.functional.hook_receiver import Receiver

NAME = "haken.example.org"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for NAME that no authority signed, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    files = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", f"/CN={NAME}", "-addext"),
            *(f"subjectAltName=DNS:{NAME}", "-out", str(files[0]), "-keyout", str(files[1])),
        ],
        check=True,
        capture_output=True,
    )
    return files


@pytest.fixture
def receiver(certificate, settings, monkeypatch):
    """The server, which NAME leads to."""
    settings.WEBHOOK_PRIVATE_HOSTS = [NAME, "127.0.0.1"]
    monkeypatch.setattr(safe_post, "_look_up", lambda host, port: ["127.0.0.1"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    started = Receiver(context)
    yield started
    started.stop()


@pytest.fixture
def hook(db, receiver):
    office = person(roles.OFFICE)
    return webhooks.register(office, "Website", f"https://{NAME}:{receiver.port}/", ["published"])


@pytest.mark.openssl
def test_a_certificate_that_nobody_vouches_for_is_refused_with_a_clear_line(hook, receiver, caplog):
    published_experience()
    with caplog.at_level(logging.WARNING):
        deliver_due()
    assert receiver.messages == []
    delivery = WebhookDelivery.objects.get()
    assert delivery.status == "waiting" and delivery.response_status is None
    assert delivery.error == (
        f"Das Zertifikat von {NAME} wird nicht anerkannt: self-signed certificate"
    )
    assert f"webhook {hook.pk} did not take {delivery.key}: {delivery.error}" in caplog.messages
    assert hook.secret not in caplog.text


@pytest.mark.openssl
def test_one_that_the_system_trusts_is_taken(hook, receiver, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    published_experience()
    deliver_due()
    assert len(receiver.messages) == 1
    assert WebhookDelivery.objects.get().status == "sent"


@pytest.mark.openssl
def test_a_certificate_for_another_name_is_refused(receiver, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with pytest.raises(UnreachableError, match=r"Zertifikat von 127\.0\.0\.1"):
        post(f"https://127.0.0.1:{receiver.port}/", b"{}", {})
    assert receiver.messages == []


# --- a server that gives away a little at a time --------------------------------------------------


@pytest.fixture
def drip():
    """A server that says a letter of its answer every tenth of a second, for half a minute."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve():
        connection, _address = listening.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Header: ")
            for _letter in range(300):
                if over.wait(0.1):
                    return
                try:
                    connection.sendall(b"a")
                except OSError:
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    over.set()
    thread.join(5)
    listening.close()


def test_who_answers_a_letter_at_a_time_is_cut_off_in_the_end(drip, settings, monkeypatch):
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(safe_post, "DEADLINE", 0.5)
    with pytest.raises(UnreachableError, match="nicht rechtzeitig"):
        post(f"http://127.0.0.1:{drip}/", b"{}", {})


# --- addresses that are not public ---------------------------------------------------------------


@pytest.mark.parametrize("address", ["::127.0.0.1", "::a00:1", "fec0::1", "64:ff9b:1::a00:1"])
def test_old_ways_of_writing_inner_addresses_are_refused(address):
    with pytest.raises(UnreachableError, match="internen Netz"):
        post("https://example.org/", b"{}", {}, lambda host, port: [address])


def test_a_public_address_of_ipv6_is_one():
    check_address("https://[2a01:4f8::1]/")
