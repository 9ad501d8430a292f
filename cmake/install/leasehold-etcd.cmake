# What leasehold::etcd needs of whoever links it.
find_dependency(CURL 7.68)
