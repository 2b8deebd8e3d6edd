# Makes the folder inject/ part of the program: CLIENT_SCRIPT_C is a generated C file that defines
# what src/client_script.h declares. client.js beside it is the same bundle, to be looked at.

set(CLIENT_SCRIPT_JS ${PROJECT_BINARY_DIR}/client.js)
set(CLIENT_SCRIPT_C ${PROJECT_BINARY_DIR}/client_script.c)

set(inject_files ${INJECT})
list(TRANSFORM inject_files PREPEND ${PROJECT_SOURCE_DIR}/inject/)
list(TRANSFORM inject_files APPEND .js)
list(JOIN INJECT "," inject_names)

add_custom_command(
  OUTPUT ${CLIENT_SCRIPT_C} ${CLIENT_SCRIPT_JS}
  COMMAND ${CMAKE_COMMAND}
    -D FOLDER=${PROJECT_SOURCE_DIR}/inject
    -D MODULES=${inject_names}
    -D JS=${CLIENT_SCRIPT_JS}
    -D C=${CLIENT_SCRIPT_C}
    -D MOST=12288
    -P ${PROJECT_SOURCE_DIR}/cmake/bundle.cmake
  DEPENDS ${inject_files} ${PROJECT_SOURCE_DIR}/cmake/bundle.cmake
  COMMENT "Bundling inject/"
  VERBATIM
)
