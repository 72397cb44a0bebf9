"""Pages in a real browser, without a driver: a copy of the page carries its own probe and writes what it found."""

from __future__ import annotations

import html
import importlib.util
import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
)
_DARK: Final = "--blink-settings=preferredColorScheme=0"
_POLICY: Final = "default-src 'none';"
_TIMEOUT_SECONDS: Final = 120
_LISTENER: Final = """<script>
const refused = [];
addEventListener("securitypolicyviolation", event => refused.push(event.violatedDirective));
</script>"""
"""Stands right behind the policy: what it refuses while the page is read would be over before the probe."""

_PROBE: Final = """
<pre id="found"></pre>
<script>
const found = { refused };
addEventListener("load", async () => {
  document.querySelectorAll("details").forEach(fold => { fold.open = true; });
  const seen = await (async () => { %s })();
  document.getElementById("found").textContent = JSON.stringify({ ...found, ...seen });
});
</script>
"""
_FRAME: Final = """<!DOCTYPE html><title>Frame</title>
<pre id="found"></pre>
<script>addEventListener("message", event => { document.getElementById("found").textContent = event.data; });</script>
<iframe src="page.html" style="width: %dpx; height: 800px; border: 0"></iframe>
"""


def executable() -> str | None:
    """Return the path of Chromium, or None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def axe() -> str | None:
    """Return the script of axe-core, which a Python package carries, or None where that is not installed."""
    package = importlib.util.find_spec("axe_playwright_python")
    if package is None or package.origin is None:
        return None
    return Path(package.origin).with_name("axe.min.js").read_text(encoding="utf-8")


def probed(page: str, script: str, folder: Path, *, dark: bool = False, width: int = 1280) -> Mapping[str, Any]:
    """Return the object that a script makes in a page, all fold-outs open, and what the page's policy refused.

    `script` is the body of an async function. `width` is that of the window, which is never below 500 pixels.
    """
    _write(page, script, folder / "page.html")
    flags = [f"--window-size={width},900", *([_DARK] if dark else [])]
    return _found(_run([*flags, "--virtual-time-budget=30000", "--dump-dom"], folder / "page.html", folder))


def probed_in_frame(page: str, script: str, folder: Path, width: int) -> Mapping[str, Any]:
    """Return the object that a script makes in a page that is shown in a frame of any width."""
    told = f"parent.postMessage(JSON.stringify(await (async () => {{ {script} }})()), '*');"
    _write(page, told, folder / "page.html")
    (folder / "frame.html").write_text(_FRAME % width, encoding="utf-8")
    return _found(_run(["--virtual-time-budget=10000", "--dump-dom"], folder / "frame.html", folder))


def printed(page: str, folder: Path) -> Path:
    """Return the path of a PDF of a page."""
    (folder / "page.html").write_text(page, encoding="utf-8")
    _run(["--no-pdf-header-footer", f"--print-to-pdf={folder / 'page.pdf'}"], folder / "page.html", folder)
    return folder / "page.pdf"


def _write(page: str, script: str, path: Path) -> None:
    """Write a page with a probe in it, and its policy loosened for scripts alone."""
    assert page.count(_POLICY) == 1
    loosened = page.replace(_POLICY, f"{_POLICY} script-src 'unsafe-inline';")
    head = loosened.index(">", loosened.index(_POLICY)) + 1
    loosened = loosened[:head] + _LISTENER + loosened[head:]
    before, end, after = loosened.rpartition("</body>")
    path.write_text(before + _PROBE % script + end + after, encoding="utf-8")


def _run(flags: list[str], path: Path, folder: Path) -> str:
    command = [str(executable()), *_FLAGS, f"--user-data-dir={folder / 'profile'}", *flags, path.as_uri()]
    done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_SECONDS, check=True)
    return done.stdout.decode()


def _found(dom: str) -> Mapping[str, Any]:
    match = re.search(r'<pre id="found">(.+?)</pre>', dom, re.DOTALL)
    assert match, "the probe in the page did not finish"
    found: Mapping[str, Any] = json.loads(html.unescape(match[1]))
    return found
