"""A browser without a screen, which opens a page and tells all that it noticed.

It is Debian's chromium, driven by its own protocol over two pipes, so that nothing has to be installed
besides. See https://chromedevtools.github.io/devtools-protocol/ for the names of methods and events.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

CHROMIUM = shutil.which("chromium")

Message: TypeAlias = dict[str, Any]

_OPTIONS = (
    "--headless=new",
    "--no-sandbox",  # The pages are our own, and a container has no user of lower rights.
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--remote-debugging-pipe",
)
# The browser reads at 3 and writes at 4, whatever numbers the pipes have here: those are above both.
_START = 'exec "$@" 3<&{reads} 4>&{writes}'
_ABOVE = 10


@dataclass(slots=True)
class Page:
    """A page that is open, and what has been noticed of it.

    `requested` are the addresses that it asked for, its own file aside; `complaints` is what stands in the
    console: errors of scripts, of the browser, and what the page's own policy forbids.
    """

    browser: _Browser
    address: str
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def value(self, expression: str) -> Any:  # noqa: ANN401 -- whatever a script gives
        """Return what an expression comes to in the page, once it has come to it."""
        answer = self.browser.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait_until(self, condition: str) -> None:
        """Wait until an expression is true in the page."""
        self.value(
            "new Promise(done => {"
            f" const look = () => ({condition}) ? done(true) : setTimeout(look, 20); look(); }})"
        )

    def point_at(self, selector: str) -> None:
        """Bring the mouse to the middle of the first element that is found."""
        corner = f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
        corner += " e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
        x, y = self.value(corner + " return [r.x + r.width / 2, r.y + r.height / 2]; })()")
        for across in (x - 1, x):
            self.browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=across, y=y)

    def screenshot(self, path: Path, width: int, *, height: int | None = None, scale: float = 1) -> None:
        """Write a picture of the page, as a whole or its upper part."""
        self.browser.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=scale,
            mobile=False,
        )
        whole = int(self.value("document.documentElement.scrollHeight"))
        clip = {"x": 0, "y": 0, "width": width, "height": height or whole, "scale": 1}
        shot = self.browser.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def printed(self, path: Path) -> None:
        """Write the page as it is printed on A4, as a PDF."""
        paper = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": False}
        path.write_bytes(base64.b64decode(self.browser.call("Page.printToPDF", **paper)["data"]))

    def notice(self, message: Message) -> None:
        """Take note of what the browser tells."""
        facts = message.get("params", {})
        match message.get("method"):
            case "Network.requestWillBeSent":
                address = facts["request"]["url"]
                if address != self.address:
                    self.requested.append(address)
            case "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(facts["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if facts["type"] in ("error", "warning", "assert"):
                self.complaints.append(json.dumps(facts["args"]))
            case "Log.entryAdded" if facts["entry"]["level"] in ("error", "warning"):
                self.complaints.append(facts["entry"]["text"])


class _Browser:
    """Calls methods of the browser and hears its events."""

    def __init__(self, writes: BinaryIO, reads: BinaryIO) -> None:
        self._writes, self._reads = writes, reads
        self._number = 0
        self._rest = b""
        self.session = ""
        self.heard: list[Message] = []
        self.page: Page | None = None

    def call(self, method: str, **parameters: object) -> Message:
        """Call a method and return its answer; what else is heard meanwhile is noticed."""
        self._number += 1
        message: Message = {"id": self._number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self._writes.write(json.dumps(message).encode() + b"\0")
        self._writes.flush()
        while True:
            answer = self.hear()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: Message = answer["result"]
                return result

    def hear(self) -> Message:
        """Return the next message."""
        while b"\0" not in self._rest:
            more = os.read(self._reads.fileno(), 1 << 16)
            assert more, "the browser has gone"
            self._rest += more
        text, _, self._rest = self._rest.partition(b"\0")
        message: Message = json.loads(text)
        if self.page is not None:
            self.page.notice(message)
        return message

    def wait_for(self, event: str) -> None:
        """Wait until something happens."""
        while self.hear().get("method") != event:
            pass


@contextmanager
def opened(file: Path, folder: Path) -> Iterator[Page]:
    """Open a file in a browser that keeps what it has to write in a folder, and wait until it is loaded."""
    assert CHROMIUM is not None
    (read, our_write), (our_read, write) = os.pipe(), os.pipe()
    their_read, their_write = (fcntl.fcntl(end, fcntl.F_DUPFD, _ABOVE) for end in (read, write))
    command = [CHROMIUM, *_OPTIONS, f"--user-data-dir={folder}"]
    process = subprocess.Popen(
        ["/usr/bin/env", "bash", "-c", _START.format(reads=their_read, writes=their_write), "bash", *command],
        pass_fds=(their_read, their_write),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for end in (read, write, their_read, their_write):
        os.close(end)
    with os.fdopen(our_write, "wb") as writes, os.fdopen(our_read, "rb") as reads:
        browser = _Browser(writes, reads)
        try:
            yield _loaded(browser, file)
        finally:
            process.terminate()
            process.wait(20)


def _loaded(browser: _Browser, file: Path) -> Page:
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    page = browser.page = Page(browser, file.resolve().as_uri())
    for domain in ("Page", "Runtime", "Network", "Log"):
        browser.call(f"{domain}.enable")
    browser.call("Page.navigate", url=page.address)
    browser.wait_for("Page.loadEventFired")
    return page
