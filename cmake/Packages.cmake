# SPDX-License-Identifier: MIT
# Debian packages, one a program: `cpack -G DEB` in a build folder, or `./run package`. What depends
# on Debian alone (compressed pages, its changelog, zsh's folder) is done to the staged files by
# packages/debian_files.cmake, so that an ordinary installation knows nothing of it.

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "The aoe-toolkit authors <authors@aoe-toolkit.invalid>")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/packages/debian_files.cmake)
set(CPACK_AOE_DATE ${AOE_DATE})

# aoe_package(aoe SECTION net SUMMARY "..." DESCRIPTION "..." DOCUMENTS a.md): the package of the
# program's name, and its documents, installed in any case.
# What is no program has a TARGET of another name.
function(aoe_package program)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SECTION;SUMMARY;DESCRIPTION;SUGGESTS;DEPENDS;TARGET"
                        "DOCUMENTS")
  if(NOT TARGET ${program} AND NOT (arg_TARGET AND TARGET ${arg_TARGET}))
    return()
  endif()
  set(folder ${CMAKE_INSTALL_DATADIR}/doc/${program})
  list(TRANSFORM arg_DOCUMENTS PREPEND ${CMAKE_SOURCE_DIR}/)
  install(FILES ${arg_DOCUMENTS} DESTINATION ${folder} COMPONENT ${program})
  install(FILES ${CMAKE_SOURCE_DIR}/CHANGELOG.md DESTINATION ${folder} COMPONENT ${program}
          RENAME changelog)
  install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${folder} COMPONENT ${program}
          RENAME copyright)

  list(APPEND CPACK_COMPONENTS_ALL ${program})
  set(CPACK_COMPONENTS_ALL ${CPACK_COMPONENTS_ALL} PARENT_SCOPE)
  string(TOUPPER ${program} name)
  set(CPACK_DEBIAN_${name}_PACKAGE_NAME ${program} PARENT_SCOPE)
  set(CPACK_DEBIAN_${name}_PACKAGE_SECTION ${arg_SECTION} PARENT_SCOPE)
  set(CPACK_DEBIAN_${name}_PACKAGE_SUGGESTS "${arg_SUGGESTS}" PARENT_SCOPE)
  set(CPACK_DEBIAN_${name}_PACKAGE_DEPENDS "${arg_DEPENDS}" PARENT_SCOPE)
  set(CPACK_COMPONENT_${name}_DESCRIPTION "${arg_SUMMARY}\n${arg_DESCRIPTION}" PARENT_SCOPE)
endfunction()

aoe_package(aoe-conform SECTION net
  SUGGESTS "aoe-target, vblade, python3, qemu-system-x86, busybox-static"
  SUMMARY "conformance suite for ATA over Ethernet targets"
  DESCRIPTION "Judges an ATA over Ethernet target by asking it several hundred
questions over Ethernet, and every byte of the answers. It starts a target
in a private network of its own, or judges one that is there already; by
default it changes nothing."
  DOCUMENTS docs/aoe-conform.md docs/aoe-conform-results.schema.json docs/catalogue.md docs/ci.md)
aoe_package(aoe-target SECTION admin SUGGESTS "aoe-conform"
  SUMMARY "ATA over Ethernet target that keeps to the protocol"
  DESCRIPTION "Exports a file or a block device as an ATA over Ethernet target,
with the options of vblade, or many of them as a service with access lists,
state that lasts and control while it runs. It is what the conformance suite
aoe-conform holds others against."
  DOCUMENTS docs/target.md)
aoe_package(aoe SECTION net
  SUMMARY "ATA over Ethernet initiator without a kernel module"
  DESCRIPTION "Discovers, identifies, reads and writes ATA over Ethernet devices
from the command line, with no more than the right to open raw sockets."
  DOCUMENTS docs/initiator.md)
aoe_package(nbdkit-plugin-aoe TARGET nbdkit-aoe-plugin SECTION admin DEPENDS nbdkit
  SUMMARY "ATA over Ethernet devices for clients of NBD"
  DESCRIPTION "A plugin for nbdkit: serves an ATA over Ethernet device to qemu-img,
nbdcopy, nbdfuse, fio and every other client of NBD, without a kernel module."
  DOCUMENTS docs/initiator.md)
aoe_package(aoe-fuzz SECTION net SUGGESTS "aoe-conform, vblade"
  SUMMARY "fuzzer for live ATA over Ethernet targets"
  DESCRIPTION "Sends a live ATA over Ethernet target frames that it does not expect,
and finds what ends, hangs or shuts it, or makes it answer what no target
may. A finding is the shortest sequence of frames that still does it, in a
capture that aoe-conform sends again."
  DOCUMENTS docs/aoe-fuzz.md)
aoe_package(aoe-bench SECTION net SUGGESTS "aoe-target, vblade"
  SUMMARY "measures live ATA over Ethernet targets"
  DESCRIPTION "Tells how many requests a second a live ATA over Ethernet target
answers, how long each takes and at what cost of processor time, beside a
second target in turns where one is given, with their ratio and its interval."
  DOCUMENTS docs/aoe-bench.md)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/conformance/expectations COMPONENT aoe-conform
        DESTINATION ${CMAKE_INSTALL_DATADIR}/aoe-conform FILES_MATCHING PATTERN "*.expect")
include(CPack)

# Only what is optimised is packaged, so only that is tried out in a Debian of its own.
if(BUILD_TESTING AND CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  add_test(NAME debian.packages COMMAND ${CMAKE_CURRENT_LIST_DIR}/packages/debian_test.sh
           ${CMAKE_CPACK_COMMAND} ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/build/debian)
  set_tests_properties(debian.packages PROPERTIES LABELS debian SKIP_RETURN_CODE 77 TIMEOUT 900)
  foreach(program ${CPACK_COMPONENTS_ALL} aoe-targetctl)
    if(TARGET ${program}_pages)
      add_dependencies(release_tests ${program}_pages)
    endif()
  endforeach()
endif()
