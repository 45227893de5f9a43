"""Serves the web client, certified: the table of contents of the website canister."""
# ruff: noqa: F401  # Kybra looks the methods up here

from canisters.website.guards import is_writer
from canisters.website.lifecycle import after_upgrade, initialize, inspect
from canisters.website.queries.api_version import api_version
from canisters.website.queries.get import get
from canisters.website.queries.get_chunk import get_chunk
from canisters.website.queries.http_request import http_request
from canisters.website.queries.http_request_streaming_callback import http_request_streaming_callback
from canisters.website.queries.list import list
from canisters.website.updates.commit_batch import commit_batch
from canisters.website.updates.create_batch import create_batch
from canisters.website.updates.create_chunk import create_chunk
from canisters.website.updates.delete_batch import delete_batch
from canisters.website.updates.store import store
