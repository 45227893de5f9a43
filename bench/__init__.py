"""What one machine can do with Parley, and how far that is from what the machine could do at best. `make bench`.

Everything is measured in one sitting: a system of its own is started, filled, and asked by clients that wait for each
answer before they send the next request (closed loop). Requests are signed beforehand and sent by a process that does
nothing else, so that the generator's share stays small; it is reported beside the figures. Then the same requests go to
`bench.ceiling`, a server that does only what no replica can leave out. Speed is never tested, only measured.
"""
