"""`python -m rx2fhir`: the command line."""

from rx2fhir.cli import main

main()
