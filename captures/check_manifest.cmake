# SPDX-License-Identifier: MIT
# cmake -DFOLDER=<captures> -P check_manifest.cmake
#
# Fails unless FOLDER/manifest.json lists every capture of the folder, each one listed is there, and
# its SHA-256 is the one listed.
cmake_minimum_required(VERSION 3.25)
file(READ ${FOLDER}/manifest.json manifest)
string(JSON count LENGTH ${manifest} captures)
math(EXPR last "${count} - 1")
set(listed)
foreach(index RANGE ${last})
  string(JSON file GET ${manifest} captures ${index} file)
  string(JSON expected GET ${manifest} captures ${index} sha256)
  list(APPEND listed ${file})
  if(NOT EXISTS ${FOLDER}/${file})
    message(SEND_ERROR "manifest.json lists ${file}, which is not there")
    continue()
  endif()
  file(SHA256 ${FOLDER}/${file} actual)
  if(NOT actual STREQUAL expected)
    message(SEND_ERROR "${file} has changed: its SHA-256 is ${actual}, listed is ${expected}")
  endif()
endforeach()

file(GLOB_RECURSE present RELATIVE ${FOLDER} ${FOLDER}/*.pcap ${FOLDER}/*.pcapng)
# Recordings of the suite's own runs have a list of verdicts instead.
list(FILTER present EXCLUDE REGEX "^recordings/")
foreach(file ${present})
  if(NOT file IN_LIST listed)
    message(SEND_ERROR "${file} is not listed in manifest.json")
  endif()
endforeach()
message("${count} captures checked")
