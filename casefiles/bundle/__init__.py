"""The paginated bundle: preflight, conversion, numbering, assembly, stamps, and the check that reads it back.

Plain values in, files out: nothing here knows a case, a person or a database. The order of a caller is
`prepare -> number -> (write the catalogue) -> build -> manifest -> write_zip -> verify_folder`.
"""
