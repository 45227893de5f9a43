"""What the relay counts. Hosts of push services are no label: anybody can subscribe with an endpoint of their own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._pushes = Counter("relay_pushes", "Pushes by what came of them", ["outcome"], registry=self.registry)
        self.notifications = Counter(
            "relay_notifications", "Notifications read from the canister", registry=self.registry
        )
        self.polls = Counter("relay_polls", "Reads of the canister's queue", ["result"], registry=self.registry)
        self.waiting = Gauge("relay_pushes_waiting", "Pushes that wait for their turn", registry=self.registry)
        self.cursor = Gauge("relay_notification_index", "Newest notification taken", registry=self.registry)
        self.last_poll = Gauge(
            "relay_last_poll_timestamp_seconds", "When the canister last answered", registry=self.registry
        )
        self.push_seconds = Histogram("relay_push_seconds", "Time one push took", registry=self.registry)

    def count(self, outcome: str) -> None:
        self._pushes.labels(outcome).inc()

    def pushes(self, outcome: str) -> float:
        """How many pushes ended in `outcome`."""
        value = self.registry.get_sample_value("relay_pushes_total", {"outcome": outcome})
        return value or 0.0
