"""The papers the product writes: one file a form, one neutral definition (`form.py`), two renderers (`pdf.py`, `docx.py`).

Nothing here knows the application: functions take plain mappings in the case-file format and give bytes.
"""
