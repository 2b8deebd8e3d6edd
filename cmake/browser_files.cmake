# Makes the folders inject/, view/, doc/ and starter/ part of the program: CLIENT_SCRIPT_C, VIEW_FILE_C,
# STATUS_FILE_C, DOC_FILE_C and STARTER_FILE_C are generated C files that define what src/html/client_script.h,
# src/wire/view_file.h, src/local/status_file.h, src/local/doc_file.h and src/commands/starter_file.h declare. The
# bundled files are below bundled/ in the build folder, for inspection.

find_program(ESBUILD esbuild REQUIRED)

# browser_files(FOLDER MODULE BROWSERS FILES VARIABLE): sets VARIABLE to the C file that is made of FOLDER, for these
# browsers. FILES is a list of what cmake/bundle.cmake makes there.
function(browser_files folder module browsers files variable)
  cmake_path(GET module FILENAME name)
  set(out ${PROJECT_BINARY_DIR}/bundled/${folder})
  set(c ${out}/${name}.c)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/${folder}/*.js
    ${PROJECT_SOURCE_DIR}/${folder}/*.css
    ${PROJECT_SOURCE_DIR}/${folder}/*.html
    ${PROJECT_SOURCE_DIR}/${folder}/*.md
  )
  list(JOIN files "," files)
  add_custom_command(
    OUTPUT ${c}
    COMMAND ${CMAKE_COMMAND}
      -D ESBUILD=${ESBUILD}
      -D FOLDER=${PROJECT_SOURCE_DIR}/${folder}
      -D FILES=${files}
      -D OUT=${out}
      -D MODULE=${module}
      -D BROWSERS=${browsers}
      -P ${PROJECT_SOURCE_DIR}/cmake/bundle.cmake
    DEPENDS ${sources} ${PROJECT_SOURCE_DIR}/cmake/bundle.cmake
    COMMENT "Bundling ${folder}/"
    VERBATIM
  )
  set(${variable} ${c} PARENT_SCOPE)
endfunction()

set(scripts client.js=iife=12288 update.js=esm=49664 drafts.js=esm=8192 events.js=esm=2048 points.js=esm=16384 livereload.js=iife=12288)
browser_files(inject html/client_script es2020 "${scripts}" CLIENT_SCRIPT_C)

set(page index.html=as-is=16384 view.js=iife=65536 view.css=css=32768)
browser_files(view wire/view_file chrome120,firefox128 "${page}" VIEW_FILE_C)

set(page status.js=iife=4096 status.css=css=8192)
browser_files(view/status local/status_file chrome120,firefox128 "${page}" STATUS_FILE_C)

# What the status page links to.
set(texts install.md=as-is=16384 manual.md=as-is=131072 settings.md=as-is=131072 security.md=as-is=131072)
browser_files(doc local/doc_file chrome120,firefox128 "${texts}" DOC_FILE_C)

# What "liveserve init --page" writes.
set(starter style.css=as-is=4096 index.html=as-is=4096)
browser_files(starter commands/starter_file chrome120,firefox128 "${starter}" STARTER_FILE_C)
