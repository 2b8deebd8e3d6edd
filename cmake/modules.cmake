# What the program is made of. A new module is one word here: the build, the tests and the room check
# (tests/rooms.cmake) all read these lists.

# From the ground up. A module may include those named before it, never one named after it.
set(ROOMS ground rules things site wire top)

set(ROOM_ground mem buf log change map)
set(ROOM_rules  request http header path route upstream relay basic mime html charset json glob gitignore hidden policy dialect jsonc graft near rate agent check news record launch qr)
set(ROOM_things loop signals pump htpasswd sandbox helper guests root body inotify tree suspects poll folders seen ignore watch mounts lookout browser term keys control lan)
set(ROOM_site   journal importers uses inspect hub client_script exchange pages content desk listing suggest files site)
set(ROOM_wire   tls proxy wire server)
set(ROOM_top    confine setting arguments source foreign settings report schema config follow command orders init main)

# Modules without a header, and modules whose .c is made by the build.
set(HEADERLESS main)
set(GENERATED  client_script)

# Where a system header may appear: REGEX=FILES, the files parted by commas.
set(WALLS
  "^qrencode\\.h$=qr.c"
  "^libwebsockets=server.c"
  "^sys/inotify\\.h$=inotify.c"
  "^sys/epoll\\.h$=loop.c"
  "^openssl/=tls.c"
  "^crypt\\.h$=htpasswd.c"
  "cJSON\\.h$=dialect.c,source.c,foreign.c,schema.c,check.c,graft.c"
)
