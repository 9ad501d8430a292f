# libleasehold.so, for -D LEASEHOLD_SHARED=ON: the archives' own object files, so that what is shared is
# what was tried. They are compiled to show no more than `leasehold/export.h` marks.
# In the build itself everything goes on to link the archives: tests and simulator look inside.
include_guard()

foreach(archive IN ITEMS leasehold_core leasehold_memory_store leasehold)
  set_target_properties(
    ${archive}
    PROPERTIES CXX_VISIBILITY_PRESET hidden
               VISIBILITY_INLINES_HIDDEN ON
  )
  target_compile_definitions(${archive} PRIVATE LEASEHOLD_SHARED)
endforeach()

add_library(
  leasehold_shared SHARED $<TARGET_OBJECTS:leasehold_core> $<TARGET_OBJECTS:leasehold_memory_store>
                          $<TARGET_OBJECTS:leasehold>
)
add_library(leasehold::shared ALIAS leasehold_shared)
target_sources(
  leasehold_shared PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${header_files}
)
# Before 1.0 a minor version may break.
set(soversion ${PROJECT_VERSION_MAJOR})
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(soversion ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
endif()
set_target_properties(
  leasehold_shared
  PROPERTIES OUTPUT_NAME leasehold
             LINKER_LANGUAGE CXX
             VERSION ${PROJECT_VERSION}
             SOVERSION ${soversion}
)
target_compile_definitions(leasehold_shared INTERFACE LEASEHOLD_SHARED)
target_compile_features(leasehold_shared INTERFACE cxx_std_20)
target_link_libraries(leasehold_shared PRIVATE SQLite::SQLite3 Threads::Threads)
# nodelete: our threads may be in the middle of a call when somebody unloads a plugin that linked us.
target_link_options(leasehold_shared PRIVATE LINKER:--no-undefined LINKER:-z,nodelete)
