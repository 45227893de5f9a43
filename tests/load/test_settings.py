"""A run's settings reach the process of locust unchanged."""

from load.settings import Settings
from replica.principal import Principal


def test_settings_survive_the_way_through_the_environment(monkeypatch):
    settings = Settings("http://127.0.0.1:9", Principal.from_counter(7), "ab12", 7, 30, 2.5, 0.25, "spike", 42)

    for name, value in settings.to_environment().items():
        monkeypatch.setenv(name, value)

    assert Settings.from_environment() == settings
