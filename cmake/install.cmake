# What `cmake --install` and `cpack` put where. Components: `command` (the leasehold command),
# `development` (headers, archives, what find_package and pkg-config read), `simulator`, and with
# LEASEHOLD_SHARED `runtime` (the shared library, in the place of its archives).
include_guard()
include(CMakePackageConfigHelpers)

set(leasehold_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/leasehold)
set_target_properties(leasehold_conformance PROPERTIES EXPORT_NAME conformance)
if(LEASEHOLD_SHARED)
  set(leasehold_component_list "leasehold conformance")
  set(leasehold_libraries leasehold_shared)
  set_target_properties(leasehold_shared PROPERTIES EXPORT_NAME leasehold)
  get_target_property(leasehold_soversion leasehold_shared SOVERSION)
  set(leasehold_pc_requires "")
  set(leasehold_pc_libs "-lleasehold")
  set(leasehold_pc_cflags " -DLEASEHOLD_SHARED")
else()
  set(leasehold_component_list "core leasehold conformance")
  set(leasehold_libraries leasehold_core leasehold)
  set_target_properties(leasehold_core PROPERTIES EXPORT_NAME core)
  # An archive: whoever links it links what it needs.
  set(leasehold_pc_requires "Requires: sqlite3\n")
  set(leasehold_pc_libs "-lleasehold -lleasehold_core -pthread")
  set(leasehold_pc_cflags "")
endif()
install(
  TARGETS ${leasehold_libraries} leasehold_conformance
  EXPORT leasehold-targets
  ARCHIVE COMPONENT development
  LIBRARY
    COMPONENT runtime
    NAMELINK_COMPONENT development
  FILE_SET HEADERS
    COMPONENT development
)
install(
  EXPORT leasehold-targets
  NAMESPACE leasehold::
  DESTINATION ${leasehold_package_dir}
  COMPONENT development
)
# Each store by itself: who does not ask for one needs nothing of what it is made of.
get_property(leasehold_store_list GLOBAL PROPERTY leasehold_stores)
foreach(store IN LISTS leasehold_store_list)
  install(
    TARGETS leasehold_${store}
    EXPORT leasehold-${store}-targets
    ARCHIVE COMPONENT development
    FILE_SET HEADERS
      COMPONENT development
  )
  install(
    EXPORT leasehold-${store}-targets
    NAMESPACE leasehold::
    DESTINATION ${leasehold_package_dir}
    COMPONENT development
  )
  install(
    FILES ${CMAKE_CURRENT_LIST_DIR}/install/leasehold-${store}.cmake
    DESTINATION ${leasehold_package_dir}
    COMPONENT development
  )
endforeach()
list(JOIN leasehold_store_list " " leasehold_store_words)
configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/install/leasehold-config.cmake.in
  ${PROJECT_BINARY_DIR}/leasehold-config.cmake
  INSTALL_DESTINATION ${leasehold_package_dir}
)
# Before 1.0 a minor version may break.
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/leasehold-config-version.cmake COMPATIBILITY SameMinorVersion
)
# From where the file lies back to the prefix, so that the tree may be moved.
file(RELATIVE_PATH leasehold_pc_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(
  ${CMAKE_CURRENT_LIST_DIR}/install/leasehold.pc.in ${PROJECT_BINARY_DIR}/leasehold.pc @ONLY
)
foreach(store IN LISTS leasehold_store_list)
  get_target_property(client_library leasehold_${store} leasehold_client_library)
  configure_file(
    ${CMAKE_CURRENT_LIST_DIR}/install/leasehold-store.pc.in
    ${PROJECT_BINARY_DIR}/leasehold-${store}.pc @ONLY
  )
  install(
    FILES ${PROJECT_BINARY_DIR}/leasehold-${store}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
    COMPONENT development
  )
endforeach()
install(
  FILES ${PROJECT_BINARY_DIR}/leasehold-config.cmake
        ${PROJECT_BINARY_DIR}/leasehold-config-version.cmake
  DESTINATION ${leasehold_package_dir}
  COMPONENT development
)
install(
  FILES ${PROJECT_BINARY_DIR}/leasehold.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
  COMPONENT development
)
if(LEASEHOLD_BUILD_CLI)
  install(TARGETS leasehold_command RUNTIME COMPONENT command)
  install(
    FILES ${PROJECT_BINARY_DIR}/lib/leasehold.1
    DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
    COMPONENT command
  )
  install(
    FILES ${PROJECT_BINARY_DIR}/lib/leasehold.bash
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
    RENAME leasehold
    COMPONENT command
  )
endif()
if(LEASEHOLD_BUILD_SIM)
  install(TARGETS leasehold-sim RUNTIME COMPONENT simulator)
endif()
set(leasehold_packages command development simulator)
if(LEASEHOLD_SHARED)
  list(APPEND leasehold_packages runtime)
endif()
foreach(component IN LISTS leasehold_packages)
  set(package leasehold)
  if(component STREQUAL development)
    set(package libleasehold-dev)
  elseif(component STREQUAL simulator)
    set(package leasehold-sim)
  elseif(component STREQUAL runtime)
    set(package libleasehold${leasehold_soversion})
  endif()
  string(TOUPPER ${component} upper)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${package})
  install(
    FILES ${PROJECT_SOURCE_DIR}/LICENSE
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package}
    RENAME copyright
    COMPONENT ${component}
  )
endforeach()

# .deb packages, one a component: cpack -G DEB
if(PROJECT_IS_TOP_LEVEL)
  set(CPACK_GENERATOR DEB)
  set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
  set(CPACK_PACKAGE_VENDOR Leasehold)
  set(CPACK_PACKAGE_CONTACT "the Leasehold project <leasehold@localhost>")
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_DEB_COMPONENT_INSTALL ON)
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  set(CPACK_STRIP_FILES ON)
  set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libstdc++-12-dev | libstdc++-13-dev | libstdc++-14-dev")
  if(LEASEHOLD_SHARED)
    set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
    set(CPACK_COMPONENT_DEVELOPMENT_DEPENDS runtime)
    set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
    set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "The Leasehold lease lock library, shared")
  else()
    # An archive names no libraries that it needs: who links it does.
    string(PREPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libsqlite3-dev (>= 3.37), ")
  endif()
  set(CPACK_DEBIAN_COMMAND_PACKAGE_SECTION admin)
  set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
  set(CPACK_DEBIAN_SIMULATOR_PACKAGE_SECTION devel)
  set(CPACK_COMPONENT_COMMAND_DESCRIPTION "Runs commands under leases that are kept in a store")
  set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "The Leasehold lease lock library for C++20")
  set(CPACK_COMPONENT_SIMULATOR_DESCRIPTION "Deterministic simulator of the Leasehold lock")
  include(CPack)
endif()
