# What only a build of this repository itself wants, and a project that embeds it must not inherit.

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(LEASEHOLD_CCACHE ccache)
mark_as_advanced(LEASEHOLD_CCACHE)
if(LEASEHOLD_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${LEASEHOLD_CCACHE})
endif()

if(LEASEHOLD_BUILD_TESTS)
  enable_testing()
endif()
