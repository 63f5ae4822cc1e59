"""The command line: import, export and administration without a browser.

Exit status 0 only when the command did all that was asked: 1 it was refused and nothing was changed,
2 the command itself is wrong, 3 imported but for rejected rows. What went wrong is one line on standard
error that says what to do. Each command imports what it needs when it runs, so that ``--help`` is quick.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crm_core.columns import Kind
from crm_core.errors import CrmError
from crm_core.permissions import PERMISSIONS, Role, Somebody
from crm_core.settings import Settings

if TYPE_CHECKING:
    from crm_core.ingest.progress import Tell
    from crm_core.store.installation import Installation

USER = "command line"
REFUSED, PARTLY, STOPPED = 1, 3, 130

_FILE = click.Path(path_type=Path)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return the exit status."""
    try:
        status = main.main(args=list(arguments), prog_name="python -m crm_core", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as fault:
        click.echo(fault.format_message(), err=True)
        return fault.exit_code
    except click.ClickException as fault:
        return _told(fault.format_message(), fault.exit_code)
    except CrmError as fault:
        return _told(str(fault), REFUSED)
    except (click.Abort, KeyboardInterrupt):
        return _told("Stopped.", STOPPED)
    except Exception as fault:  # noqa: BLE001 - the outermost edge: a traceback helps nobody at a prompt
        return _told(f"Something went wrong ({type(fault).__name__}). {_logged()}", REFUSED)
    return status if isinstance(status, int) else 0


@click.group()
def main() -> None:
    """Relate: marketing analytics and customer relationships."""


@main.command("import")
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]), metavar="KIND")
@click.argument("file", type=_FILE)
@click.option("--mapping", type=_FILE, help="JSON file: field to column of the file.")
@click.option("--date-order", type=click.Choice(["dmy", "mdy", "ymd"]), help="Where dates can be read both ways.")
@click.option("--decimal-mark", type=click.Choice(["point", "comma"]), help="Where numbers can be read both ways.")
@click.option("--encoding", help="Of the text, such as cp1251; else found out.")
@click.option("--separator", help="Between cells, such as ';'; else found out.")
@click.option("--header-row", type=click.IntRange(1), help="From 1; else found out.")
@click.option("--sheet", help="Of the workbook; else the first that has the columns.")
@click.option("--source", default="", help="Where the data come from.")
@click.option("--channel", default="", help="Through which channel they were collected.")
@click.option("--purpose", default="", help="What they may be used for.")
@click.option(
    "--policy",
    default="update",
    show_default=True,
    type=click.Choice(["add", "update", "replace"]),
    help="What happens to rows that are known: they stay, are brought up to date, or their import is replaced.",
)
@click.option("--replaces", type=int, help="With --policy replace: the import of which FILE is the corrected version.")
@click.option("--rejects", type=_FILE, help="Where rejected rows go; else beside FILE.")
@click.option("--check", "only_check", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def import_(kind: str, file: Path, *, as_json: bool, **options: Any) -> int:  # noqa: ANN401 - click hands them over
    """Import FILE as KIND, or with --check only say what an import would do.

    KIND is customers, order-lines, products, costs, answers, interactions or exchange-rates.
    """
    from crm_core.ingest.commands import import_file  # noqa: PLC0415
    from crm_core.reports.files import checked_suffix, write  # noqa: PLC0415

    if options["rejects"]:
        checked_suffix(options["rejects"])  # found out after the import, it would be too late to refuse
    wish = _wish(Kind(kind), file, options)
    with _installation() as installation, _rows_on_terminal() as tell:
        told = None if as_json else click.echo
        answer = import_file(installation, wish, actor=_actor(), now=_now(), write=write, told=told, progress=tell)
    _say(answer.content, as_json=as_json, text="\n".join(answer.lines))
    return _told(answer.complaint, PARTLY) if answer.complaint else 0


@main.command()
@click.argument("import_id", metavar="IMPORT", type=int)
def undo(import_id: int) -> None:
    """Take the import with this number back; opt-outs that it brought stay."""
    from crm_core.ingest.undoing import undo as take_back  # noqa: PLC0415

    with _installation() as installation, _rows_on_terminal() as tell:
        record = take_back(installation, import_id, actor=_actor(), now=_now(), progress=tell)
    click.echo(f"Import {record.id} of {record.file_name} is undone.")


@main.command()
@click.argument("import_id", metavar="IMPORT", type=int)
def redo(import_id: int) -> None:
    """Bring the undone import with this number back; nobody who opted out since is subscribed again."""
    from crm_core.ingest.undoing import redo as bring_back  # noqa: PLC0415

    with _installation() as installation, _rows_on_terminal() as tell:
        record = bring_back(installation, import_id, actor=_actor(), now=_now(), progress=tell)
    click.echo(f"Import {record.id} of {record.file_name} counts again.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def imports(*, as_json: bool) -> None:
    """List the imports, the newest first."""
    from crm_core.store.imports import history  # noqa: PLC0415

    with _installation() as installation, installation.database.read() as session:
        past = history(session)
    rows = [
        f"{each.id:>6}  {each.imported_at:%Y-%m-%d %H:%M}  {each.status:<9}  {each.kind:<12}  {each.file_name}"
        for each in past
    ]
    _say([asdict(each) for each in past], as_json=as_json, text="\n".join(rows) or "Nothing was imported yet.")


@main.command()
@click.argument("what")
@click.option("--to", required=True, type=_FILE, help="File ending in .csv, .xlsx or .parquet.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Last day observed; else the last day of the data.")
@click.option("--horizon-days", default=365, show_default=True, type=click.IntRange(min=1))
@click.option("--period", default="day", show_default=True, type=click.Choice(["day", "week"]))
@click.option("--discount", default=0.0, type=click.FloatRange(0, 100), help="lifetime-value: percent a year.")
@click.option("--margin", is_flag=True, help="lifetime-value: as contribution margin instead of revenue.")
def export(what: str, *, to: Path, as_of: datetime | None, **options: Any) -> None:  # noqa: ANN401 - of click
    """Write WHAT (customers, order-lines, segments, cohorts, lifetime-value, ...) to a file."""
    from crm_core.reports.exports import What  # noqa: PLC0415
    from crm_core.reports.exports import export as write  # noqa: PLC0415
    from crm_core.reports.value import Valuation  # noqa: PLC0415

    if what not in list(What):
        raise click.UsageError(f"'{what}' cannot be exported. Choose one of: {', '.join(What)}.")
    valuation = Valuation(options.pop("discount") / 100, by_margin=options.pop("margin"))
    if valuation != Valuation() and what != What.LIFETIME_VALUE:
        raise click.UsageError(f"--discount and --margin change lifetime-value, not '{what}'. Leave them out.")
    with _installation() as installation:
        written = write(
            installation,
            What(what),
            to,
            as_of=as_of.date() if as_of else None,
            valuation=valuation,
            now=_now(),
            **options,
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
        running = Worker(installation)
        for each in (signal.SIGINT, signal.SIGTERM):
            # The mail under way is finished: broken off, nobody could say whether it arrived.
            signal.signal(each, lambda *_: running.stop())
        click.echo("The mail worker runs (stop it with Ctrl+C).")
        running.run()


@main.command()
@click.option("--demo", "demonstration", is_flag=True, help="Load the demonstration and print a sign-in link.")
def serve(*, demonstration: bool) -> None:
    """Serve the pages and send mail, in one process."""
    from crm_core.web import commands  # noqa: PLC0415

    commands.serve(_settings(), demo=demonstration)


def _wish(kind: Kind, file: Path, options: dict[str, Any]) -> Any:  # noqa: ANN401 - its module loads slowly
    from crm_core.ingest.cells import DateOrder, DecimalMark  # noqa: PLC0415
    from crm_core.ingest.commands import Wish  # noqa: PLC0415
    from crm_core.ingest.policy import Policy  # noqa: PLC0415
    from crm_core.ingest.source import Choices  # noqa: PLC0415

    form = {name: options.pop(name) for name in ("encoding", "separator", "header_row", "sheet")}
    order, mark = options.pop("date_order"), options.pop("decimal_mark")
    return Wish(
        kind,
        file,
        choices=Choices(**form),
        date_order=DateOrder(order) if order else None,
        decimal_mark=DecimalMark[mark.upper()] if mark else None,
        policy=Policy(options.pop("policy")),
        **options,
    )


def _actor() -> Somebody:
    """Whoever may run commands on the machine may do everything."""
    return Somebody(USER, PERMISSIONS[Role.ADMIN])


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
def _rows_on_terminal() -> "Iterator[Tell]":
    """Show how far long work is in one line that goes when it ends; nothing where nobody looks at a terminal."""
    from crm_core.ingest.progress import Progress, untold  # noqa: PLC0415

    if not sys.stderr.isatty():
        yield untold
        return
    width = 78

    def tell(progress: Progress) -> None:
        of = f" of {'about ' * progress.about}{progress.total:,}" if progress.total else ""
        rows = f": {progress.done:,}{of} rows" if progress.done or of else "…"
        click.echo("\r" + f"{progress.step}{rows}"[:width].ljust(width), nl=False, err=True)

    try:
        yield tell
    finally:
        click.echo("\r" + " " * width + "\r", nl=False, err=True)


def _say(answer: object, *, as_json: bool, text: str) -> None:
    click.echo(json.dumps(answer, default=_plain, ensure_ascii=False, indent=2) if as_json else text)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _told(message: str, status: int) -> int:
    click.echo(" ".join(message.split()), err=True)
    return status


def _logged() -> str:
    """Keep the traceback for whoever looks after the installation, and say where."""
    try:
        path = _settings().home / "errors.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{_now().isoformat()}\n{traceback.format_exc()}\n")
    except (OSError, CrmError):
        return "Run it again, and report it when it stays."
    return f"Run it again, and report it when it stays; the details are in {path}."


def _now() -> datetime:
    from crm_core.web.entrance import utc_now  # noqa: PLC0415 - the one clock of the entry points

    return utc_now()
