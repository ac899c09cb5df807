"""Fetch the built front-end files again, exactly as `frontend.lock.json` says, into `asset_map/web/static/vendor/`.

    python scripts/vendor_frontend.py           fetch, check and write
    python scripts/vendor_frontend.py --check   check what is there; nothing is fetched
    python scripts/vendor_frontend.py --relock  fetch and write the lock file's sha256 again, after a change of version

Fetching needs npm; checking does not. The crest and the GDS Transport font may only be used on GOV.UK, so both are
taken out of the style sheet on the way in: the sha256 is of what is written.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LOCK = Path(__file__).with_name("frontend.lock.json")
VENDOR = ROOT / "asset_map" / "web" / "static" / "vendor"
FONTS = '"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif'


def without_crest_and_transport(css: str) -> str:
    """The GOV.UK Frontend style sheet with a plain font and no crest."""
    css = re.sub(r"/\*! Copyright \(c\) 2011 by Margaret Calvert.*?\*/", "", css, flags=re.S)
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", FONTS)
    css = re.sub(
        r"(?:-webkit-mask-image|mask-image|background-image):url\(/assets/images/govuk-crest\.svg\);?", "", css
    )
    if "Transport" in css or "/assets/" in css:
        raise SystemExit("govuk-frontend.min.css still names GDS Transport or /assets/: change the patterns here")
    return css


def written(name: str, content: bytes) -> bytes:
    """What is written for a file of a package: no source map addresses, and for GOV.UK no crest and no Transport."""
    if name.endswith((".css", ".js")):
        text = re.sub(r"\s*(?://|/\*)# sourceMappingURL=\S+(?: \*/)?\s*$", "\n", content.decode("utf-8"))
        if "govuk-frontend" in name and name.endswith(".css"):
            text = without_crest_and_transport(text)
        return text.encode("utf-8")
    return content


def fetch(package: dict[str, Any], folder: Path) -> dict[str, bytes]:
    """The wanted files of one package, from npm, with its integrity checked."""
    wanted = f"{package['name']}@{package['version']}"
    subprocess.run(["npm", "pack", "--silent", "--ignore-scripts", wanted], cwd=folder, check=True, capture_output=True)
    archive = folder / f"{package['name']}-{package['version']}.tgz"
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package["integrity"]:
        raise SystemExit(f"{wanted}: integrity is {found}; the lock file says {package['integrity']}")
    with tarfile.open(archive) as tar:
        members = {name: tar.extractfile(f"package/{name}") for name in package["files"]}
        return {name: written(name, member.read()) for name, member in members.items() if member}


def relock(package: dict[str, Any], content: dict[str, bytes]) -> None:
    for name, file in package["files"].items():
        file["sha256"] = hashlib.sha256(content[name]).hexdigest()


def write(package: dict[str, Any], content: dict[str, bytes]) -> None:
    target = VENDOR / package["name"]
    for name, file in package["files"].items():
        path = target / file["to"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content[name])
    lines = [
        f"{package['name']} {package['version']} ({package['licence']})",
        f"npm integrity {package['integrity']}",
        "",
    ]
    lines += [f"{file['sha256']}  {file['to']}" for file in package["files"].values()]
    (target / "VERSION").write_text("\n".join(lines) + "\n", encoding="utf-8")


def wrong_files(packages: list[dict[str, Any]]) -> list[str]:
    """One sentence for each vendored file that is missing or is not what the lock file says."""
    wrong = []
    for package in packages:
        for file in [*package["files"].values(), {"to": "LICENSE"}, {"to": "VERSION"}]:
            path = VENDOR / package["name"] / file["to"]
            if not path.is_file():
                wrong.append(f"{path.relative_to(ROOT)} is missing")
            elif "sha256" in file and hashlib.sha256(path.read_bytes()).hexdigest() != file["sha256"]:
                wrong.append(f"{path.relative_to(ROOT)} is not what the lock file says")
    return wrong


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--relock", action="store_true")
    options = parser.parse_args(arguments)
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    if not options.check:
        for package in lock["packages"]:
            with tempfile.TemporaryDirectory() as folder:
                content = fetch(package, Path(folder))
            if options.relock:
                relock(package, content)
            write(package, content)
        if options.relock:
            LOCK.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")
    wrong = wrong_files(lock["packages"])
    print("\n".join(wrong) or "every vendored file is as locked; fetch again with: python scripts/vendor_frontend.py")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
