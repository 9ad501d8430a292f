# What leasehold::postgres needs of whoever links it.
find_dependency(PostgreSQL)
