# Makes the folder inject/ part of the program: CLIENT_SCRIPT_C is a generated C file that defines
# what src/client_script.h declares. client.js beside it is the same script, to be looked at.

find_program(ESBUILD esbuild REQUIRED)

set(CLIENT_SCRIPT_JS ${PROJECT_BINARY_DIR}/client.js)
set(CLIENT_SCRIPT_C ${PROJECT_BINARY_DIR}/client_script.c)

file(GLOB inject_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/inject/*.js)

add_custom_command(
  OUTPUT ${CLIENT_SCRIPT_C} ${CLIENT_SCRIPT_JS}
  COMMAND ${CMAKE_COMMAND}
    -D ESBUILD=${ESBUILD}
    -D MAIN=${PROJECT_SOURCE_DIR}/inject/main.js
    -D JS=${CLIENT_SCRIPT_JS}
    -D C=${CLIENT_SCRIPT_C}
    -D MOST=12288
    -P ${PROJECT_SOURCE_DIR}/cmake/bundle.cmake
  DEPENDS ${inject_files} ${PROJECT_SOURCE_DIR}/cmake/bundle.cmake
  COMMENT "Bundling inject/"
  VERBATIM
)
