"""The bureau's own outlines of townships: kept once for all its plans, matched anew with the townships of each."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from web.desk import current_desk
from web.jobs import Job
from web.result import Result
from web.result_map import BadOutlines, Outlines, read_outlines
from web.result_view import Measure, TownshipRow, colour_limits, colour_tiles, township_rows


def keep_outlines(job: Job, result: Result, content: bytes) -> Outlines:
    """Keep a GeoJSON file for the bureau, in place of the one before.

    Raises
    ------
    BadOutlines
        As of :func:`web.result_map.read_outlines`; what was kept before stays.
    """
    outlines = read_outlines(content, [place.name for place in result.places])
    path = _path(job)
    path.parent.mkdir(parents=True, exist_ok=True)
    coming = path.with_suffix(".coming")
    coming.write_text(json.dumps(outlines.kept, ensure_ascii=False), encoding="utf-8")
    os.replace(coming, path)
    return outlines


def remove_outlines(job: Job) -> None:
    """Go back to the schematic; without effect when nothing is kept."""
    _path(job).unlink(missing_ok=True)


def outlines_for(job: Job, result: Result) -> Outlines | None:
    """Return the bureau's outlines of a plan's townships, None when nothing is kept or none of them is outlined."""
    path = _path(job)
    try:
        changed = path.stat().st_mtime_ns
        return _read(path, changed, tuple(place.name for place in result.places))
    except (OSError, BadOutlines):
        return None


def to_plain(outlines: Outlines, result: Result, measure: Measure) -> dict[str, Any]:
    """Return outlines with the figures to be shown on them, as plain values: map, values, limits of the colours."""
    rows = township_rows(result)
    values = {row.name: row.value(measure) for row in rows}
    tile_map = colour_tiles(result, rows, measure)
    texts = {tile.tile.name: tile.title for tile in (tile_map.tiles if tile_map is not None else ())}
    return {
        "map": outlines.to_geojson(),
        "values": [
            {"name": name, "value": values.get(name), "text": texts.get(name, name)} for name in outlines.geometries
        ],
        "limits": limits_of(rows, measure),
    }


def limits_of(rows: list[TownshipRow], measure: Measure) -> list[float]:
    """Return the limits of the map's colours."""
    return colour_limits([value for row in rows if (value := row.value(measure)) is not None])


def _path(job: Job) -> Path:
    return current_desk().data.root / "outlines" / f"{job.bureau_id}.json"


@lru_cache(maxsize=8)
def _read(path: Path, changed_ns: int, townships: tuple[str, ...]) -> Outlines:
    del changed_ns  # a file that was written anew is another one
    return read_outlines(path.read_bytes(), townships)
