# Makes the folder inject/ part of the program: CLIENT_SCRIPT_C is a generated C file that defines
# what src/html/client_script.h declares. The bundled scripts are in the same folder, for inspection.

find_program(ESBUILD esbuild REQUIRED)

set(CLIENT_SCRIPT_FOLDER ${PROJECT_BINARY_DIR}/inject)
set(CLIENT_SCRIPT_C ${CLIENT_SCRIPT_FOLDER}/client_script.c)

file(GLOB_RECURSE inject_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/inject/*.js)

add_custom_command(
  OUTPUT ${CLIENT_SCRIPT_C}
  COMMAND ${CMAKE_COMMAND}
    -D ESBUILD=${ESBUILD}
    -D FOLDER=${PROJECT_SOURCE_DIR}/inject
    -D SCRIPTS=client=iife=12288,update=esm=40960,livereload=iife=12288
    -D OUT=${CLIENT_SCRIPT_FOLDER}
    -P ${PROJECT_SOURCE_DIR}/cmake/bundle.cmake
  DEPENDS ${inject_files} ${PROJECT_SOURCE_DIR}/cmake/bundle.cmake
  COMMENT "Bundling inject/"
  VERBATIM
)
