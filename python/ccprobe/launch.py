"""Replaces the Python process by one of the programs in this package."""

import os
import sys
from pathlib import Path


def program(name: str) -> str:
    """The path of a program of the package: "ccprobe", "ccmock" or "ccgate"."""
    return str(Path(__file__).resolve().parent / "bin" / name)


def _become(name: str) -> None:
    path = program(name)
    try:
        os.execv(path, [path, *sys.argv[1:]])
    except OSError as error:
        sys.exit(f"{name}: {path}: {error.strerror}; this package is for Linux on x86_64")


def ccprobe() -> None:
    _become("ccprobe")


def ccmock() -> None:
    _become("ccmock")


def ccgate() -> None:
    _become("ccgate")
