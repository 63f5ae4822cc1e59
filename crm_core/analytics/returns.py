"""Which sale a return takes back."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, select

from crm_core.analytics.purchase import is_sale
from crm_core.columns import order_lines

_ID = ("order_id", "line")
_GOODS = ("customer_id", "product")
_SIZE = ("quantity", "cents")


def linked_returns(*, lines: sa.FromClause = order_lines, customer_id: str | None = None) -> sa.Select[Any]:
    """Every line below 0 that counts in revenue, with the sale it takes back; a row per return, in no order.

    A return is linked by number when the order it names has sales of the same customer (or one of the two is
    unknown), else when its own order sold the product, else when its order number is that of an order of the
    customer with a C before it. Other returns with a known customer and product are linked by product: first to the
    newest sale, not after the return, of the same quantity and amount, each sale taken back once; what is left to
    the newest that sold at least as much, as far as the returns of one sale do not exceed it.

    Columns
    -------
    order_id, line, customer_id, day, import_id
        Of the return.
    linked_by
        ``number`` or ``product``; missing when no sale in the data is known.
    sale_order_id, sale_day
        The order that is taken back and its day; missing without one.

    Parameters
    ----------
    lines
        A table with the columns of `order_lines`.
    customer_id
        Only returns of this customer.
    """
    rows = _rows(lines, customer_id)
    returns = select(rows).where(rows.c.cents < 0).cte("back")
    sales = select(rows).where(rows.c.cents > 0).cte("sold")
    numbered = _numbered(returns, sales, lines).cte("numbered")
    still = _without(returns, numbered).cte("still")
    pool = _pool(sales, still, numbered).cte("pool")
    exact = _exact(still, pool).cte("exact")
    rest = _partial(_without(still, exact).cte("rest"), _not_taken(pool, exact).cte("stock")).cte("part")
    link = (*_ID, "linked_by", "sale_order_id", "sale_day")
    linked = sa.union_all(*(select(*_columns(each, link)) for each in (numbered, exact, rest))).cte("linked")
    return select(
        *(returns.c[name] for name in (*_ID, "customer_id", "day", "import_id")),
        linked.c.linked_by,
        linked.c.sale_order_id,
        linked.c.sale_day,
    ).outerjoin_from(returns, linked, _same(returns, linked, _ID))


def linked_counts(links: sa.Select[Any]) -> sa.Select[Any]:
    """Returns of `linked_returns` by ``linked_by`` and ``import_id``, as ``returns``."""
    rows = links.subquery()
    by = (rows.c.linked_by, rows.c.import_id)
    return select(*by, func.count().label("returns")).group_by(*by)


def _rows(lines: sa.FromClause, customer_id: str | None) -> sa.CTE:
    whose = sa.true() if customer_id is None else lines.c.customer_id == customer_id
    named = ("order_id", "line", "customer_id", "day", "import_id", "return_of")
    return (
        select(
            *(lines.c[name] for name in named),
            func.coalesce(lines.c.product_id, lines.c.product).label("product"),
            func.abs(lines.c.quantity).label("quantity"),
            lines.c.amount_cents.label("cents"),
        )
        .where(is_sale(lines), lines.c.amount_cents != 0, whose)
        .cte("lines_of_goods")
    )


def _numbered(returns: sa.CTE, sales: sa.CTE, lines: sa.FromClause) -> sa.Select[Any]:
    named = _orders_named(returns, lines)
    own = select(*_first_day(sales, "order_id", *_GOODS)).group_by(*_columns(sales, ("order_id", *_GOODS))).cte("own")
    plain = select(*_first_day(sales, "order_id", "customer_id")).group_by(sales.c.order_id, sales.c.customer_id)
    uncrossed = plain.cte("uncrossed")
    number = returns.c.order_id
    is_crossed = sa.and_(func.substr(number, 1, 1) == "C", func.substr(number, 2, 1).between("0", "9"))
    order_id = func.coalesce(named.c.order_id, own.c.order_id, uncrossed.c.order_id)
    found = (
        returns.outerjoin(named, sa.and_(named.c.order_id == returns.c.return_of, _may_be_one(named, returns)))
        .outerjoin(own, sa.and_(_same(own, returns, ("order_id", *_GOODS)), own.c.day <= returns.c.day))
        .outerjoin(
            uncrossed,
            sa.and_(
                is_crossed,
                uncrossed.c.order_id == func.substr(number, 2),
                _same(uncrossed, returns, ("customer_id",)),
                uncrossed.c.day <= returns.c.day,
            ),
        )
    )
    day = func.coalesce(named.c.day, own.c.day, uncrossed.c.day)
    return (
        select(*_link(returns, order_id, day, "number"), returns.c.product)
        .select_from(found)
        .where(order_id.is_not(None))
    )


def _orders_named(returns: sa.CTE, lines: sa.FromClause) -> sa.CTE:
    """The orders that returns name, whoever they belong to."""
    wanted = select(returns.c.return_of).where(returns.c.return_of.is_not(None))
    buyer = func.min(lines.c.customer_id).label("customer_id")
    return (
        select(lines.c.order_id, buyer, func.min(lines.c.day).label("day"))
        .where(is_sale(lines), lines.c.amount_cents > 0, lines.c.order_id.in_(wanted))
        .group_by(lines.c.order_id)
        .cte("named")
    )


def _pool(sales: sa.CTE, still: sa.CTE, numbered: sa.CTE) -> sa.Select[Any]:
    """The sales that may be linked by product: of goods that came back, and not linked by number."""
    wanted = select(*_columns(still, _GOODS)).where(*(still.c[name].is_not(None) for name in _GOODS)).distinct()
    goods = wanted.cte("goods")
    taken = select(numbered.c.sale_order_id, numbered.c.product).distinct().cte("taken")
    is_taken = sa.and_(taken.c.sale_order_id == sales.c.order_id, taken.c.product == sales.c.product)
    return (
        select(sales)
        .join_from(sales, goods, sa.and_(*(goods.c[name] == sales.c[name] for name in _GOODS)))
        .outerjoin(taken, is_taken)
        .where(taken.c.sale_order_id.is_(None))
    )


def _exact(still: sa.CTE, pool: sa.CTE) -> sa.Select[Any]:
    """Returns of a whole sale: the last bought goes back first.

    Sales climb a step, returns descend one: a return is that of the sale that last climbed the step it descends.
    """
    events = sa.union_all(*(_events(each, step) for each, step in ((pool, 1), (still, -1)))).cte("events")
    goods, order = _columns(events, (*_GOODS, *_SIZE)), _columns(events, ("day", "falling", *_ID))
    height = func.sum(events.c.step).over(partition_by=goods, order_by=order, rows=(None, 0))
    steps = select(events, (height + events.c.falling).label("level")).cte("steps")
    goods, order = _columns(steps, (*_GOODS, *_SIZE, "level")), _columns(steps, ("day", "falling", *_ID))

    def before(name: str) -> sa.ColumnElement[Any]:
        return func.lag(steps.c[name]).over(partition_by=goods, order_by=order).label(f"sale_{name}")

    known = select(steps, *(before(name) for name in ("falling", "order_id", "line", "day"))).cte("known")
    return select(
        *_link(known, known.c.sale_order_id, known.c.sale_day, "product"), known.c.product, known.c.sale_line
    ).where(known.c.falling == 1, known.c.sale_falling == 0)


def _events(lines: sa.CTE, step: int) -> sa.Select[Any]:
    return select(
        *_columns(lines, (*_ID, *_GOODS, "day", "quantity")),
        func.abs(lines.c.cents).label("cents"),
        sa.literal(step).label("step"),
        sa.literal(int(step < 0)).label("falling"),
    ).where(*(lines.c[name].is_not(None) for name in _GOODS))


def _partial(rest: sa.CTE, stock: sa.CTE) -> sa.Select[Any]:
    """Returns of a part of a sale: the newest that sold enough, until nothing of it is left."""
    is_enough = sa.and_(
        *(stock.c[name] == rest.c[name] for name in _GOODS),
        stock.c.day <= rest.c.day,
        stock.c.cents >= -rest.c.cents,
        func.coalesce(stock.c.quantity >= rest.c.quantity, sa.true()),
    )
    newest = func.row_number().over(
        partition_by=_columns(rest, _ID), order_by=[stock.c[name].desc() for name in ("day", *_ID)]
    )
    choice = (
        select(
            *_columns(rest, (*_ID, "day", "product", *_SIZE)),
            *(stock.c[name].label(f"sale_{name}") for name in ("order_id", "line", "day", *_SIZE)),
            newest.label("place"),
        )
        .join_from(rest, stock, is_enough)
        .cte("choice")
    )
    sale, order = _columns(choice, ("sale_order_id", "sale_line")), _columns(choice, ("day", *_ID))
    gone = [
        func.sum(func.abs(choice.c[name])).over(partition_by=sale, order_by=order, rows=(None, 0)).label(f"gone_{name}")
        for name in _SIZE
    ]
    running = select(choice, *gone).where(choice.c.place == 1).cte("running")
    return select(*_link(running, running.c.sale_order_id, running.c.sale_day, "product")).where(
        running.c.gone_cents <= running.c.sale_cents,
        func.coalesce(running.c.gone_quantity <= running.c.sale_quantity, sa.true()),
    )


def _not_taken(pool: sa.CTE, exact: sa.CTE) -> sa.Select[Any]:
    is_taken = sa.and_(exact.c.sale_order_id == pool.c.order_id, exact.c.sale_line == pool.c.line)
    return select(pool).outerjoin_from(pool, exact, is_taken).where(exact.c.order_id.is_(None))


def _without(returns: sa.CTE, linked: sa.CTE) -> sa.Select[Any]:
    joined = select(returns).outerjoin_from(returns, linked, _same(returns, linked, _ID))
    return joined.where(linked.c.order_id.is_(None))


def _link(
    returns: sa.CTE, order_id: sa.ColumnElement[Any], day: sa.ColumnElement[Any], by: str
) -> list[sa.ColumnElement[Any]]:
    named = [order_id.label("sale_order_id"), day.label("sale_day"), sa.literal(by).label("linked_by")]
    return [*_columns(returns, _ID), *named]


def _first_day(lines: sa.CTE, *names: str) -> list[sa.ColumnElement[Any]]:
    return [*_columns(lines, names), func.min(lines.c.day).label("day")]


def _columns(table: sa.FromClause, names: Iterable[str]) -> list[sa.ColumnElement[Any]]:
    return [table.c[name] for name in names]


def _same(one: sa.FromClause, other: sa.FromClause, names: Iterable[str]) -> sa.ColumnElement[bool]:
    """Equal in these columns; two unknown values are equal where a key may be unknown."""
    return sa.and_(
        *(
            one.c[name] == other.c[name] if name in _ID else one.c[name].is_not_distinct_from(other.c[name])
            for name in names
        )
    )


def _may_be_one(orders: sa.CTE, returns: sa.CTE) -> sa.ColumnElement[bool]:
    """Not of two different customers."""
    return func.coalesce(orders.c.customer_id == returns.c.customer_id, sa.true())
