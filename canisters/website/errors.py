"""The methods of the asset canister answer nothing or a value, so what goes wrong is an exception: a trap undoes the
whole message, and its text tells the uploader why."""


class WebsiteError(Exception):
    """The request cannot be carried out."""
