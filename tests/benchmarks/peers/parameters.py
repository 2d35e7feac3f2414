"""The parameters and bodies that the FastAPI peers take, in the few forms that are measured."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field


class Asked(BaseModel):
    """The query of a list."""

    q: str = Field("", max_length=200)
    region: str = ""
    form: str = ""
    near: str = ""
    sort: str = ""
    facets: str = ""
    limit: int = Field(50, ge=1, le=200)


class Write(BaseModel):
    """The body of the one small write."""

    entry: str = Field(max_length=40)
    website: str = Field(max_length=300)


AskedQuery = Annotated[Asked, Query()]
