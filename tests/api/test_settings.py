"""The environment variables are documented, and production's own checks are silent."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
READS = re.compile(r'(?:env\.\w+|number|database|environ\.get)\(\s*"([A-Z_]+)"')
GOOD = {
    "DATABASE_URL": "postgres://app@127.0.0.1:1/mitra",
    "SECRET_KEY": "7d2b0c9e4f8a61535be0d1c2a3948f67e5d4c3b2a190f7e6d5c4",
    "KEY_PEPPER": "a190b2c3d4e5f67948a3c2d1e05b53618af4e9c0b2d7c4d5e6f7",
    "ALLOWED_HOSTS": "pustaka.example.org",
    "PUBLIC_URL": "https://pustaka.example.org",
    "BEHIND_PROXY": "true",
}


def variables_read() -> set[str]:
    files = [ROOT / "api" / "settings.py", ROOT / "api" / "stack" / "commands.py"]
    return {name for file in files for name in READS.findall(file.read_text())}


def variables_documented() -> set[str]:
    return set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/reference/settings.md").read_text(), re.MULTILINE))


def test_every_variable_is_documented_and_every_documented_one_is_read():
    assert variables_documented() == variables_read()


def test_compose_gives_the_service_only_variables_that_it_reads():
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    for part in ("api", "worker", "migrate", "tools"):
        assert set(compose["services"][part]["environment"]) <= variables_read()


def test_compose_hardens_every_part():
    for name, part in yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"].items():
        assert part["read_only"], name
        assert part["security_opt"] == ["no-new-privileges:true"], name
        assert part["cap_drop"] == ["ALL"], name
        assert part["mem_limit"], name
        assert "user" in part or name == "certificates", name


def test_compose_fits_a_server_of_two_gigabytes():
    parts = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    always = sum(int(parts[name]["mem_limit"].removesuffix("m")) for name in ("proxy", "api", "worker", "database"))
    assert always <= 1750


def test_compose_makes_the_same_database_as_the_embedded_server():
    from api.stack import postgres

    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert compose["services"]["database"]["environment"]["POSTGRES_INITDB_ARGS"].split() == postgres.INITDB
    grants = [line for line in postgres.ROLES.read_text().splitlines() if line.startswith("ALTER DEFAULT")]
    assert grants
    assert all(line in compose["configs"]["roles"]["content"] for line in grants)


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    own = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, env=own | variables, capture_output=True, text=True, timeout=120, check=False)


def test_check_deploy_has_no_warning_in_production():  # its own process: the settings are read at its start
    done = manage("check", "--deploy", "--fail-level", "WARNING", **GOOD)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"DATABASE_URL": "mysql://a:hidden@b/c"}, "DATABASE_URL must look like"),
        ({"PORT": "many"}, "PORT must be a whole number"),
        ({"KEY_PEPPER": ""}, "KEY_PEPPER is missing"),
        ({}, "The database of DATABASE_URL does not answer"),
    ],
)
def test_serve_says_in_one_sentence_what_is_wrong_and_fails(change, sentence):
    done = manage("serve", **(GOOD | change))
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.strip().splitlines()) == 1
    assert "hidden" not in done.stderr
