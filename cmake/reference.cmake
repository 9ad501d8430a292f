# `reference`: the API reference as HTML, in reference/html of the build. Only where there is Doxygen.
# A test writes it too, and fails if anything public is not described.
include_guard()
find_package(Doxygen QUIET)
if(DOXYGEN_FOUND)
  configure_file(
    ${CMAKE_CURRENT_LIST_DIR}/reference/Doxyfile.in ${PROJECT_BINARY_DIR}/reference/Doxyfile @ONLY
  )
  add_custom_target(
    reference
    COMMAND Doxygen::doxygen ${PROJECT_BINARY_DIR}/reference/Doxyfile
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/reference/complaints.sh
            ${PROJECT_BINARY_DIR}/reference/warnings.txt
    COMMENT "Writing the API reference to ${PROJECT_BINARY_DIR}/reference/html"
  )
  if(LEASEHOLD_BUILD_TESTS)
    add_test(NAME tree.reference COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target
                                         reference
    )
    set_tests_properties(tree.reference PROPERTIES LABELS tree TIMEOUT 600)
  endif()
endif()
