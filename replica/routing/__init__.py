"""Messages from submission to answer: requests, ingress history, queues, call contexts and rounds."""
