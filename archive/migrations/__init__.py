"""What changed in the tables after schema 1, a file for each change; ``archive.schema_changes`` says in which order.

A migration only adds, or fills what it adds; what takes long (a new search index) is queued and done later.
"""
