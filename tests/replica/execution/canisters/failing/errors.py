"""An error of the canister's own."""


class Missing(Exception):
    pass
