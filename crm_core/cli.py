"""The command line: import, export and administration without a browser.

Exit status 0 only when the command did what was asked; an error is one line on standard error
that says what to do. Each command imports what it needs when it runs, so that ``--help`` is quick.
"""

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from crm_core.columns import Kind
from crm_core.errors import CrmError
from crm_core.permissions import Role
from crm_core.settings import Settings

if TYPE_CHECKING:
    from crm_core.ingest.checks import Checked
    from crm_core.store.installation import Installation

USER = "command line"


class OneLine(click.Group):
    """Ends every failure with one line on standard error that says what to do."""

    def main(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - click's own signature
        """Run the command; exit with 1 when it could not be done, 2 when it was not understood."""
        try:
            status = super().main(*arguments, **options | {"standalone_mode": False})
        except CrmError as fault:
            _fail(str(fault))
        except click.UsageError as fault:
            path = fault.ctx.command_path if fault.ctx else "python -m crm_core"
            _fail(f"{fault.format_message()} See: {path} --help", status=2)
        except click.ClickException as fault:
            _fail(fault.format_message())
        except click.Abort:
            _fail("Stopped.", status=130)
        except Exception as fault:  # the outermost edge: a traceback helps nobody at a prompt
            logging.getLogger("crm_core").debug("unexpected", exc_info=fault)
            _fail(f"Unexpected {type(fault).__name__}: {str(fault)[:200]} Set CRM_LOG_LEVEL=DEBUG to see more.")
        raise SystemExit(status if isinstance(status, int) else 0)


def _fail(text: str, *, status: int = 1) -> NoReturn:
    click.echo(" ".join(text.split()), err=True)
    raise SystemExit(status)


@click.group(cls=OneLine)
def main() -> None:
    """Relate: marketing analytics and customer relationships."""
    logging.basicConfig(level=os.environ.get("CRM_LOG_LEVEL", "WARNING"))


@main.command("import")
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--mapping", type=click.Path(path_type=Path), help="JSON file: field to column of the file.")
@click.option(
    "--date-order", type=click.Choice(["dmy", "mdy", "ymd"]), help="Needed where dates can be read both ways."
)
@click.option(
    "--decimal-mark", type=click.Choice(["point", "comma"]), help="Needed where numbers can be read both ways."
)
@click.option("--check", "check_only", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--source", default="command line", help="How the data were collected.")
@click.option("--purpose", default="", help="What the data may be used for.")
def import_(
    kind: str,
    file: Path,
    *,
    mapping: Path | None,
    date_order: str | None,
    decimal_mark: str | None,
    check_only: bool,
    as_json: bool,
    source: str,
    purpose: str,
) -> None:
    """Import FILE, or with --check only say what an import would do."""
    from crm_core.ingest.loading import load  # noqa: PLC0415

    with (
        _installation() as installation,
        _checked(
            installation, Kind(kind), file, mapping=mapping, date_order=date_order, decimal_mark=decimal_mark
        ) as checked,
    ):
        if check_only:
            _say(checked.as_json(), as_json=as_json, text=_check_in_words(checked))
            return
        loaded = load(installation, checked, user=USER, now=_now(), source=source, purpose=purpose, told=_note)
    record = loaded.record
    text = f"Import {record.id}: {_in_words(record.counts)}."
    if loaded.repeated:
        text = f"This very file is import {record.id} already. Nothing was changed."
    _say({**asdict(record), "repeated": loaded.repeated}, as_json=as_json, text=text)


@main.command()
@click.argument("import_id", metavar="IMPORT", type=int)
def undo(import_id: int) -> None:
    """Take an import back."""
    from crm_core.ingest.loading import undo as take_back  # noqa: PLC0415

    with _installation() as installation:
        record = take_back(installation, import_id, user=USER, now=_now())
    click.echo(f"Import {record.id} of {record.file_name} is undone.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def imports(*, as_json: bool) -> None:
    """List the imports, the newest first."""
    from crm_core.store.imports import history  # noqa: PLC0415

    with _installation() as installation, installation.database.read() as session:
        past = history(session)
    rows = [f"{each.id:>6}  {each.status:<9}  {each.kind:<12}  {each.file_name}" for each in past]
    _say([asdict(each) for each in past], as_json=as_json, text="\n".join(rows) or "Nothing was imported yet.")


@main.command()
@click.argument("what")
@click.option("--to", required=True, type=click.Path(path_type=Path), help="File ending in .csv, .xlsx or .parquet.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Last day observed; else the last day of the data.")
@click.option("--horizon-days", default=365, show_default=True, type=click.IntRange(min=1))
@click.option("--period", default="day", show_default=True, type=click.Choice(["day", "week"]))
def export(what: str, *, to: Path, as_of: datetime | None, horizon_days: int, period: str) -> None:
    """Write WHAT (customers, order-lines, segments, cohorts, lifetime-value, ...) to a file."""
    from crm_core.reports.exports import What  # noqa: PLC0415
    from crm_core.reports.exports import export as write  # noqa: PLC0415

    if what not in list(What):
        raise click.UsageError(f"'{what}' cannot be exported. Choose one of: {', '.join(What)}.")
    with _installation() as installation:
        written = write(
            installation,
            What(what),
            to,
            as_of=as_of.date() if as_of else None,
            horizon_days=horizon_days,
            period="week" if period == "week" else "day",
        )
    click.echo(f"Written to {written}.")


@main.group()
def demo() -> None:
    """Load the demonstration shop, or start it anew."""


@demo.command("load")
def demo_load() -> None:
    """Fill an empty installation with the demonstration shop."""
    from crm_core.demo.loading import load  # noqa: PLC0415

    with _installation() as installation:
        load(installation, now=_now(), user=USER)
    click.echo("The demonstration is loaded. Sends are simulated.")


@demo.command("reset")
def demo_reset() -> None:
    """Throw away what was changed in the demonstration and load it anew."""
    from crm_core.demo.loading import reset  # noqa: PLC0415

    with _installation() as installation:
        reset(installation, now=_now(), user=USER)
    click.echo("The demonstration is as new.")


@main.group()
def user() -> None:
    """Users: add, list, disable."""


@user.command("add")
@click.argument("name")
@click.option("--role", default=Role.VIEWER.value, show_default=True, type=click.Choice([role.value for role in Role]))
@click.option("--display-name", default="", help="As pages show it.")
def user_add(name: str, *, role: str, display_name: str) -> None:
    """Add a user and print the link by which they choose a password."""
    from crm_core.web import commands  # noqa: PLC0415

    account, link = commands.user_add(_settings(), name, Role(role), display_name=display_name)
    click.echo(f"User {account.name} ({account.role}) is added. Hand over this link, good once within 7 days:\n{link}")


@user.command("list")
def user_list() -> None:
    """List the users."""
    from crm_core.web import commands  # noqa: PLC0415

    for account in commands.user_list(_settings()):
        click.echo(f"{account.name:<30} {account.role:<10} {'disabled' if account.is_disabled else ''}".rstrip())


@user.command("disable")
@click.argument("name")
def user_disable(name: str) -> None:
    """Keep a user out, at once."""
    from crm_core.web import commands  # noqa: PLC0415

    commands.user_disable(_settings(), name)
    click.echo(f"User {name} is disabled and signed out everywhere.")


@main.command()
def worker() -> None:
    """Send mail until stopped, apart from the pages."""
    from crm_core.campaigns.worker import Worker  # noqa: PLC0415

    with _installation() as installation:
        click.echo("The mail worker runs (stop it with Ctrl+C).")
        Worker(installation).run()


@main.command()
@click.option("--demo", "demonstration", is_flag=True, help="Load the demonstration and print a sign-in link.")
def serve(*, demonstration: bool) -> None:
    """Serve the pages and send mail, in one process."""
    from crm_core.web import commands  # noqa: PLC0415

    commands.serve(_settings(), demo=demonstration)


def _settings() -> Settings:
    return Settings.from_environ(os.environ)


@contextmanager
def _installation() -> "Iterator[Installation]":
    from crm_core.store.installation import Installation  # noqa: PLC0415

    installation = Installation.open(_settings())
    try:
        yield installation
    finally:
        installation.database.close()


@contextmanager
def _checked(
    installation: "Installation",
    kind: Kind,
    file: Path,
    *,
    mapping: Path | None,
    date_order: str | None,
    decimal_mark: str | None,
) -> "Iterator[Checked]":
    from crm_core.ingest.cells import DateOrder, DecimalMark  # noqa: PLC0415
    from crm_core.ingest.checks import check  # noqa: PLC0415
    from crm_core.ingest.mapping import from_json  # noqa: PLC0415
    from crm_core.ingest.opening import open_file  # noqa: PLC0415

    opened = open_file(installation, kind, file, name=file.name)
    try:
        yield check(
            installation,
            opened.source,
            from_json(kind, opened.source.header, _json(mapping)) if mapping else opened.mapping,
            now=_now(),
            date_order=DateOrder(date_order) if date_order else None,
            decimal_mark=DecimalMark(decimal_mark) if decimal_mark else None,
        )
    finally:
        opened.close()


def _json(path: Path) -> Any:  # noqa: ANN401 - a file's content
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise click.UsageError(f"The mapping file '{path}' cannot be read as JSON: {fault}") from fault


def _check_in_words(checked: "Checked") -> str:
    counts = _in_words(asdict(checked.counts))
    return "\n".join(
        [f"Nothing was written. An import would bring: {counts}.", *checked.notes, *map(str, checked.problems)]
    )


def _in_words(counts: dict[str, Any]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in counts.items() if number) or "nothing"


def _say(answer: object, *, as_json: bool, text: str) -> None:
    click.echo(json.dumps(answer, default=str, ensure_ascii=False, indent=2) if as_json else text)


def _note(text: str) -> None:
    click.echo(text, err=True)


def _now() -> datetime:
    return datetime.now(UTC)
