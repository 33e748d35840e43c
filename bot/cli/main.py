"""The command line: every command by name, each loaded only when it is called."""

from __future__ import annotations

import errno
from importlib import import_module

import click

from bot.installed import NAME, VERSION, as_called
from content.schema.errors import ContentError
from intents.classifier.modelfile import ModelError

COMMANDS = {
    "chat": "bot.cli.talking.talk",
    "ask": "bot.cli.talking.talk",
    "match": "bot.cli.talking.talk",
    "topics": "bot.cli.talking.talk",
    "show": "bot.cli.talking.talk",
    "check": "bot.cli.editing.check",
    "new": "bot.cli.editing.new",
    "due": "bot.cli.editing.content",
    "train": "bot.cli.editing.training",
    "evaluate": "bot.cli.editing.content",
    "schema": "bot.cli.editing.content",
    "playground": "bot.cli.playground",
    "pictures": "bot.cli.playground",
    "gaps": "bot.cli.editing.content",
    "run": "bot.cli.serve",
    "serve": "bot.cli.serve",
    "release": "bot.cli.serve",
    "manifest": "bot.cli.serve",
    "doctor": "bot.cli.serve",
}
DEFAULT_COMMAND = "chat"


class LazyGroup(click.Group):
    """Imports a command's module when the command is called, so that ``ask`` starts without the servers."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> None:
        """Run the command; mistakes in content or model, and files that cannot be used, end it with what to do."""
        name = ctx.info_name or NAME
        try:
            super().invoke(ctx)
            return
        except click.UsageError as error:
            raise click.UsageError(as_called(error.format_message(), name), error.ctx) from None
        except click.ClickException as error:
            told = error.format_message()
        except ContentError as error:
            told = f"the content has mistakes:\n{error}"
        except ModelError as error:
            told = str(error)
        except OSError as error:
            if error.filename is None and error.errno != errno.ENOSPC:
                raise
            what = f"cannot use {error.filename!r}" if error.filename is not None else "cannot write"
            told = f"{what} ({error.strerror}): check the path and its permissions"
        raise click.ClickException(as_called(told, name))


@click.group(NAME, cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name=NAME, message="%(prog)s %(version)s", help="Show it.")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """CalCoord FAQ bot: how California deals with CBP and ICE, answered with sources.

    Without a command it starts `chat`.
    """
    if ctx.invoked_subcommand is None:
        command = ctx.command.get_command(ctx, DEFAULT_COMMAND)  # type: ignore[attr-defined]
        ctx.invoke(command)
