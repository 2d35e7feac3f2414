"""FastAPI and asyncpg with SQL by hand: all that the two peers share which differ in where a document comes from."""

import contextlib
import datetime
import functools
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, NamedTuple

import asyncpg
import orjson
from fastapi import APIRouter, FastAPI, HTTPException, Request, Response

from tests.benchmarks.peers import documents, dsn, parameters, queries, statements, typeids

router = APIRouter()


class Shape(NamedTuple):
    """How a document is read: columns and joins of `directory_entry entry`, and its bytes from such a row."""

    columns: str
    joined: str
    written: Callable[[Mapping[str, Any]], bytes | None]  # None: not by this shape, but by AS_JSON


@functools.cache
def _one(shape: Shape) -> str:
    """The statement for one entry."""
    return (
        f"SELECT {shape.columns} FROM directory_entry entry {shape.joined}"
        f" WHERE entry.id = $1 AND entry.kind = 'school' AND entry.status IN {documents.SEEN}"
    )


@functools.cache
def _first(shape: Shape, found: str, *, limit: int) -> str:
    """The statement for the first `limit` ids of another one, with how many that found."""
    return f"""
        WITH page AS MATERIALIZED (SELECT id, row_number() OVER () AS place FROM ({found}) AS found)
        SELECT {shape.columns}, (SELECT count(*) FROM page) AS found
        FROM page JOIN directory_entry entry USING (id) {shape.joined}
        WHERE page.place <= {limit} ORDER BY page.place
    """


GIVEN = "SELECT id FROM unnest($1::uuid[]) AS id"
AS_JSON = Shape(documents.COLUMNS, documents.JOINED, documents.written)


async def _keep(connection: asyncpg.Connection) -> None:
    """Nothing to reset between requests: a session's settings are never changed."""


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    sizes = {"min_size": dsn.CONNECTIONS, "max_size": dsn.CONNECTIONS}
    async with asyncpg.create_pool(**dsn.for_asyncpg(), **sizes, reset=_keep) as app.state.pool:
        yield


def application(shape: Shape) -> FastAPI:
    """The peer that reads its documents so."""
    app = FastAPI(lifespan=_lifespan)
    app.state.shape = shape
    app.include_router(router)
    return app


@router.get("/v1/schools/{key}")
async def detail(key: str, request: Request) -> Response:
    """One school."""
    shape: Shape = request.app.state.shape
    try:
        known = typeids.decode(key)
    except ValueError:
        raise HTTPException(404) from None
    async with request.app.state.pool.acquire() as connection:
        bodies = await _documents(connection, shape, await connection.fetch(_one(shape), known))
    if not bodies:
        raise HTTPException(404)
    return _json(bodies[0])


@router.get("/v1/schools")
async def schools(asked: parameters.AskedQuery, request: Request) -> Response:
    """A page of schools, with facets if asked for."""
    shape: Shape = request.app.state.shape
    async with request.app.state.pool.acquire() as connection:
        query, members = "", {}
        if asked.q:
            query, keys = await _found(connection, asked.q, limit=asked.limit + 1)
            more = len(keys) > asked.limit
            rows = await connection.fetch(_first(shape, GIVEN, limit=asked.limit), keys[: asked.limit])
        else:
            found, values = _listed(asked)
            rows = await connection.fetch(_first(shape, found, limit=asked.limit), *values)
            more = bool(rows) and rows[0]["found"] > asked.limit
        if asked.facets:
            members["facets"] = await _facets(connection, asked.facets.split(","), query)
        bodies = await _documents(connection, shape, rows)
    return _page(bodies, more, **members)


@router.get("/v1/suggest")
async def suggest(q: str, request: Request, limit: int = 10) -> Response:
    """What a half-typed text may mean."""
    words = queries.words(q)
    async with request.app.state.pool.acquire() as connection:
        keys = await _search(
            connection, queries.tsquery(words, is_begun=True), limit=limit, condition=statements.SUGGESTED
        )
        rows = await connection.fetch(statements.SUGGESTIONS, keys)
    return _page([orjson.dumps(statements.suggestion(row)) for row in rows], False)


@router.post("/bench/writes")
async def write(asked: parameters.Write, request: Request) -> Response:
    """A new address of a website."""
    key, now = typeids.decode(asked.entry), datetime.datetime.now(datetime.UTC)
    async with request.app.state.pool.acquire() as connection, connection.transaction():
        await connection.execute(statements.EVENT, now, asked.entry)
        await connection.execute(statements.WEBSITE, key, asked.website)
        version = await connection.fetchval(statements.VERSION, key)
    return _json(orjson.dumps({"version": version}))


def _listed(asked: parameters.Asked) -> tuple[str, list[Any]]:
    """The ids of a list without words: by nearness when a place is given, else by id; one more than the page has."""
    joins, conditions, values, order = "", [statements.LISTED], [], "entry.id"
    if asked.region:
        # Provinces and regencies have indexes of their own, in the order of ids.
        values.append(asked.region)
        conditions.append(f"left(entry.region_id, {len(asked.region)}) = ${len(values)}")
    if asked.form:
        values.append(asked.form.split(","))
        joins = "JOIN directory_school school ON school.entry_id = entry.id"
        conditions.append(f"school.form = ANY (${len(values)})")
    if asked.near:
        here = queries.place(asked.near)
        values += [here.longitude, here.latitude]
        conditions.append("entry.latitude IS NOT NULL")
        order = f"point(entry.longitude, entry.latitude) <-> point(${len(values) - 1}, ${len(values)}), entry.id"
    where = " AND ".join(conditions)
    sql = f"SELECT entry.id FROM directory_entry entry {joins} WHERE {where} ORDER BY {order} LIMIT {asked.limit + 1}"
    return sql, values


async def _found(connection: asyncpg.Connection, q: str, *, limit: int) -> tuple[str, list[Any]]:
    """The query that was asked and the ids it found; with mended words when those typed find nothing."""
    words = queries.words(q)
    query = queries.tsquery(words)
    keys = await _search(connection, query, limit=limit)
    if not keys:
        mended = await connection.fetch(statements.MEND.format(words="$1"), words)
        query = queries.tsquery([word for (word,) in mended])
        keys = await _search(connection, query, limit=limit)
    return query, keys


async def _search(
    connection: asyncpg.Connection, query: str, *, limit: int, condition: str = statements.LISTED
) -> list[Any]:
    rows = await _planned_anew(connection, statements.SEARCH.format(condition=condition, limit=limit), query)
    return [row["id"] for row in rows]


async def _facets(connection: asyncpg.Connection, names: list[str], query: str) -> dict[str, Any]:
    sql = statements.facets(names, is_searched=bool(query))
    rows = await (_planned_anew(connection, sql, query) if query else connection.fetch(sql))
    counts: dict[str, list[tuple[str, int]]] = {name: [] for name in names}
    for others, value, number in rows:
        # One bit for each facet, the first the highest: the one that is not set is counted by the row.
        counts[next(name for at, name in enumerate(reversed(names)) if not others >> at & 1)].append((value, number))
    return {name: statements.arranged(rows) for name, rows in counts.items()}


async def _planned_anew(connection: asyncpg.Connection, sql: str, *values: Any) -> list[Any]:
    """The rows of a statement whose best plan depends on the words: a kept plan takes rare and frequent for one."""
    await connection.execute("BEGIN; SET LOCAL plan_cache_mode = force_custom_plan")
    try:
        found: list[Any] = await connection.fetch(sql, *values)
        return found
    finally:
        await connection.execute("COMMIT")


async def _documents(connection: asyncpg.Connection, shape: Shape, rows: Sequence[Any]) -> list[bytes]:
    bodies = {row["id"]: shape.written(row) for row in rows}
    missing = [key for key, body in bodies.items() if body is None]
    if missing:
        made = await connection.fetch(_first(AS_JSON, GIVEN, limit=len(missing)), missing)
        bodies |= {row["id"]: AS_JSON.written(row) for row in made}
    return [body for body in bodies.values() if body is not None]


def _page(bodies: Sequence[bytes], more: bool, **members: Any) -> Response:
    rest = orjson.dumps({"has_more": more, "next_cursor": "2" if more else None, **members})
    return _json(b'{"data":[' + b",".join(bodies) + b"]," + rest[1:])


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")
