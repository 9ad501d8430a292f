# How every target of this repository is built.
include_guard()

# Language level, warnings and the include root: sources name their headers from the repository's
# root ("lib/src/core/machine.h"). Nothing but the language level reaches whoever links the target.
function(leasehold_setup target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_include_directories(${target} PRIVATE ${leasehold_SOURCE_DIR})
  target_compile_options(
    ${target}
    PRIVATE -Wall
            -Wextra
            -Wpedantic
            -Wshadow
            -Wconversion
            -Wold-style-cast
            $<$<BOOL:${LEASEHOLD_WERROR}>:-Werror>
  )
endfunction()

# leasehold_add_tests(<target> [LABEL <label>] [TIMEOUT <seconds>] SOURCES <file>... LIBRARIES <target>...)
#
# A GoogleTest program whose tests run one by one, from the root of the repository. A target without
# sources is not defined, and says so.
function(leasehold_add_tests target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT" "SOURCES;LIBRARIES")
  if(NOT arg_SOURCES)
    message(STATUS "${target}: no sources listed yet, not built")
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 1200)
  endif()
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  add_executable(${target} ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE ${arg_LIBRARIES} GTest::gmock GTest::gtest_main)
  leasehold_setup(${target})
  # A sanitized program on a busy machine may take long to list its tests: the default is 5 s.
  gtest_discover_tests(
    ${target}
    NO_PRETTY_VALUES
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60
    WORKING_DIRECTORY ${leasehold_SOURCE_DIR}
    PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS ${arg_LABEL}
  )
endfunction()

# leasehold_check_headers(<target> ROOM <directory> LIBRARIES <target>...)
#
# Compiles each internal header of a room alone, and twice over, so that it includes what it needs
# and guards itself. The one place where files are found by pattern: a header that nobody includes
# yet must be checked too. Installed headers are checked by their header set.
function(leasehold_check_headers target)
  if(NOT LEASEHOLD_CHECK_HEADERS)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "ROOM" "LIBRARIES")
  file(
    GLOB_RECURSE headers CONFIGURE_DEPENDS
    RELATIVE ${leasehold_SOURCE_DIR}
    ${leasehold_SOURCE_DIR}/${arg_ROOM}/*.h
  )
  list(FILTER headers EXCLUDE REGEX "^lib/(include|examples)/")
  find_package(benchmark CONFIG QUIET)
  if(benchmark_FOUND)
    list(APPEND arg_LIBRARIES benchmark::benchmark)
  else()
    list(FILTER headers EXCLUDE REGEX "/bench/")
  endif()
  leasehold_check_headers_of_stores(headers arg_LIBRARIES)
  if(NOT headers)
    return()
  endif()
  set(sources "")
  foreach(header IN LISTS headers)
    set(source ${PROJECT_BINARY_DIR}/headers/${header}.cc)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include \"@header@\"\n#include \"@header@\"\n" @ONLY)
    list(APPEND sources ${source})
  endforeach()
  add_library(${target} OBJECT ${sources})
  target_link_libraries(${target} PRIVATE ${arg_LIBRARIES})
  target_compile_options(${target} PRIVATE -O0 -g0)
  leasehold_setup(${target})
endfunction()
