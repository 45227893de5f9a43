"""Every decoder that reads what strangers send."""

from tests.fuzz.target import Target
from tests.fuzz.targets.candid import CANDID
from tests.fuzz.targets.canisters import CANISTERS
from tests.fuzz.targets.ingress import INGRESS
from tests.fuzz.targets.web import WEB

TARGETS: tuple[Target, ...] = (*INGRESS, *CANDID, *WEB, *CANISTERS)

__all__ = ["TARGETS"]
