"""The command `lede-index embed`: its arguments, and what it says in the end."""

import argparse
from pathlib import Path

import msgspec

from indexer.part_embedding import PartReport
from search.cli.counts import counted
from search.settings import DEVICES


def add_embed_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of embed."""
    parser.add_argument("content", type=Path, metavar="CONTENT", nargs="?", help="the folder of articles")
    parser.add_argument("--part", metavar="N/OF", default="1/1", help="which part, such as 3/16 (default all)")
    parser.add_argument("--vectors", type=Path, metavar="DIR", help="a folder that all reach (default in the index)")
    parser.add_argument("--device", choices=DEVICES, help="what embeds articles: cpu (default), or cuda, a GPU")
    parser.add_argument("--jobs", type=int, metavar="N", help="processor cores to use (default all)")
    parser.add_argument("--json", action="store_true", help="the report as one line of JSON")


def part_line(report: PartReport, *, as_json: bool) -> str:
    """What the run of a part did, as one line."""
    if as_json:
        return msgspec.json.encode(report).decode()
    return (
        f"Part {report.part}: {counted(report.articles, 'article')}, {counted(report.texts, 'text')},"
        f" {report.known:,} known, {report.embedded:,} embedded; {report.rejected:,} rejected in all;"
        f" {report.seconds:,.1f} s, at most {report.peak_rss_mib:,.0f} MiB."
    )
