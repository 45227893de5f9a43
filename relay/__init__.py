"""Takes queued notifications out of the notifications canister and hands them to push services.

    reader ----> processor ----> lanes ----> pusher ----> push service
    (canister)      |  ^            one per host, with backoff
                  cursor  gone subscriptions go back to the canister

It holds no chat state: a cursor on disk, and in memory what is being sent. A notification is pushed at most once per
subscription that accepts it; what is in memory when the process ends is lost, as RFC 8030 allows pushes to be. It
reads no message: the payload passes through and is never logged. RFC 8030, RFC 8291, RFC 8292.
"""
