# What every object file of ours is compiled with: the target liveserve_flags.

add_library(liveserve_flags INTERFACE)

target_compile_options(liveserve_flags INTERFACE
  -Wall
  -Wextra
  -Wpedantic
  -Wconversion
  -Wshadow
  -Wstrict-prototypes
  -Wmissing-prototypes
  -Wformat=2
  -Wundef
  -Wvla
  $<$<BOOL:${LIVESERVE_WERROR}>:-Werror>
)

if(LIVESERVE_SANITIZE)
  target_compile_options(liveserve_flags INTERFACE
    -fsanitize=${LIVESERVE_SANITIZE}
    -fno-sanitize-recover=all
    -fno-omit-frame-pointer
  )
  target_link_options(liveserve_flags INTERFACE -fsanitize=${LIVESERVE_SANITIZE})
else()
  target_compile_options(liveserve_flags INTERFACE
    -fstack-protector-strong
    -fstack-clash-protection
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE>
    $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=3>
  )
  target_link_options(liveserve_flags INTERFACE
    LINKER:--as-needed
    LINKER:-z,relro
    LINKER:-z,now
    LINKER:-z,noexecstack
  )
endif()
