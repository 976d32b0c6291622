"""Names of files that every system takes."""

UNSAFE = '<>:"/\\|?*'
LONGEST_ENDING = 10


def safe_name(name: str, most: int) -> str:
    """The name without separators and signs that cannot be seen, no dot or blank at its end, at most `most` bytes; the ending is kept."""
    kept = "".join("_" if sign in UNSAFE or not sign.isprintable() else sign for sign in name)
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING:
        stem, dot, ending = kept, "", ""
    room = most - len((dot + ending).encode())
    return (stem.encode()[:room].decode(errors="ignore") + dot + ending).rstrip(". ")
