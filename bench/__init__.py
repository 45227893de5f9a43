"""What one machine can do with Parley, and how far that is from what the machine could do at best.

Everything is measured in one sitting: a system of its own is started, filled, and asked by clients that wait for each
answer before they send the next request (closed loop). Requests are signed beforehand and sent by a process that does
nothing else, so that the generator's share stays small; it is reported beside the figures. The same requests go to
`bench.ceiling`, a server that does only what no replica can leave out. Speed is never tested, only measured.

    __main__   `make bench`: sitting (what is done when), runs, group, bare (the ceiling), peer/ (Synapse);
               recorded (the gate), results, bench_part (its part of docs/benchmarks.md)
    curves/    `make curves`: the same work in ever larger worlds
    micro/     `python -m bench.micro`: where the time of one message goes
    generate, generator, requests_file, processes     sending, and what the servers use meanwhile
    world, quiet_agent, top_up                        a deployed Parley in this process
    document                                          the page, and the method that all share
"""
