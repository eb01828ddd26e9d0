"""Backup and restore: the whole installation in one sealed file, taken while the market is open.

A ``.jtb`` file is a zip (any zip tool opens it) whose archive comment holds the SHA-256 of everything before it:

- ``manifest.json``: format, product version, migrations, and for each table its columns, row count, SHA-256, sequence
  and partitions
- ``tables/<name>.copy``: PostgreSQL's ``COPY`` text, UTF-8, ordered by primary key, times in UTC
- ``media/...``: uploaded pictures, ``lake/...``: old months of the decision log in Parquet and the exports of
  indicators, each with its SHA-256 in the manifest

Not in it: sign-in sessions and one-time codes (a stolen backup must not be a key; everybody signs in again), live
events and rate counts (worth nothing after minutes), background jobs (what they owe, such as refunds due, stands in
the tables and periodic jobs take it up again), and tables that the code itself fills.
"""
