"""Commands of the program that need more than a few lines; `cli` gives them their place."""
