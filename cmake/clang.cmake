# Toolchain of the clang presets: the version that ./dev installs, or else whatever clang++ is there.
find_program(LEASEHOLD_CLANGXX NAMES clang++-14 clang++ REQUIRED)
mark_as_advanced(LEASEHOLD_CLANGXX)
set(CMAKE_CXX_COMPILER ${LEASEHOLD_CLANGXX})
