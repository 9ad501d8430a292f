# Stores of other machines: each is a component, built where the library of its client is found.
include_guard()

option(LEASEHOLD_TEST_STORES "Test stores with the servers of this machine; see ./dev test --stores" OFF)

# leasehold_add_store(<name> PKG_CONFIG <module> SOURCES <file>... HEADERS <file>... LIBRARIES <target>...)
#
# The library leasehold_<name>, for others leasehold::<name>, with the installed headers HEADERS.
# What it needs beyond the library itself is LIBRARIES, which none of its headers shows; pkg-config
# knows that as <module>, and cmake/install/leasehold-<name>.cmake finds it for who uses an
# installed tree.
function(leasehold_add_store name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "PKG_CONFIG" "SOURCES;HEADERS;LIBRARIES")
  set(target leasehold_${name})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(leasehold::${name} ALIAS ${target})
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${arg_HEADERS})
  set_target_properties(
    ${target} PROPERTIES POSITION_INDEPENDENT_CODE ON VERIFY_INTERFACE_HEADER_SETS ON EXPORT_NAME
                                                                                      ${name}
  )
  target_link_libraries(${target} PUBLIC leasehold::leasehold PRIVATE ${arg_LIBRARIES} Threads::Threads)
  leasehold_setup(${target})
  set_property(GLOBAL APPEND PROPERTY leasehold_stores ${name})
  set_property(TARGET ${target} PROPERTY leasehold_client_library ${arg_PKG_CONFIG})
  set_property(GLOBAL APPEND PROPERTY leasehold_client_targets ${arg_LIBRARIES})
endfunction()

# leasehold_check_headers_of_stores(<list> <list>): leaves out of the first, of headers,
# those of stores that are not built, and adds to the second what those of the others include.
function(leasehold_check_headers_of_stores headers_list libraries_list)
  get_property(stores GLOBAL PROPERTY leasehold_stores)
  foreach(name IN ITEMS postgres redis etcd)
    if(NOT name IN_LIST stores)
      list(FILTER ${headers_list} EXCLUDE REGEX "/${name}[/_]")
    endif()
  endforeach()
  get_property(clients GLOBAL PROPERTY leasehold_client_targets)
  set(${headers_list} "${${headers_list}}" PARENT_SCOPE)
  set(${libraries_list} "${${libraries_list}};${clients}" PARENT_SCOPE)
endfunction()

# leasehold_link_stores(<target>): with all stores that are built, each told by LEASEHOLD_WITH_<NAME>.
function(leasehold_link_stores target)
  get_property(stores GLOBAL PROPERTY leasehold_stores)
  foreach(store IN LISTS stores)
    string(TOUPPER ${store} upper)
    target_link_libraries(${target} PRIVATE leasehold::${store})
    target_compile_definitions(${target} PRIVATE LEASEHOLD_WITH_${upper})
  endforeach()
endfunction()
