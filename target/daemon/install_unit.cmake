# SPDX-License-Identifier: MIT
# The unit that was just installed starts the program where that is installed: a prefix may be given
# as late as to cmake --install.
set(unit "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/lib/systemd/system/aoe-target@.service")
file(READ "${unit}" text)
string(REPLACE "ExecStart=/usr/bin/" "ExecStart=${CMAKE_INSTALL_PREFIX}/bin/" text "${text}")
file(WRITE "${unit}" "${text}")
