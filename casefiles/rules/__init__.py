"""The rules: facts in, findings and figures out. No clock, no database, no locale; the day of the check is an argument."""
