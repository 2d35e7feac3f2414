"""FastAPI + asyncpg, JSON built in SQL: the fastest stack that people write who care for speed and keep no copies."""

from tests.benchmarks.peers import raw

app = raw.application(raw.AS_JSON)
