"""Chromium 80 as the tests drive it: by its own protocol, since drivers of today no longer speak with it.

It is looked for under ``$CHROMIUM_80``. One way to get it: the npm package ``chrome-aws-lambda`` 2.1.1 holds a headless
Chromium 80 for Linux (``bin/chromium.br``, packed with brotli).
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import re
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import websocket

CHROMIUM_80 = os.environ.get("CHROMIUM_80")
_FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-zygote", "--single-process", "--lang=zh-CN"]
_PATIENCE_SECONDS = 20.0


class OldBrowser:
    """One page of the old browser; ``complaints`` are errors of its scripts and of the content policy."""

    def __init__(self, program: str, folder: Path) -> None:
        words = [program, *_FLAGS, f"--user-data-dir={folder}", "--remote-debugging-port=0", "about:blank"]
        self._process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)  # noqa: S603
        port = self._port()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/version") as answer:  # noqa: S310
            self.version = str(json.load(answer)["Browser"])
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as answer:  # noqa: S310
            target = next(one for one in json.load(answer) if one["type"] == "page")
        self._socket = websocket.create_connection(target["webSocketDebuggerUrl"], timeout=_PATIENCE_SECONDS)
        self._numbers = itertools.count(1)
        self.complaints: list[str] = []
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def _port(self) -> int:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if found := re.search(r"DevTools listening on ws://127\.0\.0\.1:(\d+)/", line):
                return int(found[1])
        raise AssertionError("the browser did not start")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Give a command of the protocol and return its result; what the page complains of meanwhile is kept."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            told = json.loads(self._socket.recv())
            if told.get("id") == number:
                assert "error" not in told, told
                return dict(told["result"])
            self._hear(told)

    def _hear(self, told: dict[str, Any]) -> None:
        if told["method"] == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(told["params"]["exceptionDetails"], ensure_ascii=False))
        elif told["method"] == "Log.entryAdded" and told["params"]["entry"]["level"] == "error":
            self.complaints.append(json.dumps(told["params"]["entry"], ensure_ascii=False))

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def wait(self, condition: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while not self.run(f"Boolean({condition})"):
            assert time.monotonic() < end, f"{self.run('location.href')}: never {condition}; {self.complaints}"
            time.sleep(0.05)

    def size(self, width: int, height: int) -> None:
        """Give the page a size."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def go(self, address: str) -> None:
        """Open an address and wait until all of it is there."""
        self.ask("Page.navigate", url=address)
        self.wait(f"location.href.startsWith({json.dumps(address)}) && document.readyState === 'complete'")

    def picture(self, path: Path) -> None:
        """Keep a picture of the whole page, which it takes to be as high as it needs."""
        width, height = self.run("[window.innerWidth, window.innerHeight]")
        self.size(width, self.run("document.documentElement.scrollHeight"))
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))
        self.size(width, height)

    def close(self) -> None:
        """End the browser."""
        self._socket.close()
        self._process.kill()
        self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()
