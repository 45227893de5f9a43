FILES: dict[str, bytes]
