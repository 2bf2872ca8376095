"""The table of roles is complete, and the documentation says the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from brukerplan.access import BOUND_TO_OWN_ORGANISATION, PERMISSIONS, PUBLIC, Permission, Role

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"


def table(markdown: str, heading: str) -> dict[str, tuple[str, ...]]:
    """Return the rows under a heading: first cell without backticks → the other cells."""
    section = markdown.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {first.strip("`"): tuple(rest) for first, *rest in cells}


def disagreements(markdown: str, permissions: Mapping[Role, frozenset[Permission]]) -> list[str]:
    """Say where the document and the table of roles differ."""
    found = []
    roles = table(markdown, "Roles")
    found += [f"role {role}" for role in sorted(set(roles) ^ set(Role))]
    for role in Role:
        reach = "own only" if role in BOUND_TO_OWN_ORGANISATION else "own and below"
        if role in roles and roles[role][-1] != reach:
            found.append(f"reach of {role}")
    documented = table(markdown, "Permissions")
    found += [f"permission {name}" for name in sorted(set(documented) ^ set(Permission))]
    for permission in Permission:
        if permission not in documented:
            continue
        allows, who = documented[permission]
        if not allows:
            found.append(f"{permission} is not explained")
        holders = {role for role in Role if permission in permissions[role]}
        if permission in PUBLIC:
            agrees = who == "everyone" and not holders
        else:
            agrees = set(re.findall(r"`(\w+)`", who)) == holders
        if not agrees:
            found.append(f"roles of {permission}")
    return found


def test_the_documentation_says_what_the_table_says() -> None:
    assert disagreements(DOCUMENT.read_text(encoding="utf-8"), PERMISSIONS) == []


@pytest.mark.parametrize("permission", sorted(Permission))
def test_a_permission_missing_from_the_documentation_is_found(permission: Permission) -> None:
    markdown = DOCUMENT.read_text(encoding="utf-8")
    lagging = "\n".join(
        line for line in markdown.splitlines() if not line.startswith(f"| `{permission}`")
    )
    assert disagreements(lagging, PERMISSIONS) == [f"permission {permission}"]


@pytest.mark.parametrize("role", sorted(Role))
def test_a_role_missing_from_the_documentation_is_found(role: Role) -> None:
    markdown = DOCUMENT.read_text(encoding="utf-8")
    lagging = "\n".join(
        line for line in markdown.splitlines() if not line.startswith(f"| `{role}`")
    )
    assert disagreements(lagging, PERMISSIONS) == [f"role {role}"]


def test_a_permission_given_without_telling_is_found() -> None:
    widened = dict(PERMISSIONS)
    widened[Role.SYSTEM_ADMINISTRATOR] |= {Permission.REGISTRATION_READ}
    found = disagreements(DOCUMENT.read_text(encoding="utf-8"), widened)
    assert found == ["roles of registration.read"]


def test_every_role_has_a_line_in_the_table() -> None:
    assert set(PERMISSIONS) == set(Role)


def test_every_permission_is_public_or_held_by_some_role() -> None:
    held = frozenset[Permission]().union(*PERMISSIONS.values())
    assert held | PUBLIC == frozenset(Permission)
    assert not held & PUBLIC


def test_the_table_cannot_be_changed_while_running() -> None:
    with pytest.raises(TypeError):
        PERMISSIONS[Role.REGISTRAR] = frozenset(Permission)  # type: ignore[index]  # the point
