# Third-party code: the installed package if there is one, else its sources at a pinned commit.
# Only tests, the commands and the simulator need any; the library itself needs the standard library and threads.
include_guard()
include(FetchContent)

find_package(Threads REQUIRED)
find_package(SQLite3 3.37 REQUIRED) # STRICT tables
set(leasehold_fetched "")

# Clients of stores: without one, its store is not built. Such a component is of the archive; the
# shared library shows nothing of what they are made of.
if(LEASEHOLD_POSTGRES AND NOT LEASEHOLD_SHARED)
  find_package(PostgreSQL QUIET)
endif()
if(NOT PostgreSQL_FOUND)
  message(STATUS "PostgreSQL store: not built, there is no libpq (libpq-dev) or it is switched off")
  set(LEASEHOLD_POSTGRES OFF)
endif()
# What hiredis installs for CMake names no target.
if(LEASEHOLD_REDIS AND NOT LEASEHOLD_SHARED)
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(hiredis QUIET IMPORTED_TARGET hiredis)
  endif()
endif()
if(NOT hiredis_FOUND)
  message(STATUS "Redis store: not built, there is no hiredis (libhiredis-dev) or it is switched off")
  set(LEASEHOLD_REDIS OFF)
endif()
if(LEASEHOLD_ETCD AND NOT LEASEHOLD_SHARED)
  find_package(CURL 7.68 QUIET) # curl_multi_wakeup
  # The simulator brings it along.
  if(NOT LEASEHOLD_BUILD_SIM)
    find_package(nlohmann_json 3.11 QUIET CONFIG)
  endif()
endif()
if(NOT CURL_FOUND OR NOT (LEASEHOLD_BUILD_SIM OR nlohmann_json_FOUND))
  message(STATUS "etcd store: not built, there is no libcurl (libcurl4-openssl-dev) or nlohmann_json (nlohmann-json3-dev), or it is switched off")
  set(LEASEHOLD_ETCD OFF)
endif()

if(LEASEHOLD_BUILD_TESTS)
  include(GoogleTest)
  set(INSTALL_GTEST OFF)
  FetchContent_Declare(
    googletest
    GIT_REPOSITORY https://github.com/google/googletest.git
    GIT_TAG 58d77fa8070e8cec2dc1ed015d66b454c8d78850 # release-1.12.1
    SYSTEM
    FIND_PACKAGE_ARGS NAMES GTest CONFIG
  )
  list(APPEND leasehold_fetched googletest)
endif()

if(LEASEHOLD_BUILD_TESTS AND LEASEHOLD_BUILD_SIM)
  # The commit that Debian 12 packages: there are no releases, and no version file to ask for one.
  # Its targets have no namespace: rapidcheck, rapidcheck_gtest.
  set(RC_ENABLE_GTEST ON)
  FetchContent_Declare(
    rapidcheck
    GIT_REPOSITORY https://github.com/emil-e/rapidcheck.git
    GIT_TAG 08b505857e32d52a20b2240b5125d937d67a6d86
    SYSTEM
    FIND_PACKAGE_ARGS NAMES rapidcheck CONFIG
  )
  list(APPEND leasehold_fetched rapidcheck)
endif()

if(LEASEHOLD_BUILD_SIM)
  set(JSON_BuildTests OFF)
  FetchContent_Declare(
    nlohmann_json
    GIT_REPOSITORY https://github.com/nlohmann/json.git
    GIT_TAG bc889afb4c5bf1c0d8ee29ef35eaaf4c8bef8a5d # v3.11.2
    SYSTEM
    FIND_PACKAGE_ARGS 3.11 NAMES nlohmann_json CONFIG
  )
  list(APPEND leasehold_fetched nlohmann_json)
endif()

if(LEASEHOLD_BUILD_CLI OR LEASEHOLD_BUILD_SIM)
  FetchContent_Declare(
    cli11
    URL https://github.com/CLIUtils/CLI11/archive/v2.1.2.tar.gz
    URL_HASH
      SHA512=3b21d015e046666d2e3df2b7cf1a6247c2daa26bf583e714dc1f0a94518785bf90993cd8530f88078b4daac02530dc517db0d5ad452d2a91521b3007f270ea55
    DOWNLOAD_EXTRACT_TIMESTAMP OFF
    SYSTEM
    FIND_PACKAGE_ARGS 2.1 NAMES CLI11 CONFIG
  )
  list(APPEND leasehold_fetched cli11)
endif()

if(leasehold_fetched)
  FetchContent_MakeAvailable(${leasehold_fetched})
endif()
