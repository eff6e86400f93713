"""Passwords and certificates for a node with security."""

import base64
import hashlib
import os
import subprocess
from pathlib import Path

from tools.elasticsearch_node import Wishes

USER, PASSWORD = "operator", "only-for-tests"


def _hashed(password: str) -> str:
    """As Elasticsearch's file realm keeps a password."""
    salt = os.urandom(32)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 10_000, 32)
    return "{PBKDF2}10000$" + "$".join(base64.b64encode(part).decode() for part in (salt, key))


def _openssl(*arguments: str, folder: Path) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def certificates(folder: Path) -> Path:
    """A certificate authority, and by it ``node.pem`` for 127.0.0.1; returns the authority's."""
    name = ("-nodes", "-days", "2", "-newkey", "rsa:2048", "-subj")
    _openssl(
        *("req", "-x509", *name, "/CN=Tests", "-keyout", "ca.key", "-out", "ca.pem"), folder=folder
    )
    _openssl(*("req", *name[:1], *name[3:], "/CN=node", "-keyout", "node.key", "-out", "node.csr"),
             folder=folder)  # fmt: skip
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    _openssl(
        *("x509", "-req", "-in", "node.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2"),
        *("-CAcreateserial", "-extfile", "names", "-out", "node.pem"),
        folder=folder,
    )
    return folder / "ca.pem"


def secured(folder: Path) -> Wishes:
    """A node that asks for a password or key, and speaks HTTPS only."""
    ca = certificates(folder)
    return Wishes(
        settings={
            "xpack.security.enabled": True,
            "xpack.security.autoconfiguration.enabled": False,
            "xpack.security.http.ssl.enabled": True,
            "xpack.security.http.ssl.key": "node.key",
            "xpack.security.http.ssl.certificate": "node.pem",
        },
        files={
            "users": f"{USER}:{_hashed(PASSWORD)}\n",
            "users_roles": f"superuser:{USER}\n",
            "node.key": (folder / "node.key").read_text(),
            "node.pem": (folder / "node.pem").read_text(),
        },
        login=f"{USER}:{PASSWORD}@",
        ca=ca,
    )
