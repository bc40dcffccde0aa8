#!/usr/bin/env python3
"""What the centre's interface is measured against: two of its routes on FastAPI and PostgreSQL, as
such a service is usually written, and with nothing in it that would only cost time.
Usage: peer.py DSN SECRET CUSTOMERS WORKERS; tables are made anew; says where it listens."""

import base64
import hashlib
import hmac
import json
import os
import sys
import threading
import time
from contextlib import contextmanager
from typing import Optional

import psycopg2
import psycopg2.pool
import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from uvicorn.supervisors import Multiprocess

CONNECTIONS = 12
MULTIPLIERS = {"normal": 110, "loyal": 140, "owner": 170}
TABLES = """
CREATE TABLE customers (
    id UUID PRIMARY KEY, loyalty_id VARCHAR(20) UNIQUE NOT NULL, name VARCHAR(100) NOT NULL,
    email VARCHAR(100) NOT NULL, phone VARCHAR(20), pin_code_hash VARCHAR(255) NOT NULL,
    points INTEGER NOT NULL DEFAULT 0, total_spent DECIMAL(10,2) NOT NULL DEFAULT 0,
    visit_count INTEGER NOT NULL DEFAULT 0, role VARCHAR(10) NOT NULL DEFAULT 'normal',
    is_admin BOOLEAN NOT NULL DEFAULT FALSE, created_at TIMESTAMP NOT NULL DEFAULT now(),
    updated_at TIMESTAMP NOT NULL DEFAULT now());
CREATE TABLE purchases (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_id UUID NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    amount DECIMAL(10,2) NOT NULL, points_earned INTEGER NOT NULL, receipt_number VARCHAR(50),
    created_at TIMESTAMP NOT NULL DEFAULT now());
CREATE INDEX purchases_customer ON purchases (customer_id);
CREATE INDEX purchases_created ON purchases (created_at DESC);
"""
COLUMNS = ("id::text, loyalty_id, name, email, phone, points, total_spent::bigint, visit_count, "
           "role, is_admin, created_at")
NAMES = ("id", "loyalty_id", "name", "email", "phone", "points", "total_spent", "visit_count",
         "role", "is_admin", "created_at")

app = FastAPI()
# The workers import this file anew.
secret = os.environ.get("PEER_SECRET", "").encode()


class Pool:
    """A connection for whoever asks, or a wait for one: psycopg2's own pool refuses instead."""

    def __init__(self, dsn):
        self.pool = psycopg2.pool.ThreadedConnectionPool(CONNECTIONS, CONNECTIONS, dsn)
        self.free = threading.BoundedSemaphore(CONNECTIONS)

    @contextmanager
    def connection(self, autocommit):
        with self.free:
            connection = self.pool.getconn()
            try:
                connection.autocommit = autocommit
                yield connection
            finally:
                if not autocommit:
                    connection.rollback()
                self.pool.putconn(connection)


@app.on_event("startup")
def open_pool():
    app.state.pool = Pool(os.environ["PEER_DSN"])


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def claims_of(authorization: Optional[str] = Header(None)):
    try:
        scheme, token = (authorization or "").split(" ")
        text, signature = token.rsplit(".", 1)
        head, body = text.split(".")
        mac = hmac.new(secret, text.encode(), hashlib.sha256).digest()
        claims = json.loads(decoded(body))
        if (scheme == "Bearer" and json.loads(decoded(head))["alg"] == "HS256" and
                hmac.compare_digest(mac, decoded(signature)) and claims["exp"] > time.time()):
            return claims
    except (ValueError, KeyError):
        pass
    raise HTTPException(401, "Invalid token")


def find(cursor, customer, more=""):
    cursor.execute(f"SELECT {COLUMNS} FROM customers WHERE id = %s" + more, (customer,))
    row = cursor.fetchone()
    return dict(zip(NAMES, row)) if row else None


def caller(cursor, claims):
    found = find(cursor, claims["sub"])
    if not found:
        raise HTTPException(401, "Invalid token")
    return found


@app.get("/api/customers/{customer}")
def read_customer(customer: str, claims=Depends(claims_of)):
    with app.state.pool.connection(True) as connection, connection.cursor() as cursor:
        who = caller(cursor, claims)
        if not who["is_admin"] and who["id"] != customer:
            raise HTTPException(403, "Admin access required")
        found = find(cursor, customer)
    if not found:
        raise HTTPException(404, "Customer not found")
    found["created_at"] = found["created_at"].isoformat() + "Z"
    return JSONResponse(found)


class Purchase(BaseModel):
    customer_id: str
    amount: int = Field(gt=0)
    receipt_number: Optional[str] = Field(None, max_length=50)


@app.post("/api/purchases")
def record_purchase(fresh: Purchase, claims=Depends(claims_of)):
    with app.state.pool.connection(False) as connection, connection.cursor() as cursor:
        if not caller(cursor, claims)["is_admin"]:
            raise HTTPException(403, "Admin access required")
        customer = find(cursor, fresh.customer_id, " FOR UPDATE")
        if not customer:
            raise HTTPException(404, "Customer not found")
        points = fresh.amount // 100 * MULTIPLIERS[customer["role"]] // 100
        cursor.execute(
            "INSERT INTO purchases (customer_id, amount, points_earned, receipt_number) "
            "VALUES (%s, %s, %s, %s) RETURNING id::text, created_at",
            (fresh.customer_id, fresh.amount, points, fresh.receipt_number))
        identity, made = cursor.fetchone()
        cursor.execute(
            "UPDATE customers SET points = points + %s, total_spent = total_spent + %s, "
            "visit_count = visit_count + 1, updated_at = now() WHERE id = %s",
            (points, fresh.amount, fresh.customer_id))
        connection.commit()
    return JSONResponse({
        "id": identity, "customer_id": fresh.customer_id, "amount": fresh.amount,
        "points_earned": points, "receipt_number": fresh.receipt_number,
        "created_at": made.isoformat() + "Z",
        "customer": {"loyalty_id": customer["loyalty_id"], "name": customer["name"],
                     "new_points": customer["points"] + points,
                     "new_visit_count": customer["visit_count"] + 1}}, 201)


def make_tables(dsn, customers):
    """Number 0 is the administrator; an id ends in its number."""
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS purchases, customers")
        cursor.execute(TABLES)
        cursor.execute(
            "INSERT INTO customers (id, loyalty_id, name, email, phone, pin_code_hash, is_admin) "
            "SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'CUST' || n, "
            "'Jane Smith', 'jane' || n || '@example.com', '+36301234567', '', n = 0 "
            "FROM generate_series(0, %s) n", (customers,))
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    connection.cursor().execute("VACUUM ANALYZE")
    connection.close()


def main():
    dsn, told_secret, customers, workers = sys.argv[1:]
    make_tables(dsn, int(customers))
    os.environ.update(PEER_DSN=dsn, PEER_SECRET=told_secret)
    config = uvicorn.Config("peer:app", host="127.0.0.1", port=0, workers=int(workers),
                            log_level="error", access_log=False, loop="uvloop", http="httptools")
    listening = config.bind_socket()
    listening.listen(1024)
    print(f"listening: http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)
    server = uvicorn.Server(config)
    if config.workers == 1:
        server.run(sockets=[listening])
    else:
        Multiprocess(config, target=server.run, sockets=[listening]).run()


if __name__ == "__main__":
    main()
