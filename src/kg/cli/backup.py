"""`kg backup` and `kg restore`: the store in one file, and back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from kg.cli.home import opened, own_folder
from kg.store.backup import backup
from kg.store.restore import restore


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path), metavar="FILE|FOLDER")
@click.option("--with-tokens", "tokens", is_flag=True, help="Put the tokens in, too, as hashes.")
def backup_command(target: Path, tokens: bool) -> None:
    """Write a backup of the store to FILE.tar or FILE.tar.gz, or into FOLDER, and print its name.

    It holds the newest generation and the whole log up to it, and can be made while a server runs.
    Whatever was acknowledged before is in it. Only its owner may read the file.
    """
    home = own_folder("a backup")
    home.check_format()
    if home.log.exists():
        opened().generation()  # what a crash has left unpublished is published by this
    file, manifest = backup(home, target, tokens=tokens)
    size = file.stat().st_size
    click.echo(os.fsencode(file))  # the name as it is, in whatever encoding
    click.echo(f"generation {manifest.generation}, {size / 1e6:.1f} MB", err=True)


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--force", is_flag=True, help="Move a store that is there aside, and say where to.")
def restore_command(file: Path, force: bool) -> None:
    """Make the backup in FILE the store in KG_HOME.

    Everything in it is verified first; what is damaged changes nothing. No server may run.
    """
    home = own_folder("a backup")
    done = restore(home, file, force=force)
    manifest = done.manifest
    place = click.format_filename(home.path)
    click.echo(f"generation {manifest.generation} of {manifest.made} is in {place}")
    if done.aside is not None:
        click.echo(f"what was there before is in {click.format_filename(done.aside)}", err=True)
    for name in done.kept:
        click.echo(f"{name} stays as it was", err=True)


COMMANDS: Final = (backup_command, restore_command)
