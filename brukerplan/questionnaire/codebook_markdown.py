"""The codebook's dictionary as a Markdown document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from brukerplan.questionnaire import codebook_texts as texts
from brukerplan.questionnaire.codebook_words import Words


def markdown(book: dict[str, Any], words: Words) -> str:
    """Return the codebook as Markdown, ending in a newline."""
    return "\n\n".join(_blocks(book, words)) + "\n"


def _blocks(book: dict[str, Any], words: Words) -> Iterator[str]:
    yield f"# {words.say(texts.CODEBOOK)}: {book['title']}"
    yield book["summary"]
    yield f"{words.say(texts.DIGEST)}: `{book['digest']}`"
    for section in book["sections"]:
        yield f"## {section['title']}"
        if section["intro"]:
            yield section["intro"]
        for variable in section["variables"]:
            yield from _variable(variable, words)
    yield f"## {words.say(texts.DERIVED)}"
    for variable in book["derived"]:
        yield from _derived(variable, book, words)
    yield book["unmet_need"]["text"]
    yield f"## {words.say(texts.RULES)}"
    yield _list(book["general_rules"])
    yield _rules(book, words)
    yield f"## {words.say(texts.MISSING)}"
    yield _table(
        (words.say(texts.NUMBER), words.say(texts.EXPLANATION)),
        [(missing["number"], missing["text"]) for missing in book["missing"]],
    )
    yield f"## {words.say(texts.LIMITS)}"
    yield _list(book["limits"])


def _variable(variable: dict[str, Any], words: Words) -> Iterator[str]:
    yield f"### {variable['label']} (`{variable['id']}`)"
    if variable["help"]:
        yield variable["help"]
    columns = ", ".join(f"`{column}`" for column in variable["columns"])
    facts = [
        f"{words.say(texts.TYPE)}: {variable['type_label']}. {variable['bounds']}".rstrip(),
        variable["asked"],
        f"{words.say(texts.EDITIONS)}: {', '.join(variable['editions'])}",
        f"{words.say(texts.COLUMNS if len(variable['columns']) > 1 else texts.COLUMN)}: {columns}",
    ]
    yield _list(facts)
    yield from _codes(variable, words)


def _derived(variable: dict[str, Any], book: dict[str, Any], words: Words) -> Iterator[str]:
    yield f"### {variable['label']} (`{variable['id']}`)"
    yield variable["derived_from"]
    yield from _codes(variable, words)
    # The two rules that are the project's own, in full.
    rule = book.get(variable["id"])
    if rule:
        yield f"**{rule['source']}.** {rule['text']}"
        if "rows" in rule:
            yield _table(rule["headings"], [row["labels"] for row in rule["rows"]])


def _codes(variable: dict[str, Any], words: Words) -> Iterator[str]:
    codes = variable["codes"]
    if not codes:
        return
    headings = [words.say(text) for text in (texts.NUMBER, texts.CODE, texts.ANSWER)]
    rows = [[code["number"], f"`{code['id']}`", code["label"]] for code in codes]
    for key, heading in (("help", texts.EXPLANATION), ("source", texts.SOURCE)):
        if any(code[key] for code in codes):
            headings.append(words.say(heading))
            for row, code in zip(rows, codes, strict=True):
                row.append(code[key] or "")
    yield _table(headings, rows)


def _rules(book: dict[str, Any], words: Words) -> str:
    headings = (texts.RULE, texts.WHEN, texts.CONSEQUENCE, texts.EXPLANATION)
    return _table(
        [words.say(heading) for heading in headings],
        [
            (f"`{rule['id']}`", rule["when"], rule["severity_label"], rule["message"])
            for rule in book["rules"]
        ],
    )


def _list(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    def line(cells: Sequence[object]) -> str:
        # A bar inside a cell would end it.
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    return "\n".join([line(headings), line(["---"] * len(headings)), *map(line, rows)])
