"""The processes of a service, each started for itself, so that a fault test can end each from outside."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 90.0


class Processes:
    """Starts processes and ends all that are left."""

    def __init__(self, logs: Path) -> None:
        self._logs, self._all = logs, []

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start Python with some words; what it says goes into a file of its own."""
        log = self._logs / f"process{len(self._all)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *words],
                stdout=output,
                stderr=output,
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                start_new_session=True,
            )
        self._all.append(process)
        return process

    def service(self, role: str, config: dict[str, Any]) -> subprocess.Popen[bytes]:
        """Start the pages or a coordinator."""
        return self.start(str(Path(__file__).with_name("service_process.py")), role, json.dumps(config))

    def said(self) -> str:
        """Return the end of what each process said, for a test that failed."""
        return "\n".join(f"--- {path.name}\n{path.read_text()[-2000:]}" for path in sorted(self._logs.glob("*.log")))

    def close(self) -> None:
        """End all that are left."""
        for process in self._all:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def processes(logs: Path) -> Iterator[Processes]:
    """Yield a starter of processes; all end with the block."""
    starter = Processes(logs)
    try:
        yield starter
    except BaseException:
        print(starter.said())
        raise
    finally:
        starter.close()


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process as no program of ours would: only itself, at once."""
    process.kill()
    process.wait()


def children_of(pid: int) -> list[int]:
    """Return the processes started by a process (Linux)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def local_worker_of(pid: int) -> int:
    """Return the worker process that a coordinator in process ``pid`` has started on this computer."""
    [worker] = [
        child
        for child in children_of(pid)
        if b"multiprocessing.spawn" in (Path("/proc") / str(child) / "cmdline").read_bytes()
    ]
    return worker


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def await_true(what: str, true: Any) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate that vouches for itself, and its key; all parts of a cluster may share them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cluster")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    certificate_file, key_file = folder / "cluster.pem", folder / "cluster-key.pem"
    certificate_file.write_bytes(certificate.public_bytes(pem))
    plain = serialization.NoEncryption()
    key_file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return certificate_file, key_file
