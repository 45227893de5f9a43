"""The command line of Parley, and what it is made of: bundler, checker, deployment."""
