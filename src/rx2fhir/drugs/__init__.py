"""Drug names to codes: the project's tables, the user's larger lexicon, and what is done where a name is doubtful."""
