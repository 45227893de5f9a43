"""Load for a running Parley: locust users that chat, shapes of load, and reports. How to read them: docs/load.md."""
