"""Queries that every request asks: their SQL is put together once (decision 0101).

Django takes five to twenty times as long to put together the SQL of such a query as a database
takes to answer it, and does so for each request anew. Kept is only the text: the values, and so
what holds today and for whom, come with each question.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import connections
from django.db.models import Model, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler

AnyModel = TypeVar("AnyModel", bound=Model)


@dataclass(frozen=True)
class _Open:
    """Stands in the kept query for a value that comes later."""

    name: str


def parameter(name: str) -> Value:
    """A value that each question names: ``filter(slug=parameter("slug"))``."""
    return Value(_Open(name))


class KeptQuery:
    """Rows of a queryset with ``values_list()``.

    ``make`` answers the queryset and is called once. What changes (a person, a day, the type of
    content) must be a :func:`parameter`.
    """

    def __init__(self, make: Callable[[], QuerySet]) -> None:
        self._make = make

    def rows(self, **values: Any) -> list[tuple]:
        """The rows for these values, one for each parameter."""
        compiler, sql, kept = self._compiled
        connection = connections[compiler.using]
        adapt = connection.ops.adapt_unknown_value
        params = [
            adapt(values[param.name]) if isinstance(param, _Open) else param for param in kept
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            found = cursor.fetchall()
        if self._converters:
            return [tuple(row) for row in compiler.apply_converters(found, self._converters)]
        return found

    @cached_property
    def _compiled(self) -> tuple[SQLCompiler, str, tuple]:
        rows = self._make()
        compiler = rows.query.get_compiler(rows.db)
        sql, params = compiler.as_sql()
        return compiler, sql, tuple(params)

    @cached_property
    def _converters(self) -> dict:
        compiler = self._compiled[0]
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        return compiler.get_converters(columns)


@dataclass(frozen=True)
class _Part:
    """The columns of one of the models that a row consists of."""

    name: str
    model: type[Model]
    columns: tuple[str, ...]


class KeptObjects(Generic[AnyModel]):
    """Objects of a queryset, with those that some of its foreign keys name.

    :param make: the queryset, without values()
    :param columns: those of the model to read; None for all. The others are read when asked for.
    :param related: foreign key -> the columns to read of what it names; None for all
    :param annotations: names of the queryset's annotations to read
    """

    def __init__(
        self,
        model: type[AnyModel],
        make: Callable[[], QuerySet[AnyModel]],
        related: Mapping[str, Container[str] | None] | None = None,
        annotations: tuple[str, ...] = (),
        columns: Container[str] | None = None,
    ) -> None:
        self._model, self._make, self._annotations = model, make, annotations
        self._own = _columns_of(model, columns)
        self._related = related or {}
        self._query = KeptQuery(self._rows)

    @cached_property
    def _parts(self) -> list[_Part]:
        parts = []
        for name, columns in self._related.items():
            model = cast(type[Model], self._model._meta.get_field(name).related_model)
            parts.append(_Part(name, model, _columns_of(model, columns)))
        return parts

    def _rows(self) -> QuerySet:
        of_parts = [f"{part.name}__{column}" for part in self._parts for column in part.columns]
        rows = self._make().select_related(None)
        return rows.values_list(*self._own, *of_parts, *self._annotations)

    def all(self, **values: Any) -> list[AnyModel]:
        """The objects for these values. What many of them name is one object."""
        named: dict[tuple[str, Any], Model | None] = {}
        return [self._built(row, named) for row in self._query.rows(**values)]

    def first(self, **values: Any) -> AnyModel | None:
        """The first of them, or None."""
        return next(iter(self.all(**values)), None)

    def _built(self, row: tuple, named: dict[tuple[str, Any], Model | None]) -> AnyModel:
        end = len(self._own)
        obj = _from_db(self._model, self._own, row[:end])
        for part in self._parts:
            begin, end = end, end + len(part.columns)
            values = row[begin:end]
            key = (part.name, values[part.columns.index(part.model._meta.pk.attname)])
            if key not in named:
                is_there = key[1] is not None
                named[key] = _from_db(part.model, part.columns, values) if is_there else None
            setattr(obj, part.name, named[key])
        for name, value in zip(self._annotations, row[end:], strict=True):
            setattr(obj, name, value)
        return obj


def _columns_of(model: type[Model], only: Container[str] | None = None) -> tuple[str, ...]:
    """In the model's own order, which ``from_db`` counts on."""
    names = (field.attname for field in model._meta.concrete_fields)
    return tuple(name for name in names if only is None or name in only)


def _from_db(model: type[AnyModel], columns: tuple[str, ...], values: tuple) -> AnyModel:
    return model.from_db(model._default_manager.db, columns, values)
