"""`manage.py import_schools` beside a plain SQL script: a first load, the same file again, and with 1 % changed.

Each arm has a database of its own, both copied from one that holds the regions only; within a round the arms take
turns step by step, and the one that begins changes from round to round. The times are those of the whole commands.
"""

import contextlib
import csv
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from api.stack import accounts, commands, postgres
from tests.benchmarks import bulk_sql, data, data_building, data_file

SHARED = Path(os.environ.get("MITRA_SHARED_DATA") or commands.ROOT.parent / "shared" / "data")
SCHOOLS = "schools/sekolah_2019_kode_kemendagri.csv"
REGIONS = "regions/wilayah_kemendagri_2025.csv"
HOME = data.FOLDER / "bulk"
STEPS = ("first", "unchanged", "changed")
PSQL = postgres.BIN / "psql"


class Run(NamedTuple):
    """One command: how long it took, and the most memory it had at a time."""

    seconds: float
    megabytes: float


class Arm:
    """One way to import, in a database of its own."""

    name = database = ""

    def __init__(self, server: postgres.Server, files: dict[str, Path]) -> None:
        self.server, self.files = server, files

    def command(self, step: str) -> tuple[list[str], dict[str, str]]:
        """The command of a step and its environment."""
        raise NotImplementedError

    def prepare(self) -> None:
        """A new database with nothing but the regions."""
        with self.server.connect("postgres") as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
            admin.execute(f"CREATE DATABASE {self.database} TEMPLATE {template()} OWNER owner STRATEGY file_copy")

    def run(self, step: str) -> Run:
        """Run the command of a step."""
        command, environment = self.command(step)
        with self.server.connect("postgres") as admin:
            admin.execute("CHECKPOINT")
        start = time.monotonic()
        log = HOME / f"{self.name}.log"
        with log.open("wb") as said:
            process = subprocess.Popen(command, cwd=HOME, env=environment, stdout=said, stderr=said)
            try:
                _, status, usage = os.wait4(process.pid, 0)
            except BaseException:
                process.kill()
                process.wait()
                raise
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise accounts.Problem(f"{self.name}, {step}: {log.read_text()[-1000:]}")
        return Run(seconds, usage.ru_maxrss / 1024)


class Ours(Arm):
    """The project's own command."""

    name, database = "import_schools", "mitra"

    def command(self, step: str) -> tuple[list[str], dict[str, str]]:
        arguments = ["--source=tolok-ukur", "--region-scheme=kemendagri", f"--report={HOME / 'report.csv'}"]
        if step == "first":
            arguments += ["--source-title=Tolok ukur", "--source-date=2019-07-01"]
        manage = [sys.executable, str(commands.ROOT / "manage.py"), "import_schools", str(self.files[step])]
        return [*manage, *arguments], data_building.environment(self.server)


class Plain(Arm):
    """The SQL script, which writes every row of the file each time."""

    name, database, differs = "plain SQL", "plain", bulk_sql.ALWAYS

    def prepare(self) -> None:
        super().prepare()
        with self.server.connect(self.database) as admin:
            admin.execute(bulk_sql.WITHOUT_JOURNAL)

    def command(self, step: str) -> tuple[list[str], dict[str, str]]:
        script = HOME / f"{self.database}-{step}.sql"
        script.write_text(bulk_sql.SCRIPT % {"file": self.files[step], **self.differs})
        where = ["-h", str(self.server.socket), "-U", "owner", "-d", self.database]
        return [str(PSQL), "-X", "-q", *where, "-f", str(script)], {"LC_ALL": "C", "PATH": os.environ["PATH"]}


class Careful(Plain):
    """The same script with a comparison: it writes only what differs. Shown beside the others, no target."""

    name, database, differs = "plain SQL that compares", "careful", bulk_sql.DIFFERS


def template() -> str:
    """The name of the database that all arms are copied from."""
    return f"template_{data.state()}_{'real' if is_real() else 'made'}"


@contextlib.contextmanager
def arms() -> Iterator[list[Arm]]:
    """The arms on a running server."""
    HOME.mkdir(parents=True, exist_ok=True)
    with postgres.Server(HOME).held() as server:
        files = _files()
        _make_template(server)
        made = [arm(server, files) for arm in (Ours, Plain, Careful)]
        yield made
        with server.connect("postgres") as admin:
            for arm in made:
                admin.execute(f"DROP DATABASE IF EXISTS {arm.database} WITH (FORCE)")
            admin.execute("CREATE DATABASE mitra OWNER owner")  # the server is complete with it


def measure(rounds: int) -> dict[str, dict[str, list[Run]]]:
    """{arm: {step: the runs of all rounds}}."""
    found: dict[str, dict[str, list[Run]]] = {}
    with arms() as all_arms:
        for number in range(rounds):
            turn = all_arms[number % len(all_arms) :] + all_arms[: number % len(all_arms)]
            for arm in turn:
                arm.prepare()
            for step in STEPS:
                for arm in turn:
                    run = arm.run(step)
                    found.setdefault(arm.name, {}).setdefault(step, []).append(run)
                    print(f"round {number + 1}: {arm.name}, {step}: {run.seconds:.1f} s", file=sys.stderr)
    return found


def is_real() -> bool:
    """Whether the real files are there; else one of the same shape is made."""
    return (SHARED / SCHOOLS).exists() and (SHARED / REGIONS).exists()


def _files() -> dict[str, Path]:
    """The file of each step."""
    if not is_real():
        print("No real schools at MITRA_SHARED_DATA: a generated file of their shape is imported.", file=sys.stderr)
        command = [sys.executable, "-m", "tests.benchmarks.data_file", str(HOME)]
        subprocess.run(command, cwd=commands.ROOT, check=True)
    whole = SHARED / SCHOOLS if is_real() else HOME / data_file.SCHOOLS
    changed = HOME / "changed.csv"
    with whole.open(encoding="utf-8", newline="") as source, changed.open("w", encoding="utf-8", newline="") as target:
        rows, out = csv.reader(source), csv.writer(target)
        header = next(rows)
        out.writerow(header)
        name, address = header.index("nama"), header.index("alamat")
        for number, row in enumerate(rows):
            if number % 100 == 50:
                row[name], row[address] = f"{row[name]} Baru", f"{row[address]} (pindah)"
            out.writerow(row)
    return {"first": whole, "unchanged": whole, "changed": changed}


def _make_template(server: postgres.Server) -> None:
    """A migrated database with the regions, kept until the migrations change."""
    with server.connect("postgres") as admin:
        names = [name for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall()]
        if template() in names:
            return
        for name in [each for each in names if each.startswith("template_")] + ["mitra"]:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute("CREATE DATABASE mitra OWNER owner")
        environment, manage = data_building.environment(server), [sys.executable, str(commands.ROOT / "manage.py")]
        migrating = environment | {"DATABASE_PROFILE": "migrate"}
        subprocess.run([*manage, "migrate", "--verbosity=0"], env=migrating, check=True)
        regions = SHARED / REGIONS if is_real() else HOME / data_file.REGIONS
        subprocess.run(
            [*manage, "import_regions", str(regions)], env=environment, cwd=HOME, check=True, stdout=subprocess.DEVNULL
        )
        admin.execute(f"ALTER DATABASE mitra RENAME TO {template()}")
