// What a shared libleasehold shows to its users: what is marked so, and nothing else.
#pragma once

/// Marks what is defined in the library and used from outside. `LEASEHOLD_SHARED` is defined, by
/// CMake and pkg-config, for whoever builds or uses the shared library; a static one shows nothing
/// more of itself than the program that it is linked into.
#ifdef LEASEHOLD_SHARED
#define LEASEHOLD_API __attribute__((visibility("default")))
#else
#define LEASEHOLD_API
#endif
