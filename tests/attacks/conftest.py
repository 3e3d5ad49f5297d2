"""The sandbox that is attacked, and what lies outside of it."""

import os

import pytest
import target
from machine import missing
from outside import Outside
from users import AS_ROOT

from autograder.catalog import find_course
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.tiers import Tier, lack


@pytest.fixture(scope="module", params=[Tier.FULL] if AS_ROOT else [Tier.FULL, Tier.CONTAINER])
def sandbox(request):
    if reason := lack(request.param):
        missing(f"tier {request.param}: {reason}")
    os.environ["AISEC_WATCHED"] = target.SECRET  # what the grader's environment holds must not get in
    with Sandbox(tier=request.param, preload=find_course().preload) as started:
        yield started


@pytest.fixture(scope="module")
def outside():
    laid = Outside()
    yield laid
    laid.close()
