"""CSV layouts whose samples have roles: searches of a gallery, passages before a camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.cli.importing.options import (
    add_columns,
    add_gallery_sizes,
    add_image_kind,
    add_samples,
    beside,
    beside_optional,
    sample_columns,
)

if TYPE_CHECKING:
    import argparse

    from evaluation.cli.importing.options import Layouts
    from evaluation.testsets.importers import Source


def add(layouts: Layouts) -> None:
    """Declare the layouts."""
    _identification(layouts)
    _live(layouts)


def _words(parser: argparse.ArgumentParser, *words: str) -> None:
    """Declare the words of the column of roles."""
    for word in words:
        parser.add_argument(
            f"--{word}-word", default=word, metavar="WORD", help=f"role; default: {word}"
        )


def _identification(layouts: Layouts) -> None:
    text = "A CSV of samples that are enrolled or searched for, with its own column names."
    parser = layouts.add("identification-csv", text, _read_identification)
    add_samples(parser)
    add_columns(parser, "role")
    _words(parser, "gallery", "probe", "unknown")
    add_gallery_sizes(parser)
    add_image_kind(parser)


def _read_identification(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import (  # heavy: only when importing
        RoleColumns,
        read_identification_csv,
    )

    roles = RoleColumns(args.role_column, args.gallery_word, args.probe_word, args.unknown_word)
    return read_identification_csv(
        args.samples,
        beside(args.samples, args.images),
        columns=sample_columns(args),
        roles=roles,
        landmarks_csv=beside_optional(args.samples, args.landmarks),
        gallery_sizes=args.gallery_sizes,
    )


def _live(layouts: Layouts) -> None:
    text = "A CSV of a watchlist and of frames of people who pass, with its own column names."
    parser = layouts.add("live-csv", text, _read_live)
    add_samples(parser)
    add_columns(parser, "role", "passage", "seconds")
    _words(parser, "watchlist", "frame")
    add_gallery_sizes(parser)
    add_image_kind(parser)


def _read_live(args: argparse.Namespace) -> Source:
    from evaluation.testsets.importers import LiveColumns, read_live_csv  # heavy, as above

    live = LiveColumns(
        args.role_column,
        args.watchlist_word,
        args.frame_word,
        args.passage_column,
        args.seconds_column,
    )
    return read_live_csv(
        args.samples,
        beside(args.samples, args.images),
        columns=sample_columns(args),
        live=live,
        landmarks_csv=beside_optional(args.samples, args.landmarks),
        gallery_sizes=args.gallery_sizes,
    )
