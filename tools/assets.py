"""Copy third-party style sheets and fonts from node_modules to where they are served.

They come from npm at set-up and are not kept in the repository.
"""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules"
TARGET = ROOT / "brukerplan" / "assets" / "vendor"

FILES = {
    "@digdir/designsystemet-css/dist/src/index.css": "designsystemet.css",
    "@digdir/designsystemet-css/dist/theme/designsystemet.css": "theme.css",
} | {
    # WeasyPrint ignores variable fonts, so static weights; latin-ext holds č đ ŋ š ŧ ž.
    f"@fontsource/inter/files/{name}": name
    for subset in ("latin", "latin-ext")
    for weight in (400, 500, 600, 700)
    for name in (f"inter-{subset}-{weight}-normal.woff2",)
}


def main() -> None:
    """Copy every file; a missing one is an error, never a page without style."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for source, target in FILES.items():
        shutil.copyfile(SOURCE / source, TARGET / target)


if __name__ == "__main__":
    main()
