"""The settings of our own stack under measurement: those of the project, with the one write mounted beside /v1."""

from api.settings import *  # noqa: F403 - all of them, as they are served

ROOT_URLCONF = "tests.benchmarks.ours_urls"
