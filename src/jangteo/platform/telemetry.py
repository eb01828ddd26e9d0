"""Prometheus metrics. Labels are few and bounded: the route's name, never a path or an id."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

REQUEST_SECONDS = Histogram(
    "jangteo_request_seconds",
    "Seconds to answer a request",
    ["route", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
ORDERS = Counter("jangteo_orders_total", "Orders by what happened to them", ["event"])
REFUNDED_WON = Counter("jangteo_refunded_won_total", "Won given back to shoppers")
STALLS_NOT_ANSWERING = Gauge(
    "jangteo_stalls_not_answering",
    "Stall orders past their answer time at the last sweep",
    multiprocess_mode="mostrecent",
)
