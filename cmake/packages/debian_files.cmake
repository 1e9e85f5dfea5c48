# SPDX-License-Identifier: MIT
# Run by cpack between staging and packing: what Debian wants otherwise than an ordinary prefix.
set(change "  * Packaged from version ${CPACK_PACKAGE_VERSION} of the tree; see changelog.gz.")

execute_process(COMMAND date -uR -d ${CPACK_AOE_DATE} OUTPUT_VARIABLE date
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

foreach(program ${CPACK_COMPONENTS_ALL})
  set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/${program}/usr/share)

  file(GLOB pages ${share}/man/man*/*.?)
  set(texts ${pages} ${share}/doc/${program}/changelog)
  file(WRITE ${share}/doc/${program}/changelog.Debian
       "${program} (${CPACK_PACKAGE_VERSION}-1) bookworm; urgency=medium\n\n${change}\n\n"
       " -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
  execute_process(COMMAND gzip -9nf ${texts} ${share}/doc/${program}/changelog.Debian
                  COMMAND_ERROR_IS_FATAL ANY)

  if(EXISTS ${share}/zsh/site-functions)
    file(RENAME ${share}/zsh/site-functions ${share}/zsh/vendor-completions)
  endif()
endforeach()
