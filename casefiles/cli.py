"""The `casefiles` command: a table of its commands, each loaded when it is called, so that a small one starts at once."""

import logging
import sys
from importlib import import_module

import click

COMMANDS = {
    "run": "instance:run", "worker": "instance:worker", "demo": "instance:demo", "case": "cases:case_commands", "document": "cases:document_commands",
    "check": "cases:check", "search": "search:search", "packet": "packets_final:packet_commands", "index": "care:index_commands",
    "store": "care:store_commands",
    "audit": "care:audit_commands", "person": "access:person_commands", "grant": "access:grant", "revoke": "access:revoke", "remind": "remind:remind",
    "seed": "remind:seed_cases", "calc": "law:calc", "law": "law:law_commands", "paper": "papers:paper",
}  # fmt: skip


class Table(click.Group):
    """The commands of the table; a module of casefiles.commands is imported when one of its commands is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        module, _, name = COMMANDS.get(cmd_name, "").partition(":")
        return getattr(import_module(f"casefiles.commands.{module}"), name) if name else None


@click.group(cls=Table, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Tell more on stderr, with the place in the program where something failed.")
def main(*, debug: bool) -> None:
    """Case files for the legal escalation of bad debts."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    logging.getLogger("casefiles").setLevel(logging.DEBUG if debug else logging.NOTSET)


if __name__ == "__main__":
    main()
