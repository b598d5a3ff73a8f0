"""Commands that make, list and revoke keys."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from search.cli.arguments import Commands
from search.errors import SettingsError
from search.http.api_keys import READ, SCOPES, add_key, read_keys, revoke_key
from search.settings import choose, environment


def add_key_commands(commands: Commands) -> None:
    """Add `lede key add`, `list` and `revoke`."""
    key = commands.add_parser("key", help="make, list and take back the keys that let somebody ask")
    actions = key.add_subparsers(required=True, metavar="ACTION")
    for name, run, purpose in (
        ("add", _add, "make a key, and print it this once"),
        ("list", _list, "the keys by name, scope and age"),
        ("revoke", _revoke, "take a key back; running services know at once"),
    ):
        action = actions.add_parser(
            name, help=purpose, description=f"{purpose[:1].upper()}{purpose[1:]}.", allow_abbrev=False
        )
        action.set_defaults(command=run, parser=action)
        action.add_argument("--keys", type=Path, metavar="FILE", help="the file of keys (default: the setting keys)")
        if name != "list":
            action.add_argument("name", metavar="NAME", help="whose key it is")
        if name == "add":
            action.add_argument("--scope", choices=SCOPES, default=READ, help="read (default): to ask; admin: all")


def _add(given: argparse.Namespace) -> int:
    token = add_key(_file(given), given.name, given.scope, datetime.now(UTC))
    print("Keep it now: only its digest is stored.", file=sys.stderr)
    print(token)
    return 0


def _list(given: argparse.Namespace) -> int:
    keys = read_keys(_file(given))
    for key in keys:
        print(f"{key.name:20} {key.scope:5}  made {key.made}  sha256 {key.digest[:8]}…")
    return 0 if keys else 1


def _revoke(given: argparse.Namespace) -> int:
    revoke_key(_file(given), given.name)
    print(f"Revoked {given.name}.")
    return 0


def _file(given: argparse.Namespace) -> Path:
    file = choose({"keys": given.keys}, environment()).settings.keys
    if file is None:
        raise SettingsError("No setting names a file of keys.", "Give --keys FILE, or set `keys`.", field="keys")
    return file
