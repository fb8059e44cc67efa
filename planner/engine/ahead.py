"""Compile the kernels ahead of the first plan, which would otherwise wait half a minute for them.

Kernels are compiled for the types of their arrays, which are the same for every county; a small one is enough. A note
beside the kernels says that all of them are there, and for which processor and versions, so that asking again costs
nothing. Several processes may compile at the same time: each kernel has one signature, hence one file of its own name
with the same content, and numba puts files in place whole. The later one only works for nothing.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
from pathlib import Path

import llvmlite.binding
import numba

from planner.engine.bundle import compile_bundle
from planner.engine.decomposition.joint import JointRelaxation
from planner.engine.decomposition.lanes import SerialLanes
from planner.engine.decomposition.regions import regions_of
from planner.engine.patterns import PatternBound, best_profit
from planner.engine.prices import Relaxation
from planner.engine.search import ClassSearch
from planner.model.options import list_slots
from planner.model.problem import Problem


def compile_kernels(problem: Problem) -> None:
    """Have every kernel of the engine compiled and kept, those for several counties included.

    ``problem`` is any problem with a class that can be held; nothing of it but the types of its arrays matters.
    """
    relaxation = Relaxation(problem)
    vector = relaxation.first_prices()
    compile_bundle(relaxation)
    prices = relaxation.prices(vector)
    search = ClassSearch(problem, relaxation, [0])
    search.guide(prices)
    search.compile()
    assert search.value >= -float("inf")  # asks a kernel of its own
    bound = PatternBound(relaxation, prices)
    bound.compile()
    best_profit(bound, bound.wish, next(iter(list_slots(problem))))
    regions = regions_of(problem)
    joint = JointRelaxation(problem, regions, SerialLanes(len(regions)))
    compile_bundle(joint)


def kernel_folder() -> Path:
    """Return the folder in which the compiled kernels are kept."""
    return Path(os.environ["NUMBA_CACHE_DIR"])


def are_compiled() -> bool:
    """Whether a process has said that all kernels are there for this processor and these versions."""
    return _note().exists()


def note_compiled() -> None:
    """Leave the note that all kernels are there; a folder that cannot be written to stays without one."""
    folder = kernel_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"note.{secrets.token_hex(8)}.tmp"
        draft.write_text("", encoding="utf-8")
        os.replace(draft, _note())
    except OSError:
        return


def _note() -> Path:
    """The note: numba looks for a kernel by exactly these."""
    processor = llvmlite.binding.get_host_cpu_name(), llvmlite.binding.get_host_cpu_features().flatten()
    made_by = numba.__version__, llvmlite.__version__, sys.version, *processor
    return kernel_folder() / f"all-{hashlib.sha256(repr(made_by).encode()).hexdigest()[:12]}"
