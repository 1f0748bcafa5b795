"""Reads official releases of drug names: each module turns one publisher's files into records."""
