"""FastAPI + SQLAlchemy 2 (async, on asyncpg) + pydantic response models: what most new Python APIs are made of."""

import contextlib
import datetime
from collections.abc import AsyncIterator, Sequence
from typing import Any

import uuid_utils.compat
from fastapi import FastAPI, HTTPException
from sqlalchemy import (
    ARRAY,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import to_tsquery
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tests.benchmarks.peers import dsn, orm_shapes, parameters, queries, statements, typeids
from tests.benchmarks.peers.orm_tables import Contact, Document, Entry, Event, Region, Relation, School

engine = create_async_engine(
    "postgresql+asyncpg://", connect_args=dsn.for_asyncpg(), pool_size=dsn.CONNECTIONS, max_overflow=0
)
writing = async_sessionmaker(engine, expire_on_commit=False)
# A single SELECT needs no BEGIN and ROLLBACK around it.
reading = async_sessionmaker(engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False)

SHOWN = (
    contains_eager(Entry.school),
    joinedload(Entry.library),
    joinedload(Entry.first_event, innerjoin=True).load_only(Event.at, Event.source_id),
    joinedload(Entry.region).joinedload(Region.parent).joinedload(Region.parent).joinedload(Region.parent),
    selectinload(Entry.other_names),
    selectinload(Entry.held_identifiers),
    selectinload(Entry.contacts),
    selectinload(Entry.relations).joinedload(Relation.target, innerjoin=True).load_only(Entry.id, Entry.kind),
)
IS_ACTIVE = Entry.status == "active"
IS_LISTED = (Entry.kind == "school") & IS_ACTIVE
IS_SEEN = Entry.status.in_(("active", "closed"))
FACETS: dict[str, Any] = {
    "province": func.coalesce(func.left(Entry.region_id, literal_column("2")), literal_column("'unknown'")),
    "form": School.form,
    "ownership": func.coalesce(func.nullif(School.ownership, literal_column("''")), literal_column("'unknown'")),
}
SUGGESTIONS = text(statements.SUGGESTIONS.replace("$1::uuid[]", ":keys")).bindparams(
    bindparam("keys", type_=ARRAY(Uuid))
)
MEND = text(statements.MEND.format(words=":words").replace("::text[]", "")).bindparams(
    bindparam("words", type_=ARRAY(Text))
)


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Close the connections at the end."""
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/v1/schools/{key}")
async def detail(key: str) -> orm_shapes.School:
    """One school."""
    try:
        known = typeids.decode(key)
    except ValueError:
        raise HTTPException(404) from None
    async with reading() as session:
        found: Any = await session.scalar(_shown().where(Entry.id == known, IS_SEEN))
    if found is None:
        raise HTTPException(404)
    return found


@app.get("/v1/schools")
async def schools(asked: parameters.AskedQuery) -> orm_shapes.Schools:
    """A page of schools, with facets if asked for."""
    query, counted = "", None
    if asked.q:
        query, keys = await _found(asked.q, limit=asked.limit + 1)
    async with reading() as session:
        if asked.q:
            known = {row.id: row for row in await session.scalars(_shown().where(Entry.id == _any(keys, Uuid)))}
            rows = [known[key] for key in keys]
        else:
            rows = list(await session.scalars(_listed(asked)))
        if asked.facets and not query:
            counted = await _facets(session, asked.facets.split(","))
    if asked.facets and query:
        async with _planned_anew() as session:
            counted = await _facets(session, asked.facets.split(","), query)
    more = len(rows) > asked.limit
    page: Any = {"data": rows[: asked.limit], "has_more": more, "next_cursor": "2" if more else None, "facets": counted}
    return page


@app.get("/v1/suggest")
async def suggest(q: str, limit: int = 10) -> orm_shapes.Suggestions:
    """What a half-typed text may mean."""
    query = queries.tsquery(queries.words(q), is_begun=True)
    keys = await _search(query, limit=limit, condition=IS_SEEN)
    async with reading() as session:
        rows = await session.execute(SUGGESTIONS, {"keys": keys})
        found: Any = {"data": [statements.suggestion(row) for row in rows.mappings()]}
    return found


@app.post("/bench/writes")
async def write(asked: parameters.Write) -> orm_shapes.Written:
    """A new address of a website."""
    entry, event, now = typeids.decode(asked.entry), uuid_utils.compat.uuid7(), datetime.datetime.now(datetime.UTC)
    made = Event(
        id=event,
        position=func.journal_open(literal(event), literal(now)),
        type="website.changed",
        at=now,
        actor_kind="anonymous",
        subject_type="school",
        subject_id=asked.entry,
    )
    websites = update(Contact).where(Contact.entry_id == entry, Contact.kind == "website").values(value=asked.website)
    async with writing.begin() as session:
        session.add(made)
        await session.flush()
        await session.execute(websites, execution_options={"synchronize_session": False})
        version: Any = {"version": await session.scalar(select(Entry.version).where(Entry.id == entry))}
    return version


def _shown() -> Select[tuple[Entry]]:
    return select(Entry).join(Entry.school).where(Entry.kind == "school").options(*SHOWN)


def _any(values: Sequence[Any], type_: Any) -> Any:
    return any_(literal(values, ARRAY(type_)))


def _listed(asked: parameters.Asked) -> Select[tuple[Entry]]:
    """The schools of a list without words, one more than the page has."""
    found = _shown().where(IS_ACTIVE)
    if asked.region:
        # Provinces and regencies have indexes of their own, in the order of ids.
        found = found.where(func.left(Entry.region_id, literal_column(str(len(asked.region)))) == asked.region)
    if asked.form:
        found = found.where(School.form == _any(asked.form.split(","), Text))
    if asked.near:
        here = queries.place(asked.near)
        apart = func.point(Entry.longitude, Entry.latitude).op("<->")(func.point(here.longitude, here.latitude))
        found = found.where(Entry.latitude.is_not(None)).order_by(apart)
    return found.order_by(Entry.id).limit(asked.limit + 1)


@contextlib.asynccontextmanager
async def _planned_anew() -> AsyncIterator[AsyncSession]:
    """A session for statements whose best plan depends on the words: a kept plan takes rare and frequent for one."""
    async with writing() as session:
        await session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
        yield session


async def _found(q: str, *, limit: int) -> tuple[str, list[Any]]:
    """The query that was asked and the ids it found; with mended words when those typed find nothing."""
    words = queries.words(q)
    query = queries.tsquery(words)
    keys = await _search(query, limit=limit)
    if not keys:
        async with reading() as session:
            mended = await session.scalars(MEND, {"words": words})
        query = queries.tsquery(list(mended))
        keys = await _search(query, limit=limit)
    return query, keys


async def _search(query: str, *, limit: int, condition: Any = IS_LISTED) -> list[Any]:
    asked = to_tsquery("simple", query)
    found = (
        select(Entry.id)
        .join(Document, Document.entry_id == Entry.id)
        .where(Document.words.bool_op("@@")(asked), condition)
        .order_by(Document.name_words.bool_op("@@")(asked).desc(), Document.score.desc(), Entry.id)
        .limit(limit)
    )
    async with _planned_anew() as session:
        return list(await session.scalars(found))


async def _facets(session: AsyncSession, names: list[str], query: str = "") -> dict[str, Any]:
    counted = {}
    for name in names:
        rows = select(FACETS[name], func.count()).select_from(Entry).join(Entry.school).where(IS_LISTED)
        if query:
            found = Document.words.bool_op("@@")(to_tsquery("simple", query))
            rows = rows.join(Document, Document.entry_id == Entry.id).where(found)
        counted[name] = statements.arranged(
            [(value, number) for value, number in await session.execute(rows.group_by(FACETS[name]))]
        )
    return counted
