"""The installation's key: tokens for public links, salted by purpose, and secrets kept encrypted."""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from crm_core.errors import SettingsError

SECRET_BYTES = 32


class Key:
    """The installation's secret, from which every purpose derives its own key."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @classmethod
    def from_home(cls, home: Path) -> "Key":
        """Read ``secret.key`` in ``home``; written on first use, readable by its owner only.

        Raises
        ------
        SettingsError
            The file cannot be read or written, or holds too little to be a secret: anybody could make links with it.
        """
        path = home / "secret.key"
        try:
            if not path.exists():
                _write_new(path, secrets.token_bytes(SECRET_BYTES))
            secret = path.read_bytes()
        except OSError as fault:
            raise SettingsError(
                f"The key file {path} cannot be used ({fault.strerror}). Check its folder, owner and space."
            ) from fault
        if len(secret) < SECRET_BYTES:
            raise SettingsError(
                f"The key file {path} is damaged. Restore it from a backup of CRM_HOME; without one, delete it, "
                "and enter the mail password again in Settings."
            )
        return cls(secret)

    def derived(self, purpose: str) -> bytes:
        """32 bytes that only ``purpose`` uses."""
        return hmac.new(self._secret, purpose.encode(), hashlib.sha256).digest()

    def token(self, purpose: str, subject: str) -> str:
        """An opaque link token, the same for the same subject; it says nothing about the subject.

        Whoever accepts it looks up `token_hash` of it: a database that leaks gives no valid links.
        """
        digest = hmac.new(self.derived(purpose), subject.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:24]).decode()

    def encrypt(self, purpose: str, text: str) -> str:
        """``text`` encrypted for keeping in the database."""
        return self._fernet(purpose).encrypt(text.encode()).decode()

    def decrypt(self, purpose: str, cipher: str) -> str:
        """The text behind ``cipher``.

        Raises
        ------
        SettingsError
            The key file is not the one it was encrypted with.
        """
        try:
            return self._fernet(purpose).decrypt(cipher.encode()).decode()
        except InvalidToken as fault:
            raise SettingsError(
                "A stored secret cannot be read: the file secret.key was replaced. Enter the secret again in Settings."
            ) from fault

    def _fernet(self, purpose: str) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self.derived(purpose)))


def token_hash(token: str) -> str:
    """SHA-256 of a token, the only form in which the database keeps one."""
    return hashlib.sha256(token.encode()).hexdigest()


def _write_new(path: Path, content: bytes) -> None:
    """Create the file once, even when two processes start together: the second one finds the link taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
