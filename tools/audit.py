"""Ask the public advisory services whether a locked package has a known weakness.

Ends with 1 where one has. A service that does not answer is told of, and is no failure: the
checks must also run where only packages can be fetched. With ``--demand`` it ends with 2, for
the nightly job of whoever runs the program.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# It holds everything that running needs as well.
LOCKED = ROOT / "requirements" / "test.txt"
FOUND, NOT_ASKED = 1, 2


def python_weaknesses(osv_url: str | None = None) -> list[str] | None:
    """Return the known weaknesses of what pip installs, ``None`` where nobody answered.

    Parameters
    ----------
    osv_url
        Where the OSV service is asked, if not at its public address.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            str(Path(sys.executable).with_name("pip-audit")),
            "--requirement", str(LOCKED), "--require-hashes", "--disable-pip",
            "--vulnerability-service", "osv", *(("--osv-url", osv_url) if osv_url else ()),
            "--format", "json", "--output", str(report),
            "--progress-spinner", "off", "--timeout", "10",
        ]  # fmt: skip
        # Its status is the same for a weakness and for a service that does not answer.
        subprocess.run(command, capture_output=True, check=False)
        if not report.exists():
            return None
        packages: list[dict[str, Any]] = json.loads(report.read_text())["dependencies"]
    return [
        f"{package['name']} {package['version']}: {weakness['id']}"
        for package in packages
        for weakness in package.get("vulns", ())
    ]


def javascript_weaknesses(registry: str | None = None) -> list[str] | None:
    """Return the known weaknesses of what npm installs, ``None`` where nobody answered.

    Parameters
    ----------
    registry
        Where npm asks, if not where it fetches packages from.
    """
    asked = ["npm", "audit", "--json", "--package-lock-only"]
    if registry:
        asked += ["--registry", registry]
    ran = subprocess.run(asked, capture_output=True, check=False, cwd=ROOT, text=True)
    try:
        answered: dict[str, Any] = json.loads(ran.stdout)
    except ValueError:
        return None
    if "vulnerabilities" not in answered:
        return None
    found: dict[str, dict[str, Any]] = answered["vulnerabilities"]
    return [f"{name}: {weak['severity']}" for name, weak in found.items()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is known; return the status to end with."""
    parser = argparse.ArgumentParser(prog="python -m tools.audit", description=__doc__)
    parser.add_argument("--demand", action="store_true", help="fail where nobody answers")
    parser.add_argument("--osv-url", help="another address of the OSV service")
    parser.add_argument("--npm-registry", help="another address of npm's registry")
    given = parser.parse_args(arguments)
    status = 0
    for kind, weaknesses in (
        ("Python", python_weaknesses(given.osv_url)),
        ("JavaScript", javascript_weaknesses(given.npm_registry)),
    ):
        if weaknesses is None:
            print(f"NOT AUDITED: no advisory service answered for the {kind} packages.")
            if given.demand:
                status = max(status, NOT_ASKED)
            continue
        print(f"{kind} packages: {len(weaknesses) or 'no'} known weaknesses.")
        for line in weaknesses:
            print(f"  {line}")
        if weaknesses:
            status = status or FOUND
    return status


if __name__ == "__main__":
    sys.exit(main())
