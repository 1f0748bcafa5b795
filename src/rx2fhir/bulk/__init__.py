"""Many prescriptions at once: files in, FHIR files out, and FHIR files to a server."""
