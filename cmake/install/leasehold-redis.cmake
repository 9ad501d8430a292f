# What leasehold::redis needs of whoever links it; what hiredis itself installs names no target.
find_dependency(PkgConfig)
if(NOT TARGET PkgConfig::hiredis)
  pkg_check_modules(hiredis QUIET IMPORTED_TARGET hiredis)
endif()
if(NOT TARGET PkgConfig::hiredis)
  set(leasehold_FOUND FALSE)
  set(leasehold_NOT_FOUND_MESSAGE "leasehold::redis needs hiredis (libhiredis-dev)")
endif()
