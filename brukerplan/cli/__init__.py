"""The command line: ``brukerplan --help``.

Commands speak English, as operators' tools do; errors a user can mend are said in one
line, without a traceback. Rooms are imported inside the commands, so that a small command
does not wait for pandas.
"""

from __future__ import annotations

import click

from brukerplan import __version__
from brukerplan.cli import (
    accounts,
    analyse,
    audit_log,
    context,
    keys,
    organisations,
    questionnaire,
    registrations,
    reports,
    retention,
    running,
    safekeeping,
)
from brukerplan.translation import UserError, translator


class _Commands(click.Group):
    """Says a user's error in one line and leaves with 1; anything else surfaces."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except UserError as error:
            raise click.ClickException(error.text(translator("nb"))) from error


@click.group(cls=_Commands)
@click.version_option(__version__)
def main() -> None:
    """Yearly mapping of people with substance or mental-health problems."""


for command in (
    running.demo,
    running.migrate,
    running.serve,
    running.remind,
    organisations.organisations,
    accounts.invite,
    accounts.accounts,
    safekeeping.backup,
    safekeeping.restore,
    safekeeping.deletions,
    safekeeping.check_integrity,
    retention.retention,
    reports.report,
    registrations.import_template,
    registrations.import_,
    context.context,
    questionnaire.codebook,
    questionnaire.level,
    analyse.analyse,
    keys.keys,
    audit_log.audit_log,
):
    main.add_command(command)
