"""What is counted. Labels are names from the code (routes, jobs, tickers), never values from the data."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
LONG_SECONDS = (0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600)

REQUESTS = Histogram(
    "kefu_http_request_seconds", "Time of the server per request", ("method", "route", "status"), buckets=SECONDS
)
STREAMS = Gauge("kefu_live_streams", "Open live streams", multiprocess_mode="livesum")
JOBS = Histogram("kefu_job_seconds", "Time of a job's run", ("job", "outcome"), buckets=LONG_SECONDS)
TICKS = Histogram("kefu_ticker_seconds", "Time of a ticker's turn", ("ticker", "outcome"), buckets=SECONDS)
DELIVERIES = Counter("kefu_outbox_deliveries", "Events handed to their handlers", ("handler", "outcome"))
