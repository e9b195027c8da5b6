"""A real homeserver: Synapse from PyPI, on this machine only, with SQLite, without federation and without limits."""

import atexit
import hashlib
import hmac
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from uuid import uuid4

NAME = "lotse.test"
_SECRET = "shared-secret-of-a-test"
_FREE = {"per_second": 100_000, "burst_count": 100_000}


@dataclass(frozen=True)
class User:
    """An account on the homeserver."""

    id: str
    password: str


@cache
def shared() -> "Synapse":
    """The homeserver of all tests of this process; started when first needed, stopped at its end."""
    folder = Path(tempfile.mkdtemp(prefix="lotse-synapse-"))
    server = Synapse(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.stop)
    server.start()
    return server


class Synapse:
    """The homeserver `lotse.test`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start and wait until it answers."""
        log, settings = self._folder / "log.json", self._folder / "homeserver.json"
        log.write_text(
            json.dumps(
                {
                    "version": 1,
                    "handlers": {"out": {"class": "logging.StreamHandler"}},
                    "root": {"level": "WARNING", "handlers": ["out"]},
                }
            )
        )
        settings.write_text(json.dumps(self._settings(log)))
        # JSON is YAML.
        command = [sys.executable, "-m", "synapse.app.homeserver", "--config-path", str(settings)]
        subprocess.run([*command, "--generate-keys"], check=True, capture_output=True, cwd=self._folder)
        output = (self._folder / "output.log").open("wb")
        self._process = subprocess.Popen(command, cwd=self._folder, stdout=output, stderr=output)
        for _ in range(240):
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=0.25):  # noqa: S310 - our own address
                    return
            except OSError:
                # Nobody listens yet: waiting for the child to end is waiting without a busy loop.
                try:
                    self._process.wait(0.25)
                except subprocess.TimeoutExpired:
                    continue
        raise RuntimeError((self._folder / "output.log").read_text()[-4000:])

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)

    def register(self, name: str = "user", *, admin: bool = False) -> User:
        """A new account with a name of its own."""
        user, password = f"{name}-{uuid4().hex[:10]}", uuid4().hex
        nonce = self._call("/_synapse/admin/v1/register")["nonce"]
        told = "\x00".join([nonce, user, password, "admin" if admin else "notadmin"])
        body = {
            "nonce": nonce,
            "username": user,
            "displayname": name.capitalize(),
            "password": password,
            "admin": admin,
            "mac": hmac.new(_SECRET.encode(), told.encode(), hashlib.sha1).hexdigest(),
        }
        return User(self._call("/_synapse/admin/v1/register", body)["user_id"], password)

    def log_in(self, user: User) -> str:
        """The access token of a new session."""
        body = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": user.id}}
        answer = self._call("/_matrix/client/v3/login", {**body, "password": user.password})
        return str(answer["access_token"])

    def log_out(self, token: str) -> None:
        """End a session, as the list of sessions in an app does."""
        self._call("/_matrix/client/v3/logout", {}, token)

    def put(self, token: str, room: str, content: bytes) -> bool:
        """Send a message just as it is; whether the server took it."""
        address = f"{self.url}/_matrix/client/v3/rooms/{quote(room)}/send/m.room.message/{uuid4().hex}"
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        try:
            with urllib.request.urlopen(urllib.request.Request(address, content, headers, method="PUT")):  # noqa: S310
                return True
        except HTTPError:
            return False

    def _call(self, path: str, body: dict[str, Any] | None = None, token: str = "") -> dict[str, Any]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.url}{path}", data, headers)  # noqa: S310 - our own address
        with urllib.request.urlopen(request) as response:  # noqa: S310 - our own address
            answer = json.load(response)
        assert isinstance(answer, dict)
        return answer

    def _settings(self, log: Path) -> dict[str, Any]:
        return {
            "server_name": NAME,
            "report_stats": False,
            "pid_file": str(self._folder / "pid"),
            "listeners": [
                {
                    "port": self._port,
                    "type": "http",
                    "bind_addresses": ["127.0.0.1"],
                    "resources": [{"names": ["client"], "compress": False}],
                }
            ],
            "database": {"name": "sqlite3", "args": {"database": str(self._folder / "homeserver.db")}},
            "log_config": str(log),
            "media_store_path": str(self._folder / "media"),
            "signing_key_path": str(self._folder / "signing.key"),
            "trusted_key_servers": [],
            # A first sync would be answered as two minutes before.
            "caches": {"sync_response_cache_duration": "0s"},
            "federation_domain_whitelist": [],
            "registration_shared_secret": _SECRET,
            "macaroon_secret_key": "of a test",
            "form_secret": "of a test",
            "rc_message": _FREE,
            "rc_login": {"address": _FREE, "account": _FREE, "failed_attempts": _FREE},
            "rc_joins": {"local": _FREE, "remote": _FREE},
            "rc_joins_per_room": _FREE,
            "rc_invites": {"per_room": _FREE, "per_user": _FREE, "per_issuer": _FREE},
            "rc_room_creation": _FREE,
        }
