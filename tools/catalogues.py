"""Bring the translation catalogues up to date with the sources.

Extracts the bokmål texts, merges them into the nynorsk and English catalogues (new ones
come in empty, which fails the tests until they are translated) and compiles them.
"""

from __future__ import annotations

import sys
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from brukerplan import __version__
from brukerplan.questionnaire.messages import messages
from brukerplan.translation import CATALOGUES, DOMAINS, LANGUAGES, SOURCE_LANGUAGE

ROOT = CATALOGUES.parent
ROOMS = {
    "web": (
        "config",
        "web",
        "forms",
        "files",
        "openid",
        "actions",
        "persistence",
        "identity",
        "access",
        "geography",
        "demo",
        "cli",
    ),
    "reports": ("reports", "extracts", "statistics", "disclosure"),
}
SINGLE_FILES = {
    "web": ("translation.py", "mail.py", "questionnaire/quality_checks.py"),
    "reports": (),
}
KEYWORDS = DEFAULT_KEYWORDS | {"mark": None}
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"**/templates/**.html": {"newstyle_gettext": "true", "silent": "false"}}


def template(domain: str) -> Catalog:
    """Collect every bokmål text of a domain."""
    catalogue = Catalog(domain=domain, charset="utf-8")
    if domain == "questionnaire":
        for context, text in messages():
            catalogue.add(text, context=context)
        return catalogue
    package = ROOT / "brukerplan"
    for room in ROOMS[domain]:
        _add(catalogue, package / room, METHODS)
    for name in SINGLE_FILES[domain]:
        _add(catalogue, package, [(name, "python")])
    return catalogue


def _add(catalogue: Catalog, folder: object, methods: list[tuple[str, str]]) -> None:
    for name, _, text, comments, context in extract_from_dir(
        str(folder), methods, OPTIONS, KEYWORDS, strip_comment_tags=True
    ):
        catalogue.add(text, locations=[(name, 0)], auto_comments=comments, context=context)


def main() -> int:
    """Update and compile all catalogues; tell what still lacks a translation."""
    lacking = 0
    for domain in DOMAINS:
        source = template(domain)
        for language in LANGUAGES:
            if language == SOURCE_LANGUAGE:
                continue
            path = CATALOGUES / language / "LC_MESSAGES" / f"{domain}.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue = (
                read_po(BytesIO(path.read_bytes()), locale=language, domain=domain)
                if path.exists()
                else Catalog(locale=language, domain=domain)
            )
            catalogue.update(source, no_fuzzy_matching=True)
            catalogue.obsolete.clear()
            catalogue.fuzzy = False
            catalogue.header_comment = f"# {domain}: the texts in bokmål are the source."
            catalogue.project, catalogue.version = "brukerplan", __version__
            missing = sum(
                1 for message in catalogue if message.id and not _complete(message.string)
            )
            lacking += missing
            with path.open("wb") as file:
                write_po(file, catalogue, omit_header=False, no_location=True, sort_output=True)
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, catalogue)
            print(f"{language} {domain}: {len(catalogue)} texts, {missing} untranslated")
    return 1 if lacking else 0


def _complete(translation: object) -> bool:
    return all(translation) if isinstance(translation, tuple) else bool(translation)


if __name__ == "__main__":
    sys.exit(main())
