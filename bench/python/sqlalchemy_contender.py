#!/usr/bin/env python3
"""sqlalchemy_contender.py postgres|sqlite DATABASE get|page|insert [SECONDS]

Times SQLAlchemy, with psycopg2 or sqlite3, on the table that tenon's bundled schema makes: one transaction for
each operation, which binds its tenant first where the database has row-level security, as the systems did that
tenon replaces. DATABASE is a libpq URL or a file. Prints the median in seconds. The table holds the rows that
the benchmarks seed.
"""
import json
import statistics
import sys
import time
import uuid
from datetime import datetime, timedelta, timezone

from sqlalchemy import (BigInteger, Column, DateTime, Float, MetaData, String, Table, create_engine, insert,
                        select, text)
from sqlalchemy.dialects.postgresql import JSON, UUID

TENANT = "tenant-3"
WRITER = "sqlalchemy"  # the rows of the one that is read stay as they are
TIMES = ("started_at", "completed_at", "created_at", "updated_at")


def analyses_table(postgres):
    """The columns of the bundled schema in the dialect's types."""
    moment = DateTime(timezone=True) if postgres else BigInteger
    document = JSON(none_as_null=True) if postgres else String
    return Table(
        "analyses" if postgres else "tenon_analyses", MetaData(schema="tenon" if postgres else None),
        Column("tenant_id", String, primary_key=True),
        Column("id", UUID(as_uuid=True) if postgres else String, primary_key=True),
        Column("request_id", String), Column("started_at", moment), Column("completed_at", moment),
        Column("duration_ms", BigInteger), Column("iac_type", String), Column("environment", String),
        Column("estimated_monthly_cost", Float), Column("estimated_first_week_cost", Float),
        Column("resource_count", BigInteger), Column("policy_status", String), Column("policy_id", String),
        Column("risk_flags", document), Column("recommendations_count", BigInteger),
        Column("result_json", document), Column("created_at", moment), Column("updated_at", moment))


class Contender:
    """The operations, each a transaction for one tenant."""

    def __init__(self, postgres, url):
        self.postgres = postgres
        if postgres:
            import psycopg2  # the other database goes without it
            self.engine = create_engine("postgresql+psycopg2://", creator=lambda: psycopg2.connect(url), pool_size=1)
        else:
            self.engine = create_engine("sqlite:///" + url)
        self.table = analyses_table(postgres)
        with self.transaction() as connection:
            found = connection.execute(select(self.table.c.id).where(self.table.c.tenant_id == TENANT)
                                       .order_by(self.table.c.id)).scalars().all()
        if not found:
            raise SystemExit("the table has no rows of " + TENANT)
        self.ids = found
        self.next = 0

    def transaction(self, tenant=TENANT):
        return Transaction(self.engine, self.postgres, tenant)

    def get(self):
        self.next = (self.next + 7) % len(self.ids)
        with self.transaction() as connection:
            row = connection.execute(select(self.table).where(self.table.c.tenant_id == TENANT,
                                                              self.table.c.id == self.ids[self.next])).one()
        assert row.id == self.ids[self.next]

    def page(self):
        columns = self.table.c
        with self.transaction() as connection:
            rows = connection.execute(select(self.table)
                                      .where(columns.tenant_id == TENANT, columns.environment == "prod")
                                      .order_by(columns.started_at.desc(), columns.id.desc()).limit(51)).all()
        assert len(rows) == 51

    def insert(self):
        identifier = uuid.uuid4()
        now = datetime.now(timezone.utc) - timedelta(days=400)  # out of the page's way
        moment = now if self.postgres else int(now.timestamp() * 1e6)
        result = {"projects": [{"name": "infra", "resources": [{"name": "aws_instance", "monthlyCost": 70.08}] * 20}]}
        with self.transaction(WRITER) as connection:
            connection.execute(insert(self.table).values(
                tenant_id=WRITER, id=identifier if self.postgres else str(identifier),
                request_id="python-" + str(identifier), started_at=moment, completed_at=None, duration_ms=None,
                iac_type="terraform", environment="dev", estimated_monthly_cost=742.64,
                estimated_first_week_cost=185.66, resource_count=20, policy_status="pass", policy_id=None,
                risk_flags=[] if self.postgres else "[]", recommendations_count=0,
                result_json=result if self.postgres else json.dumps(result), created_at=moment,
                updated_at=moment))


class Transaction:
    """BEGIN, the tenant, the work, COMMIT."""

    def __init__(self, engine, postgres, tenant):
        self.context = engine.begin()
        self.postgres = postgres
        self.tenant = tenant

    def __enter__(self):
        connection = self.context.__enter__()
        if self.postgres:
            connection.execute(text("SET LOCAL ROLE tenon_app"))
            connection.execute(text("SELECT set_config('app.tenant_id', :tenant, true)"), {"tenant": self.tenant})
        return connection

    def __exit__(self, *failure):
        return self.context.__exit__(*failure)


def median_seconds(operation, seconds):
    operation()
    took = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(took) < 5:
        start = time.perf_counter()
        operation()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def main():
    operations = {"get": Contender.get, "page": Contender.page, "insert": Contender.insert}
    if len(sys.argv) not in (4, 5) or sys.argv[1] not in ("postgres", "sqlite") or sys.argv[3] not in operations:
        raise SystemExit(__doc__)
    contender = Contender(sys.argv[1] == "postgres", sys.argv[2])
    seconds = float(sys.argv[4]) if len(sys.argv) == 5 else 1.0
    print(median_seconds(lambda: operations[sys.argv[3]](contender), seconds))


if __name__ == "__main__":
    main()
