"""wheel.py OUT PREFIX VERSION: the wheel of what is installed in PREFIX, with
python/ccprobe. See packaging/wheel, which calls it."""

import base64
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

here = pathlib.Path(__file__).resolve().parent
python = here.parent / "python"
out, prefix = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
version = sys.argv[3]
epoch = int(os.environ["SOURCE_DATE_EPOCH"])

METADATA = f"""Metadata-Version: 2.1
Name: ccprobe
Version: {version}
Summary: Conformance suite and mock provider for Claude Code gateways
License: MIT
Requires-Python: >=3.8
Description-Content-Type: text/markdown

"""
WHEEL = """Wheel-Version: 1.0
Generator: ccprobe
Root-Is-Purelib: false
Tag: py3-none-linux_x86_64
"""
ENTRIES = "[console_scripts]\n" + "".join(
    f"{name} = ccprobe.launch:{name}\n" for name in ("ccprobe", "ccmock", "ccgate")
)
if (python / "ccprobe/pytest_plugin.py").exists():
    ENTRIES += "\n[pytest11]\nccmock = ccprobe.pytest_plugin\n"


def files():
    """Names in the wheel, their bytes and modes."""
    modules = sorted((python / "ccprobe").glob("*.py")) + sorted((python / "ccprobe").glob("py.typed"))
    for path in modules:
        yield f"ccprobe/{path.name}", path.read_bytes(), 0o644
    if not (python / "ccprobe/__init__.py").exists():
        yield "ccprobe/__init__.py", b"", 0o644
    for part in ("bin", "share/ccprobe"):
        for path in sorted((prefix / part).rglob("*")):
            if path.is_file():
                mode = 0o755 if os.access(path, os.X_OK) else 0o644
                yield f"ccprobe/{path.relative_to(prefix)}", path.read_bytes(), mode
    info = f"ccprobe-{version}.dist-info"
    readme = (here.parent / "README.md").read_text()
    yield f"{info}/METADATA", (METADATA + readme).encode(), 0o644
    yield f"{info}/WHEEL", WHEEL.encode(), 0o644
    yield f"{info}/entry_points.txt", ENTRIES.encode(), 0o644
    yield f"{info}/LICENSE", (here.parent / "LICENSE").read_bytes(), 0o644


def digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def write(path):
    record = []
    info = f"ccprobe-{version}.dist-info/RECORD"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for name, data, mode in files():
            entry = zipfile.ZipInfo(name, time.gmtime(epoch)[:6])
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(entry, data)
            record.append(f"{name},sha256={digest(data)},{len(data)}\n")
        entry = zipfile.ZipInfo(info, time.gmtime(epoch)[:6])
        entry.external_attr = 0o100644 << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        wheel.writestr(entry, "".join(record) + f"{info},,\n")


with tempfile.TemporaryDirectory() as scratch:
    raw = pathlib.Path(scratch) / f"ccprobe-{version}-py3-none-linux_x86_64.whl"
    write(raw)
    repaired = pathlib.Path(scratch) / "repaired"
    done = subprocess.run(
        ["auditwheel", "repair", "--wheel-dir", repaired, raw], capture_output=True, text=True
    )
    if done.returncode != 0:
        sys.exit(f"wheel: auditwheel failed:\n{done.stdout}{done.stderr}")
    out.mkdir(parents=True, exist_ok=True)
    for wheel in repaired.glob("*.whl"):
        print(shutil.move(wheel, out / wheel.name))
